// What is made of what, as a picture needs it: sources, tables, and the arrows between them.

import { runFacts } from '../../format/summary.js';
import { layerOf } from '../../pipeline/define/roles.js';
import { definitionAt, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { inputsOf } from './table-facts.js';

/** A box of the picture. */
export interface LineageNode {
  /** Of a table its name; of a source `source:` and its name. */
  readonly id: string;
  readonly kind: 'source' | 'table';
  readonly label: string;
  readonly layer: string;
  readonly rows: number | null;
  /** Steps from what arrived: 0 for a source, otherwise one more than the furthest input. */
  readonly depth: number;
  /** Rows that the snapshot's run added, and parts that it made again; null where it left the table as it was. */
  readonly changed: { readonly rowsAdded: number; readonly partitions: number } | null;
}

/** A picture's worth of lineage. */
export interface LineageGraph {
  readonly snapshot: number;
  readonly operation: string;
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** Of a lake of another pipeline: its tables without arrows. */
export async function lineageGraph(parts: Parts, { snapshot }: AtSnapshot): Promise<LineageGraph> {
  const view = await viewAt(parts, snapshot);
  const pipeline = await definitionAt(parts, view);
  const written = runFacts(view.snapshot).tables;
  const edges: { from: string; to: string }[] = [];
  for (const { contract, bronze } of pipeline?.sources ?? [])
    edges.push({ from: `source:${contract.source}`, to: bronze.name });
  for (const name of view.tables)
    for (const input of inputsOf(pipeline?.roleOf(name)))
      if (view.tables.includes(input)) edges.push({ from: input, to: name });
  const depths = depthsOf(edges);
  const sources = (pipeline?.sources ?? []).map(({ contract }): LineageNode => ({
    id: `source:${contract.source}`,
    kind: 'source',
    label: contract.source,
    layer: 'sources',
    rows: null,
    depth: 0,
    changed: null,
  }));
  const tables = view.tables.map((name): LineageNode => {
    const change = written[name];
    const isChanged = change !== undefined && (change.filesAdded > 0 || change.filesRemoved > 0);
    return {
      id: name,
      kind: 'table',
      label: name.slice(layerOf(name).length + 1),
      layer: layerOf(name),
      rows: view.snapshot.tables[name]?.rows ?? null,
      depth: depths.get(name) ?? 1,
      changed: isChanged ? { rowsAdded: change.rowsAdded, partitions: change.changedPartitions } : null,
    };
  });
  const { snapshotId, operation } = view.snapshot;
  return { snapshot: snapshotId, operation, nodes: [...sources, ...tables], edges };
}

function depthsOf(edges: LineageGraph['edges']): ReadonlyMap<string, number> {
  const inputs = new Map<string, string[]>();
  for (const { from, to } of edges) inputs.set(to, [...(inputs.get(to) ?? []), from]);
  const depths = new Map<string, number>();
  const depth = (node: string): number => {
    const known = depths.get(node);
    if (known !== undefined) return known;
    const before = (inputs.get(node) ?? []).filter((input) => input !== node);
    const found = before.length === 0 ? 0 : 1 + Math.max(...before.map(depth));
    depths.set(node, found);
    return found;
  };
  for (const { from, to } of edges) for (const node of [from, to]) depth(node);
  return depths;
}
