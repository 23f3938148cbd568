// Extracts for tests: their records one by one, and the slow and simple fold.

import { isLakeError } from '../../../src/common/errors.js';
import type { Row } from '../../../src/parquet/rows.js';
import type { Contract } from '../../../src/records/contract.js';
import { refuseBroken, sliceExtract } from '../../../src/records/extract/extract.js';
import { lineReader } from '../../../src/records/extract/extract-units.js';
import { readRecordUnit } from '../../../src/records/extract/read-unit.js';
import { rowShape } from '../../../src/records/rows/row-block.js';
import { compareValues, compareVariants } from '../../../src/records/winner-order.js';
import type { Value } from '../../../src/records/values/field-reader.js';
import { valuesOfBlocks } from '../log-model.js';

/** One record of an extract, its values or the reason to refuse it. */
export interface ReadRecord {
  readonly lineNumber: number;
  readonly raw: string;
  readonly outcome: readonly Value[] | string;
}

/** What the worker threads make of a file, on this thread. */
export function readExtract(
  contract: Contract,
  file: { readonly path: string; readonly bytes: Uint8Array },
): readonly ReadRecord[] {
  const { header, units } = sliceExtract(contract, file);
  try {
    return units.flatMap((unit) => {
      const task = { contract, unit, place: file.path };
      const { rows, status, reasons } = readRecordUnit({ ...task, ...(header && { header }) });
      const accepted = valuesOfBlocks([rows], rowShape(contract));
      const read = lineReader(unit);
      return Array.from(new Uint8Array(status), (code, record) => ({
        ...read(record),
        outcome: reasons[code - 1] ?? accepted.shift()!,
      }));
    });
  } catch (error) {
    if (isLakeError(error, 'corrupt')) refuseBroken(contract, file);
    throw error;
  }
}

const isAccepted = (outcome: ReadRecord['outcome']): outcome is readonly Value[] =>
  typeof outcome !== 'string';

/** The table after deliveries, oldest first, by its key. */
export function foldModel(
  contract: Contract,
  old: readonly Row[],
  deliveries: readonly (readonly ReadRecord[])[],
): readonly Row[] {
  const keys = contract.key.map((name) => contract.columns.findIndex((column) => column.name === name));
  const keyOf = (row: Row): string => JSON.stringify(keys.map((key) => String(row[key])));
  const compare = compareVariants(contract);
  const state = new Map(old.map((row) => [keyOf(row), row]));
  for (const delivery of deliveries) {
    const winners = new Map<string, readonly Value[]>();
    for (const values of delivery.map(({ outcome }) => outcome).filter(isAccepted)) {
      const rival = winners.get(keyOf(values));
      if (rival === undefined || compare(values, rival) > 0) winners.set(keyOf(values), values);
    }
    for (const [key, row] of winners) state.set(key, row);
  }
  const byKey = (a: Row, b: Row): number =>
    keys.map((key) => compareValues(a[key] as Value, b[key] as Value)).find((order) => order !== 0) ?? 0;
  return [...state.values()].sort(byKey);
}
