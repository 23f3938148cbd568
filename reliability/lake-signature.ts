// What a reader can see of a lake, as one text: two lakes with the same signature hold the same bytes in every table.

import type { Storage } from '../src/storage/storage.js';
import { listTags } from '../src/table/snapshot-lookup.js';
import { verify } from '../src/table/verify/verify.js';
import { openHead } from '../src/table/view.js';
import { check } from './suite.js';

/** Tables with the hashes of their files in order, and the tags; names of files and numbers of snapshots aside. */
export async function lakeSignature(storage: Storage): Promise<string> {
  const head = await openHead(storage);
  if (head === null) return 'no lake';
  const tables: [string, readonly string[]][] = [];
  for (const name of head.tables) {
    const files = await (await head.table(name))!.files();
    tables.push([name, files.map(({ sha256 }) => sha256)]);
  }
  return JSON.stringify({ tables, tags: [...(await listTags(storage))] });
}

/** Checks every byte that any snapshot names; before the first there is nothing to check. */
export async function expectWhole(storage: Storage, place: string): Promise<void> {
  if ((await openHead(storage)) === null) return;
  const { problems } = await verify(storage, { snapshots: 'all' });
  check(problems.length === 0, () => `${place}: ${problems[0]?.path}: ${problems[0]?.what}`);
}
