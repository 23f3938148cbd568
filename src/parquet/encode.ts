// A table's rows as a data file that is ready to be written: bytes, hash, statistics, key index (format §2, §3, §6).

import type * as arrow from 'apache-arrow';
import { sha256 } from '../common/sha256.js';
import type { EncodedDataFile, EncodedKeyIndex } from '../format/data-file.js';
import { encodeKeyIndex, type KeyHashes, wholeKeyId } from '../format/key-index.js';
import type { Schema } from '../format/schema.js';
import { conform } from './conform.js';
import { encodeParquet, type WriterSettings } from './file.js';
import { textHashes, wholeKeyHashes } from './key-hashes.js';
import { tableStats } from './statistics.js';

/** An encoded data file without its place in a table. */
export type EncodedFile = Omit<EncodedDataFile, 'partition' | 'batches'>;

/** What a file is written with beside its rows. */
interface EncodeOptions {
  /** Text columns with a key index, in order (`TableDefinition.keyIndex`). */
  readonly keyIndex?: readonly string[];
  /** Columns of a key that has a section of its own, the first of the index (`indexedKeys`). */
  readonly wholeKey?: readonly string[];
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
  const { keyIndex = [], wholeKey } = options;
  const sections = keyIndex.map((name) => hashesOf(rows, schema, name));
  if (wholeKey !== undefined)
    sections.unshift({ fieldId: wholeKeyId, hashes: wholeKeyHashes(rows, schema, wholeKey) });
  return sections.length === 0 ? file : { ...file, index: await indexOf(sections) };
}

async function indexOf(sections: readonly KeyHashes[]): Promise<EncodedKeyIndex> {
  const { bytes, columns } = encodeKeyIndex(sections);
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
