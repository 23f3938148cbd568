// Where the files of a table lie.

import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import { fullPath } from '../open-storage.js';
import type { AtSnapshot } from '../operation-options.js';

/** The files of a table, in row order. @throws LakeError `not-found` for a table or snapshot that is not there */
export async function files(
  parts: Parts,
  table: string,
  { snapshot }: AtSnapshot,
): Promise<{ readonly snapshot: number; readonly table: string; readonly files: readonly string[] }> {
  const view = await viewAt(parts, snapshot);
  const state = await tableNamed(view, table);
  const paths = (await state.files()).map(({ path }) => fullPath(parts.location, path));
  return { snapshot: view.snapshot.snapshotId, table: state.name, files: paths };
}
