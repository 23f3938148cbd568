// What is made of what, as a picture: from what arrived to what people look at.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
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
              <Picture graph={graph} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

const [HEIGHT, GAP] = [44, 14];
/** Pixels: a box and the room between columns where there is enough, and the least of both. */
const [BOX, ROOM, LEAST_BOX, LEAST_ROOM] = [208, 76, 168, 36];
/** How small a picture may be drawn so that all of it is seen; a wider one scrolls. */
const LEAST_SCALE = 0.75;

/** How wide boxes and the room between them are, so that columns fit where they can. */
function fitted(width: number, depths: number): { readonly box: number; readonly room: number } {
  const spare = (width - 2 - depths * LEAST_BOX) / Math.max(1, depths - 1);
  const room = Math.min(ROOM, Math.max(LEAST_ROOM, spare));
  const box = Math.min(BOX, Math.max(LEAST_BOX, (width - 2 - (depths - 1) * room) / depths));
  return { box: Math.floor(box), room: Math.floor(room) };
}

/** Columns by depth, boxes under each other by layer and name. */
function Picture({ graph }: { readonly graph: LineageGraph }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const given = useWidth(place);
  const depths = Math.max(0, ...graph.nodes.map(({ depth }) => depth)) + 1;
  const columns = Array.from({ length: depths }, (_, depth) =>
    graph.nodes.filter((node) => node.depth === depth).sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const { box, room } = fitted(given, depths);
  const width = depths * (box + room) - room + 2;
  const tallest = Math.max(...columns.map((column) => column.length));
  const height = tallest * (HEIGHT + GAP) + GAP;
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [depth, column] of columns.entries()) {
    const top = (height - column.length * (HEIGHT + GAP)) / 2;
    for (const [at, { id }] of column.entries())
      places.set(id, { x: 1 + depth * (box + room), y: top + at * (HEIGHT + GAP) });
  }
  const isCut = given < width * LEAST_SCALE;
  const scale = isCut ? 1 : Math.min(1, given / width);
  return (
    <>
      {isCut && given > 0 && <p class="muted">The picture is wider than the page: scroll it sideways.</p>}
      <div class="scroll picture" role="region" tabIndex={0} aria-label="The picture of lineage" ref={place}>
        <svg
          class="lineage"
          width={width * scale}
          height={height * scale}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label={`${graph.nodes.length} boxes and ${graph.edges.length} arrows`}
        >
          {graph.edges.map(({ from, to }) => {
            const [a, b] = [places.get(from), places.get(to)];
            if (a === undefined || b === undefined || from === to) return null;
            const [x1, y1, x2, y2] = [a.x + box, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
            const bend = (x2 - x1) / 2;
            return <path d={`M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} />;
          })}
          {graph.nodes.map((node) => (
            <Box node={node} width={box} {...(places.get(node.id) ?? { x: 0, y: 0 })} />
          ))}
        </svg>
      </div>
    </>
  );
}

/** Of an element, followed; 0 until it is there. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const within = place.current;
    if (within === null) return;
    const measure = (): void => setWidth(within.clientWidth);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(within);
    return () => resized.disconnect();
  }, []);
  return width;
}

/** Pixels that a letter of a name takes, more or less. */
const LETTER = 8.2;

function Box({
  node,
  width,
  x,
  y,
}: {
  readonly node: LineageNode;
  readonly width: number;
  readonly x: number;
  readonly y: number;
}): JSX.Element {
  const { id, kind, label, layer, rows, changed } = node;
  const more =
    kind === 'source'
      ? 'source'
      : `${layer} · ${rows === null ? '' : countOf(rows, 'row')}${changed === null ? '' : ` · +${count(changed.rowsAdded)}`}`;
  const letters = Math.floor((width - 20) / LETTER);
  const content = (
    <g transform={`translate(${x},${y})`} class={`box ${kind}${changed === null ? '' : ' changed'}`}>
      <title>{`${label}: ${more}`}</title>
      <rect width={width} height={HEIGHT} rx="6" />
      <text x="10" y="19" class="label">
        {label.length > letters ? `${label.slice(0, letters - 1)}…` : label}
      </text>
      <text x="10" y="35" class="more">
        {more}
      </text>
    </g>
  );
  return kind === 'source' ? content : <a href={linkTo('tables', id)}>{content}</a>;
}
