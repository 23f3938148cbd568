// The cell for each field of a contract, by its type, and for each computed column.

import { daysOfIso } from '../../common/calendar.js';
import { decimalOf } from '../../format/schema.js';
import type { Contract, DerivedColumn } from '../contract.js';
import type { Field, FieldType } from '../field.js';
import { dayReader } from '../record-reader.js';
import type { CodeColumn, GrowingColumn, TextColumn } from '../rows/growing-columns.js';
import { nullCode } from '../rows/row-block.js';
import { defaultOf, fieldReader } from '../values/field-reader.js';
import { plainConverter } from '../values/plain-values.js';
import { dayMicros, firstDay, lastDayEnd } from '../values/values.js';
import { MOST_WORDS, WordTable } from '../values/word-table.js';
import { BooleanCell, DecimalCell, DoubleCell, EpochCell, IntegerCell } from './number-cells.js';
import {
  ConvertedCell,
  DateCell,
  DayCell,
  NullCell,
  TextCell,
  TimestampCell,
  WordCell,
  type Cell,
  type TimeRange,
} from './scanner-cells.js';
import type { ColumnOf, Place } from './scanner-place.js';

/** Whether a key stands in JSON as its own bytes. */
// eslint-disable-next-line no-control-regex -- JSON writes them as escapes
export const isScannable = (key: string): boolean => !/["\\\u0000-\u001f]/.test(key);

/** The cell of a field; one that takes nothing but null where plain bytes do not tell. */
export function fieldCell(field: Field, place: Place, column: GrowingColumn): Cell {
  const { type } = field;
  if (hasPlainNulls(field)) return new NullCell(place, column);
  switch (type.kind) {
    case 'text':
      return column.kind === 'code'
        ? wordCell(field, place, column)
        : column.kind === 'text'
          ? textCell(field, type, place, column)
          : wrongColumn(field);
    case 'integer':
      return column.kind === 'int' || column.kind === 'wide'
        ? integerCell(type, place, column)
        : wrongColumn(field);
    case 'decimal':
      return column.kind === 'decimal' || column.kind === 'wide'
        ? new DecimalCell(place, column, decimalForm(type))
        : wrongColumn(field);
    case 'double':
      return column.kind === 'double'
        ? new DoubleCell(place, column, { min: type.min ?? -Infinity, max: type.max ?? Infinity })
        : wrongColumn(field);
    case 'boolean':
      return column.kind === 'boolean' ? new BooleanCell(place, column) : wrongColumn(field);
    case 'date':
      return column.kind === 'int' && type.formats[0]?.kind === 'iso'
        ? new DateCell(place, column, rangeOf(type, 1))
        : new NullCell(place, column);
    case 'timestamp':
      return timestampCell(type, place, column);
    case 'json':
      return new NullCell(place, column);
  }
}

/** Texts that stand for null are looked for in texts; a day or a time among them is for the rules. */
const hasPlainNulls = ({ type, nulls }: Field): boolean =>
  (type.kind === 'date' || type.kind === 'timestamp') && nulls.some((text) => /^\s*20\d\d-/.test(text));

function wrongColumn({ name, type }: Field): never {
  throw new Error(`The column of ${name} is not of its type, ${type.kind}.`);
}

function textCell(
  field: Field,
  { form, oneOf, aliases, length }: Extract<FieldType, { kind: 'text' }>,
  place: Place,
  column: TextColumn,
): Cell {
  const others = [...field.nulls, ...Object.keys(aliases ?? {})];
  if (oneOf !== undefined || others.length > MOST_WORDS) return new NullCell(place, column);
  return new TextCell(place, column, {
    ...form,
    min: length?.min ?? 0,
    max: length?.max ?? Infinity,
    others: new WordTable(others),
  });
}

function wordCell(field: Field, place: Place, column: CodeColumn): Cell {
  const read = fieldReader(field);
  const standsForItself = (word: string): boolean => {
    const result = read(word, new Map());
    return result.ok && result.value === word;
  };
  const code = column.codeOf.get(defaultOf(field));
  return new WordCell(place, column, new Set(column.values.filter(standsForItself)), code ?? nullCode);
}

const INT_END = 2 ** 31;

function integerCell(
  { bits, oneOf, min, max }: Extract<FieldType, { kind: 'integer' }>,
  place: Place,
  column: Extract<GrowingColumn, { kind: 'int' | 'wide' }>,
): Cell {
  const end = bits === 32 ? INT_END : Infinity;
  return new IntegerCell(
    place,
    column,
    { min: Math.max(-end, Number(min ?? -Infinity)), max: Math.min(end, Number(max ?? Infinity)) },
    oneOf?.map(Number) ?? null,
  );
}

function decimalForm({
  scale,
  precision,
  minorDigits = 0,
  min,
  max,
  below,
  absolute,
}: Extract<FieldType, { kind: 'decimal' }>): ConstructorParameters<typeof DecimalCell>[2] {
  const end = Number(below ?? Infinity);
  return {
    scale,
    minorDigits,
    end: Math.min(Number.MAX_SAFE_INTEGER, 10 ** precision),
    isNegativeLeft: absolute !== undefined,
    isBounded: min !== undefined || max !== undefined || below !== undefined,
    min: Math.max(-end, Number(min ?? -Infinity)),
    max: Math.min(end, Number(max ?? Infinity)),
  };
}

/** Days that are plain to read, and accepted. */
function rangeOf({ min, max }: { readonly min?: string; readonly max?: string }, unit: number): TimeRange {
  const first = Math.max(firstDay, daysOfIso(min ?? '') ?? firstDay);
  const end = Math.min(lastDayEnd, (daysOfIso(max ?? '') ?? lastDayEnd) + 1);
  return { first: first * unit, end: end * unit };
}

const MICROS = { s: 1_000_000, ms: 1000, us: 1 } as const;

function timestampCell(
  type: Extract<FieldType, { kind: 'timestamp' }>,
  place: Place,
  column: GrowingColumn,
): Cell {
  const [format] = type.formats;
  if (column.kind !== 'timestamp' || format === undefined || format.kind === 'pattern')
    return new NullCell(place, column);
  const range = rangeOf(type, dayMicros);
  if (format.kind === 'iso') return new TimestampCell(place, column, range, type.zone !== 'UTC');
  // Nanoseconds have more digits than a plain number keeps.
  return format.unit === 'ns'
    ? new NullCell(place, column)
    : new EpochCell(place, column, range, MICROS[format.unit]);
}

/** The cell of a computed column; one that leaves every row where plain numbers do not do. */
export function derivedCell(derived: DerivedColumn, { columns }: Contract, columnOf: ColumnOf): Cell {
  const column = columnOf(derived.name);
  if (derived.kind === 'date-of') {
    const timestamps = columnOf(derived.timestamp);
    if (timestamps.kind !== 'timestamp' || column.kind !== 'int') return { fill: () => false };
    return new DayCell(timestamps, column, derived.zone === 'UTC' ? null : dayReader(derived.zone));
  }
  const [amounts, currencies] = [columnOf(derived.amount), columnOf(derived.currency)];
  if (amounts.kind !== 'decimal' || currencies.kind !== 'code' || column.kind !== 'decimal')
    return { fill: () => false };
  const converters = currencies.values.map((code) => {
    const rate = derived.rates[code];
    return rate === undefined ? null : plainConverter(rate);
  });
  const type = columns.find(({ name }) => name === derived.name)?.type ?? 'decimal(18,4)';
  const end = 10 ** (decimalOf(type)?.precision ?? 18);
  return new ConvertedCell({ amounts, currencies, column, converters, end });
}
