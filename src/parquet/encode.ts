// A table's rows as a data file that is ready to be written: bytes, hash, statistics, key index (format §2, §3, §6).

import type * as arrow from 'apache-arrow';
import { sha256 } from '../common/sha256.js';
import type { EncodedDataFile, EncodedKeyIndex } from '../format/data-file.js';
import { encodeKeyIndex, type KeyHashes, murmur3 } from '../format/key-index.js';
import type { Schema } from '../format/schema.js';
import { bytesOf, isPresent, offsetsOf } from './chunks.js';
import { conform } from './conform.js';
import { encodeParquet, type WriterSettings } from './file.js';
import { tableStats } from './statistics.js';

/** An encoded data file without its place in a table. */
export type EncodedFile = Omit<EncodedDataFile, 'partition' | 'batches'>;

export interface EncodeOptions {
  /** Text columns with a key index, in order (`TableDefinition.keyIndex`). */
  readonly keyIndex?: readonly string[];
  readonly writer?: WriterSettings;
}

/**
 * The data file of a table's rows, which must be in the table's sort order already.
 * @throws LakeError `check-failed` when the rows are not of the schema (see `conform`)
 */
export async function encodeDataFile(
  table: arrow.Table,
  schema: Schema,
  options: EncodeOptions = {},
): Promise<EncodedFile> {
  const rows = conform(table, schema);
  const bytes = encodeParquet(rows, options.writer);
  const file = { bytes, sha256: await sha256(bytes), rows: rows.numRows, columns: tableStats(rows, schema) };
  const { keyIndex = [] } = options;
  return keyIndex.length === 0 ? file : { ...file, index: await indexOf(rows, schema, keyIndex) };
}

async function indexOf(
  rows: arrow.Table,
  schema: Schema,
  names: readonly string[],
): Promise<EncodedKeyIndex> {
  const { bytes, columns } = encodeKeyIndex(names.map((name) => hashesOf(rows, schema, name)));
  return { bytes, sha256: await sha256(bytes), columns };
}

function hashesOf(rows: arrow.Table, schema: Schema, name: string): KeyHashes {
  const at = schema.fields.findIndex((field) => field.name === name);
  const field = schema.fields[at];
  const column = rows.batches[0]?.data.children[at];
  if (field?.type !== 'string' || column === undefined)
    throw new Error(`No text column ${name} for a key index.`);
  return { fieldId: field.id, hashes: textHashes(column) };
}

/** murmur3 of each row's text; nulls left out. */
export function textHashes(column: arrow.Data): Uint32Array {
  const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
  const hashes = new Uint32Array(column.length - column.nullCount);
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (isPresent(column, row)) hashes[count++] = murmur3(bytes, offsets[row]!, offsets[row + 1]!);
  }
  return hashes;
}
