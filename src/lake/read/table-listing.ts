// Tables and their files, from metadata alone.

import { inOrderOfFlow } from '../../pipeline/define/roles.js';
import type { LakeView, TableState } from '../../table/view.js';
import type { AtSnapshot } from '../operation-options.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';

/** One table with its size. */
export interface TableListing {
  readonly name: string;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly partitions: number;
  /** The snapshot that changed it last. */
  readonly changedIn: number;
}

/** The tables of a snapshot with their sizes. @throws LakeError `not-found` for a snapshot that is not there */
export async function tables(
  parts: Parts,
  { snapshot }: AtSnapshot,
): Promise<{ readonly snapshot: number; readonly tables: readonly TableListing[] }> {
  const view = await viewAt(parts, snapshot);
  return { snapshot: view.snapshot.snapshotId, tables: await listTables(parts, view) };
}

/** Every table of a snapshot, in the order in which data flows. */
export async function listTables(
  parts: Pick<Parts, 'pipeline' | 'settings'>,
  view: LakeView,
): Promise<readonly TableListing[]> {
  const names = inOrderOfFlow(pipelineOf(parts).pipeline, view.tables);
  const states = await Promise.all(names.map((name) => view.table(name)));
  return Promise.all(states.filter((state) => state !== undefined).map(listing));
}

async function listing(state: TableState): Promise<TableListing> {
  const { name, ref, file, spec } = state;
  const field = spec.fields[0]?.name;
  const values = field === undefined ? [] : (await state.files()).map(({ partition }) => partition[field]);
  const { rows, files: count, bytes } = ref;
  return {
    name,
    rows,
    files: count,
    bytes,
    partitions: new Set(values).size,
    changedIn: snapshotOf(ref.path, file.table),
  };
}

/** The snapshot in whose folder a table file lies is the one that wrote it. */
function snapshotOf(path: string, table: string): number {
  const id = Number(path.split('/')[1]);
  if (!Number.isInteger(id))
    throw new Error(`the table file of ${table} lies in no snapshot folder: ${path}`);
  return id;
}
