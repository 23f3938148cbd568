// What the newest deliveries of an extract leave standing: keys that they lack, and keys whose newest state was refused.

import { isoOfDays } from '../../common/calendar.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import type { Cell, Row } from '../../parquet/rows.js';
import type { Contract } from '../../records/contract.js';
import { extractRecordOf } from '../../records/extract/extract.js';
import { compileKeyReader, type RecordKey } from '../../records/record-key.js';
import { checkResult, type Checked, type CheckResult, type SampleCells } from './check-results.js';
import type { ExtractSource } from '../define/pipeline.js';
import type { ReadBatch } from '../read/read-batches.js';

/** Keys hold no U+0000: their fields refuse it. */
const placeOf = (key: RecordKey): string => key.join('\u0000');

type Delivery = Extract<ReadBatch, { kind: 'extract' }>;

const missingKeys = (source: string): Checked => ({
  name: `${source}_missing_keys`,
  severity: 'warn',
  reason: `The newest extract lacks keys that the table has; they keep their last state, since an extract never forgets a key.`,
});

const refusedStates = (source: string): Checked => ({
  name: `${source}_refused_states`,
  severity: 'warn',
  reason: `The newest state of these keys was refused, so that their old state stands; see "lake quarantine".`,
});

/** Names of the checks of one extract. */
export const deliveryCheckNames = (source: string): readonly string[] => [
  missingKeys(source).name,
  refusedStates(source).name,
];

/** Of the deliveries of one run, oldest first, and the table as they leave it. */
export function deliveryChecks(
  { contract, table }: ExtractSource,
  deliveries: readonly Delivery[],
  rows: readonly Row[],
): readonly CheckResult[] {
  const states = deliveries.map((delivery) => statesOf(contract, delivery));
  const newest = states.at(-1) ?? new Map<string, boolean>();
  const keyOf = rowKeys(contract.key, table.columns);
  const keys = rows.map(keyOf);
  const isRefused = (key: RecordKey): boolean =>
    states.findLast((known) => known.has(placeOf(key)))?.get(placeOf(key)) === false;
  const result = (checked: Checked, wrong: readonly RecordKey[]): CheckResult =>
    checkResult(
      checked,
      wrong.length,
      0,
      wrong.map((key) => cellsOf(contract, key)),
    );
  return [
    result(
      missingKeys(contract.source),
      keys.filter((key) => !newest.has(placeOf(key))),
    ),
    result(refusedStates(contract.source), keys.filter(isRefused)),
  ];
}

/** The keys of a delivery; false where it holds refused records alone. */
function statesOf(contract: Contract, delivery: Delivery): ReadonlyMap<string, boolean> {
  const states = new Map<string, boolean>();
  for (const key of refusedKeys(contract, delivery)) states.set(placeOf(key), false);
  const keyOf = rowKeys(contract.key, contract.columns);
  for (const { lineNumber, result } of delivery.rows) {
    const outcome = delivery.corrected?.get(lineNumber) ?? result;
    if (outcome.ok) states.set(placeOf(keyOf(outcome.values)), true);
  }
  return states;
}

function refusedKeys(contract: Contract, { rows, header }: Delivery): readonly RecordKey[] {
  const refused = rows.filter(({ result }) => !result.ok);
  if (refused.length === 0) return [];
  const readKey = compileKeyReader(contract);
  return refused.flatMap(({ raw }) => {
    const key = readKey(extractRecordOf(contract, raw, header?.raw));
    return key === null ? [] : [key];
  });
}

/** Reads keys out of rows, as text; dates as `YYYY-MM-DD`. */
function rowKeys(
  names: readonly string[],
  columns: readonly ColumnDefinition[],
): (row: readonly (Cell | undefined)[]) => RecordKey {
  const parts = names.map((name) => {
    const index = columns.findIndex((column) => column.name === name);
    return { index, isDate: columns[index]?.type === 'date' };
  });
  return (row) =>
    parts.map(({ index, isDate }) => (isDate ? isoOfDays(Number(row[index])) : String(row[index])));
}

const cellsOf = ({ key }: Contract, values: RecordKey): SampleCells =>
  Object.fromEntries(key.map((name, i) => [name, values[i] ?? null]));
