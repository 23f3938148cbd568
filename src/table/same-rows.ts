// Whether two Arrow tables hold the same rows in the same order, value by value. What lies under a null does not count.

import * as arrow from 'apache-arrow';

/** Both tables have one batch, buffers without offset, and the same schema (see `conform`). */
export function sameRows(left: arrow.Table, right: arrow.Table): boolean {
  const [a, b] = [columnsOf(left), columnsOf(right)];
  return a.length === b.length && a.every((column, i) => sameColumn(column, b[i]!));
}

function columnsOf(table: arrow.Table): readonly arrow.Data[] {
  return table.batches.flatMap(({ data }) => data.children as readonly arrow.Data[]);
}

function sameColumn(left: arrow.Data, right: arrow.Data): boolean {
  if (left.length !== right.length || left.nullCount !== right.nullCount) return false;
  if (!arrow.util.compareTypes(left.type, right.type)) return false;
  const same = sameValue(left, right);
  for (let row = 0; row < left.length; row++) {
    const present = isPresent(left, row);
    if (present !== isPresent(right, row) || (present && !same(row))) return false;
  }
  return true;
}

function isPresent(column: arrow.Data, row: number): boolean {
  return column.nullCount === 0 || bit(column.nullBitmap, row);
}

function bit(bits: Uint8Array, row: number): boolean {
  return (bits[row >> 3]! & (1 << (row & 7))) !== 0;
}

function sameValue(left: arrow.Data, right: arrow.Data): (row: number) => boolean {
  const [a, b] = [bytesOf(left), bytesOf(right)];
  if (arrow.DataType.isBool(left.type)) return (row) => bit(a, row) === bit(b, row);
  if (arrow.DataType.isUtf8(left.type) || arrow.DataType.isBinary(left.type)) {
    const [x, y] = [left.valueOffsets as Int32Array, right.valueOffsets as Int32Array];
    return (row) => sameBytes(a, x[row]!, x[row + 1]!, b, y[row]!, y[row + 1]!);
  }
  const width = widthOf(left);
  return (row) => sameBytes(a, row * width, (row + 1) * width, b, row * width, (row + 1) * width);
}

function bytesOf(column: arrow.Data): Uint8Array {
  const values = column.values as ArrayBufferView;
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Bytes of a value; a decimal is four words of the values' array, everything else is one element. */
function widthOf(column: arrow.Data): number {
  const { BYTES_PER_ELEMENT } = column.values as Uint8Array;
  return BYTES_PER_ELEMENT * (arrow.DataType.isDecimal(column.type) ? 4 : 1);
}

function sameBytes(
  a: Uint8Array,
  start: number,
  end: number,
  b: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (end - start !== to - from) return false;
  for (let i = start, j = from; i < end; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}
