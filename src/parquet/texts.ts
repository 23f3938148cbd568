// Text out of Arrow columns, exactly: Arrow's own decoder drops a byte order mark that begins a value.

import * as arrow from 'apache-arrow';
import { textDecoder } from './cells.js';
import { bytesOf, isPresent, offsetsOf } from './chunks.js';

/** A row's text in a chunk of a text column; the row must not be null. */
export function textAt(chunk: arrow.Data, row: number): string {
  const offsets = offsetsOf(chunk);
  return textDecoder.decode(bytesOf(chunk).subarray(offsets[row], offsets[row + 1]));
}

/** The values of a table's text column, nulls left out. */
export function textsOf(table: arrow.Table, column = 0): readonly string[] {
  return table.batches.flatMap((batch) => {
    const chunk = batch.data.children[column];
    if (chunk === undefined || !arrow.DataType.isUtf8(chunk.type))
      throw new Error(`column ${column} is no text`);
    return Array.from({ length: chunk.length }, (_, row) => row)
      .filter((row) => isPresent(chunk, row))
      .map((row) => textAt(chunk, row));
  });
}
