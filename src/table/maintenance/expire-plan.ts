// Which snapshots may expire (format §7): a pure function of the line of snapshots, the tags, and what is to be kept.

import { microsOfIso } from '../../common/runtime.js';
import type { LineEntry } from './all-snapshots.js';

/** Which snapshots are kept whatever names them. */
export interface ExpireRule {
  /** As many of the newest snapshots that changed a table are kept. */
  readonly keep: number;
  /** Those committed at this moment (microseconds since the epoch) or later are kept. */
  readonly olderThanMicros: number;
}

/** The first reason that holds. */
export type WhyKept = 'head' | 'newest' | 'young' | 'tagged';

/** Every snapshot of the line is in one of the two lists. */
export interface ExpirePlan {
  readonly expired: readonly LineEntry[];
  readonly kept: readonly { readonly snapshot: LineEntry; readonly why: WhyKept }[];
}

/** `line`: all snapshots that are there, oldest first; `named`: those with a tag or a pin. */
export function planExpire(
  line: readonly LineEntry[],
  named: ReadonlySet<number>,
  { keep, olderThanMicros }: ExpireRule,
): ExpirePlan {
  const newest = new Set(keep === 0 ? [] : line.filter((_, i) => changedTable(line, i)).slice(-keep));
  const whyKept = (snapshot: LineEntry): WhyKept | undefined => {
    if (snapshot === line.at(-1)) return 'head';
    if (newest.has(snapshot)) return 'newest';
    if (microsOfIso(snapshot.committedAt) >= olderThanMicros) return 'young';
    return named.has(snapshot.snapshotId) ? 'tagged' : undefined;
  };
  const kept: { snapshot: LineEntry; why: WhyKept }[] = [];
  const expired: LineEntry[] = [];
  for (const snapshot of line) {
    const why = whyKept(snapshot);
    if (why === undefined) expired.push(snapshot);
    else kept.push({ snapshot, why });
  }
  return { expired, kept };
}

/** Whether the tables differ from the parent's; without the parent nobody can tell, and it counts. */
function changedTable(line: readonly LineEntry[], position: number): boolean {
  const [parent, snapshot] = [line[position - 1], line[position]!];
  if (parent?.snapshotId !== snapshot.snapshotId - 1) return true;
  return tablesText(parent) !== tablesText(snapshot);
}

function tablesText({ tables }: LineEntry): string {
  return JSON.stringify(Object.entries(tables).map(([name, { sha256 }]) => [name, sha256]));
}
