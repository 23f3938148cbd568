// Statistics of a table's columns, read off the buffers: no object for any row, since this runs over every row written.

import type * as arrow from 'apache-arrow';
import { isoOfDays } from '../common/calendar.js';
import { isoMicros } from '../common/runtime.js';
import { decimalOf, type Field, type FieldType, type Schema } from '../format/schema.js';
import { type Bound, columnStats, type ColumnStats } from '../format/stats.js';
import { bytesOf, offsetsOf } from './chunks.js';
import { extremesOf } from './extremes.js';
import { decimalText, unscaledOf, textDecoder } from './cells.js';

/** Statistics by field id (format §2), of a table in one batch, as `conform` and `tableOf` give it. */
export function tableStats(table: arrow.Table, schema: Schema): Readonly<Record<string, ColumnStats>> {
  const columns = table.batches[0]?.data.children ?? [];
  return Object.fromEntries(
    schema.fields.map((field, i) => {
      const column = columns[i];
      return [field.id, column === undefined ? { nulls: 0 } : fieldStats(field, column)];
    }),
  );
}

function fieldStats({ type }: Field, column: arrow.Data): ColumnStats {
  const nulls = column.nullCount;
  const { min, max, nans = 0 } = extremesOf(type, column);
  if (min < 0) return columnStats(type, { nulls, nans });
  return columnStats(type, { nulls, nans, min: boundOf(type, column, min), max: boundOf(type, column, max) });
}

/** The value of a row as the format writes bounds; undefined for dates and times too far off to be written. */
function boundOf(type: FieldType, column: arrow.Data, row: number): Bound | undefined {
  switch (type) {
    case 'boolean':
    case 'binary':
      return undefined;
    case 'int':
    case 'double':
      return (column.values as Int32Array | Float64Array)[row]!;
    case 'date':
      return dateBound((column.values as Int32Array)[row]!);
    case 'timestamp':
      return timestampBound(Number((column.values as BigInt64Array)[row]));
    case 'long':
      return String((column.values as BigInt64Array)[row]);
    case 'string':
      return textDecoder.decode(bytesOf(column).subarray(offsetsOf(column)[row], offsetsOf(column)[row + 1]));
    default:
      return decimalText(unscaledOf(column.values as Uint32Array, row), decimalOf(type)?.scale ?? 0);
  }
}

const dateBound = (days: number): Bound | undefined => (Math.abs(days) <= 1e8 ? isoOfDays(days) : undefined);

const timestampBound = (micros: number): Bound | undefined =>
  Number.isSafeInteger(micros) ? isoMicros(micros) : undefined;
