// What a maintenance operation shows of itself: that the lake's content is the same before and after (format §7).

import { LakeError } from '../../common/errors.js';
import { sha256 } from '../../common/sha256.js';
import { compareText } from '../../common/text-order.js';
import type { ContentHash } from './content-hash.js';

/** That nothing changed. */
export interface Proof {
  /** Tables that it is about. */
  readonly tables: number;
  readonly rows: number;
  /** Hashes over all of them, equal: 64 hex digits. */
  readonly before: string;
  readonly after: string;
  /** `rows`: every value was read and hashed. `files`: the same immutable files are named, and there. */
  readonly how: 'rows' | 'files';
}

/** A table's content before and after, by name. */
type TableContents = ReadonlyMap<string, readonly [before: ContentHash, after: ContentHash]>;

/**
 * The proof that no row of the tables changed.
 * @throws LakeError `check-failed` naming a table whose rows did
 */
export async function proveRows(contents: TableContents): Promise<Proof> {
  for (const [table, [before, after]] of contents) {
    if (before.sha256 !== after.sha256) throw otherRows(table, before, after);
  }
  const names = [...contents.keys()].sort(compareText);
  const hashOf = (side: 0 | 1): Promise<string> =>
    hashLines(names.map((name) => `${name} ${contents.get(name)![side].sha256}`));
  const rows = names.reduce((total, name) => total + contents.get(name)![0].rows, 0);
  return { tables: names.length, rows, before: await hashOf(0), after: await hashOf(1), how: 'rows' };
}

function otherRows(table: string, before: ContentHash, after: ContentHash): LakeError {
  const [was, is] = [before, after].map(({ rows, sha256 }) => `${rows} rows with hash ${sha256}`);
  return new LakeError(
    'check-failed',
    `${table} would have other rows: ${was ?? ''} before, ${is ?? ''} after. This is a bug; nothing was published. Check the lake with "lake verify".`,
    { details: { table, expected: before.sha256, actual: after.sha256 } },
  );
}

/** One hash for a list of lines. */
export function hashLines(lines: readonly string[]): Promise<string> {
  return sha256(new TextEncoder().encode(lines.join('\n')));
}
