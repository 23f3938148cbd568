// What became of each record of a key: which one stands in silver, and which gave way to it (pipeline §3, §4, §5).

import type { Contract } from '../../records/contract.js';
import { keyText } from '../../records/record-key.js';
import type { Value } from '../../records/values/field-reader.js';
import { compareVariants } from '../../records/winner-order.js';
import type { BronzeRecord, FoundRecord, RecordRole } from './found-records.js';

/** The records with their roles, in the order given. */
export function withRoles(contract: Contract, found: readonly FoundRecord[]): readonly BronzeRecord[] {
  const roles = new Map<FoundRecord, RecordRole>();
  for (const records of byKey(found).values())
    for (const [record, role] of rolesOfKey(contract, records)) roles.set(record, role);
  return found.map((record) => ({ ...shownOf(record), role: roles.get(record) ?? 'refused' }));
}

function shownOf(record: FoundRecord): Omit<BronzeRecord, 'role'> {
  const { source, key, batchId, sourceFile, ingestDate, lineNumber, raw, verdict, replaces } = record;
  return {
    source,
    key,
    batchId,
    sourceFile,
    ingestDate,
    lineNumber,
    raw,
    verdict,
    ...(replaces && { replaces }),
  };
}

function byKey(found: readonly FoundRecord[]): ReadonlyMap<string, readonly FoundRecord[]> {
  const groups = new Map<string, FoundRecord[]>();
  for (const record of found) {
    const key = keyText(record.key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

type Candidate = FoundRecord & { readonly values: readonly Value[] };

/** Roles of the accepted records of one key. */
function rolesOfKey(
  contract: Contract,
  records: readonly FoundRecord[],
): readonly (readonly [FoundRecord, RecordRole])[] {
  const accepted = records.filter((record): record is Candidate => record.values !== null);
  const newest = accepted.reduce((last, { delivery }) => Math.max(last, delivery), -Infinity);
  const isCurrent = ({ delivery }: Candidate): boolean => contract.relation === 'log' || delivery === newest;
  const compare = compareVariants(contract);
  const winner = accepted.filter(isCurrent).reduce(largest(compare), undefined);
  if (winner === undefined) return [];
  return accepted.map((record) => {
    if (record === winner) return [record, 'winner'];
    if (!isCurrent(record)) return [record, 'superseded'];
    return [record, compare(record.values, winner.values) === 0 ? 'duplicate' : 'variant'];
  });
}

/** Of equal records the first. */
const largest =
  (compare: ReturnType<typeof compareVariants>) =>
  (best: Candidate | undefined, next: Candidate): Candidate =>
    best === undefined || compare(next.values, best.values) > 0 ? next : best;
