// What is made of what, as a picture: from what arrived to what people look at.

import type { JSX } from 'preact';
import type { LineageGraph, LineageNode } from '../../../lake/look/lineage-graph.js';
import { useAnswer, useShown } from '../lake.js';
import { linkTo } from '../location.js';
import { Answer } from '../parts/states.js';
import { count, countOf } from '../words.js';

/** The page. */
export function Lineage(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('lineage', { snapshot: String(snapshot) });
  return (
    <>
      <h1>Lineage</h1>
      <Answer of={found}>
        {(graph) => {
          const changed = graph.nodes.filter((node) => node.changed !== null).length;
          return (
            <>
              <p class="lead">
                What the run of snapshot {graph.snapshot} ({graph.operation}) changed has a coloured edge:{' '}
                {countOf(changed, 'table')}.
              </p>
              <div class="scroll picture" role="region" tabIndex={0} aria-label="The picture of lineage">
                <Picture graph={graph} />
              </div>
            </>
          );
        }}
      </Answer>
    </>
  );
}

const [BOX, HEIGHT, GAP, ROOM] = [208, 44, 14, 76];

/** Columns by depth, boxes under each other by layer and name. */
function Picture({ graph }: { readonly graph: LineageGraph }): JSX.Element {
  const depths = Math.max(0, ...graph.nodes.map(({ depth }) => depth)) + 1;
  const columns = Array.from({ length: depths }, (_, depth) =>
    graph.nodes.filter((node) => node.depth === depth).sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const tallest = Math.max(...columns.map((column) => column.length));
  const height = tallest * (HEIGHT + GAP) + GAP;
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [depth, column] of columns.entries()) {
    const top = (height - column.length * (HEIGHT + GAP)) / 2;
    for (const [at, { id }] of column.entries())
      places.set(id, { x: depth * (BOX + ROOM), y: top + at * (HEIGHT + GAP) });
  }
  return (
    <svg
      class="lineage"
      width={depths * (BOX + ROOM) - ROOM + 2}
      height={height}
      role="group"
      aria-label={`${graph.nodes.length} boxes and ${graph.edges.length} arrows`}
    >
      {graph.edges.map(({ from, to }) => {
        const [a, b] = [places.get(from), places.get(to)];
        if (a === undefined || b === undefined || from === to) return null;
        const [x1, y1, x2, y2] = [a.x + BOX, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
        const bend = (x2 - x1) / 2;
        return <path d={`M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} />;
      })}
      {graph.nodes.map((node) => (
        <Box node={node} {...(places.get(node.id) ?? { x: 0, y: 0 })} />
      ))}
    </svg>
  );
}

function Box({
  node,
  x,
  y,
}: {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
}): JSX.Element {
  const { id, kind, label, layer, rows, changed } = node;
  const more =
    kind === 'source'
      ? 'source'
      : `${layer} · ${rows === null ? '' : countOf(rows, 'row')}${changed === null ? '' : ` · +${count(changed.rowsAdded)}`}`;
  const content = (
    <g transform={`translate(${x},${y})`} class={`box ${kind}${changed === null ? '' : ' changed'}`}>
      <rect width={BOX} height={HEIGHT} rx="6" />
      <text x="12" y="19" class="label">
        {label.length > 27 ? `${label.slice(0, 26)}…` : label}
      </text>
      <text x="12" y="35" class="more">
        {more}
      </text>
    </g>
  );
  return kind === 'source' ? content : <a href={linkTo('tables', id)}>{content}</a>;
}
