// The row of a table that has a key, or the nearest ones for who asked for another.

import { LakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import { compareText } from '../../common/text-order.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Field } from '../../format/schema.js';
import { rowReader } from '../../parquet/rows.js';
import { compareDecimals, decimalParts } from '../../records/values/decimal-value.js';
import type { RowKey } from './explained.js';
import type { ScanFilter } from '../../table/scan.js';
import type { TableState } from '../../table/view.js';
import type { RowRecord, JsonValue } from '../read/row-set.js';
import { jsonCell, jsonRecord } from '../read/json-rows.js';

/** The row with the key, or undefined. */
export async function findRow(state: TableState, key: RowKey): Promise<RowRecord | undefined> {
  const [row] = await findRows(state, key, 1);
  return row;
}

/** The first rows with these values. */
export async function findRows(state: TableState, key: RowKey, most: number): Promise<readonly RowRecord[]> {
  const wanted = tupleText(Object.values(key));
  const found: RowRecord[] = [];
  for await (const { tuple, row } of keysOf(state, Object.keys(key), filterOf(state, key))) {
    if (tupleText(tuple) === wanted) found.push(row());
    if (found.length === most) break;
  }
  return found;
}

/** That values of a table without a key name more than one row. */
export function severalRows({ name, columns }: TableDefinition, key: RowKey): LakeError {
  const others = columns.map((column) => column.name).filter((column) => !Object.hasOwn(key, column));
  const more = others.length === 0 ? 'They are equal' : `Name more of its columns (${others.join(', ')})`;
  return new LakeError(
    'invalid-input',
    `--where: more than one row of ${name} has ${Object.entries(key)
      .map(([column, value]) => `${column}=${value}`)
      .join(' ')}, and the table has no key. ${more}, or give its model a key ("key" in the header).`,
    { details: { flag: '--where', table: name, ...key } },
  );
}

type Tuple = readonly JsonValue[];

const tupleText = (tuple: Tuple): string => JSON.stringify(tuple.map(String));

function filterOf({ schema }: TableState, key: RowKey): ScanFilter {
  const isLong = (column: string): boolean =>
    schema.fields.some(({ name, type }) => name === column && type === 'long');
  return Object.fromEntries(
    Object.entries(key).map(([column, value]) => [
      column,
      { op: '=', value: isLong(column) ? String(value) : value },
    ]),
  );
}

interface KeyedRow {
  readonly tuple: Tuple;
  readonly row: () => RowRecord;
}

/** The values of some columns in every row of the files that may meet the filter. */
async function* keysOf(
  state: TableState,
  columns: readonly string[],
  filter: ScanFilter,
): AsyncGenerator<KeyedRow> {
  const fields = columns.map((column) => fieldNamed(state, column));
  const order = state.schema.fields.filter((field) => fields.includes(field));
  for (const file of await state.files(filter)) {
    const table = await state.rows(file);
    const read = rowReader(table.select(order.map(({ name }) => name)), { ...state.schema, fields: order });
    const whole = rowReader(table, state.schema);
    for (let at = 0; at < table.numRows; at++) {
      const cells = read(at);
      const tuple = fields.map((field) => jsonCell(field.type, cells[order.indexOf(field)] ?? null));
      yield { tuple, row: () => jsonRecord(whole(at), state.schema) };
    }
  }
}

function fieldNamed({ name, schema }: TableState, column: string): Field {
  const field = schema.fields.find((each) => each.name === column);
  if (field === undefined) throw new Error(`${name} has no column ${column}`);
  return field;
}

/** Keys among which a mistyped one is looked for. */
const MOST_KEYS = 20_000;

/** That there is no such row, with the keys before and after it and the one that was probably meant. */
export async function noSuchRow(state: TableState, key: RowKey, snapshot: number): Promise<LakeError> {
  const wanted: Tuple = Object.values(key);
  let [before, after]: [Tuple | undefined, Tuple | undefined] = [undefined, undefined];
  const texts: string[] = [];
  for await (const { tuple } of keysOf(state, Object.keys(key), {})) {
    const order = compareTuples(tuple, wanted);
    if (order < 0 && (before === undefined || compareTuples(tuple, before) > 0)) before = tuple;
    if (order > 0 && (after === undefined || compareTuples(tuple, after) < 0)) after = tuple;
    if (texts.length < MOST_KEYS) texts.push(tuple.join(' '));
  }
  const shown = (tuple: Tuple): string =>
    Object.keys(key)
      .map((column, at) => `${column}=${String(tuple[at])}`)
      .join(' ');
  const near = isText(state, key) ? nearMiss(wanted.join(' '), texts) : undefined;
  const nearest = [before, after].filter((tuple) => tuple !== undefined).map(shown);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  const neighbours = nearest.length === 0 ? ' It has no rows.' : ` The nearest: ${nearest.join('; ')}.`;
  return new LakeError(
    'not-found',
    `${state.name} has no row with ${shown(wanted)} in snapshot ${snapshot}.${neighbours}${hint}`,
    { details: { table: state.name, snapshot, ...key } },
  );
}

/** Days and numbers have neighbours; only text is mistyped for another text. */
const isText = ({ schema }: TableState, key: RowKey): boolean =>
  Object.keys(key).every((column) =>
    schema.fields.some(({ name, type }) => name === column && type === 'string'),
  );

function compareTuples(a: Tuple, b: Tuple): number {
  for (const [at, left] of a.entries()) {
    const order = compareValues(left, b[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by their size, also those that are too large for a double. */
function compareValues(a: JsonValue, b: JsonValue): number {
  const [left, right] = [String(a), String(b)];
  const [x, y] = [decimalParts(left), decimalParts(right)];
  return x === undefined || y === undefined ? compareText(left, right) : compareDecimals(x, y);
}
