// The content hash of a table: of its rows in their order, whatever the files that they lie in, their names, codecs and
// cuts. Two tables with equal hashes hold equal rows (format §7).

import { createHash, type Hash } from 'node:crypto';
import * as arrow from 'apache-arrow';
import type { DataFile } from '../../format/data-file.js';
import type { Schema } from '../../format/schema.js';
import { currentSchema, type TableFile } from '../../format/table-file.js';
import { bytesOf, isPresent, offsetsOf } from '../../parquet/chunks.js';
import type { Storage } from '../../storage/storage.js';
import { readRows } from '../read.js';
import type { TableState } from '../view.js';

/** A table's rows in short. */
export interface ContentHash {
  readonly rows: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * The hash of a table's rows: field ids and types of the current schema, and every value or null in row order. Names of
 * columns do not count. One file at a time is in memory.
 * @throws LakeError `corrupt` naming a file that is not as it was committed
 */
export async function contentHash(storage: Storage, table: TableState): Promise<ContentHash> {
  const hasher = new ContentHasher(table.schema);
  for (const file of await table.files()) hasher.add(await readRows(storage, table.file, file));
  return hasher.digest();
}

/**
 * The hashes of two lists of a table's files, each in row order; a file that is in both at the same turn is read once.
 * @throws LakeError `corrupt` naming a file that is not as it was committed
 */
export async function contentHashes(
  storage: Storage,
  table: TableFile,
  before: readonly DataFile[],
  after: readonly DataFile[],
): Promise<readonly [ContentHash, ContentHash]> {
  const [old, now] = [new ContentHasher(currentSchema(table)), new ContentHasher(currentSchema(table))];
  const wasThere = new Set(before.map(({ path }) => path));
  const read = async (file: DataFile, hashers: readonly ContentHasher[]): Promise<void> => {
    const rows = await readRows(storage, table, file);
    for (const hasher of hashers) hasher.add(rows);
  };
  let at = 0;
  for (const file of after) {
    while (wasThere.has(file.path) && at < before.length && before[at]!.path !== file.path)
      await read(before[at++]!, [old]);
    const isShared = before[at]?.path === file.path;
    if (isShared) at++;
    await read(file, isShared ? [old, now] : [now]);
  }
  for (const file of before.slice(at)) await read(file, [old]);
  return [old.digest(), now.digest()];
}

/** Takes rows portion by portion; the portions do not show in the digest. */
export class ContentHasher {
  readonly #schema: Schema;
  readonly #columns: readonly ColumnHasher[];
  #rows = 0;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#columns = schema.fields.map(() => new ColumnHasher());
  }

  /** Rows of the schema in one batch, as `conform` gives them. */
  add(rows: arrow.Table): void {
    for (const { data } of rows.batches)
      this.#columns.forEach((column, i) => column.add(data.children[i]!, this.#rows));
    this.#rows += rows.numRows;
  }

  digest(): ContentHash {
    const columns = this.#schema.fields.map(({ id, type }, i) => [id, type, ...this.#columns[i]!.digest()]);
    const text = JSON.stringify({ rows: this.#rows, columns });
    return { rows: this.#rows, sha256: createHash('sha256').update(text).digest('hex') };
  }
}

/** Three streams, none of which knows where a portion ends: positions of nulls, lengths of texts, values. */
class ColumnHasher {
  readonly #nulls = createHash('sha256');
  readonly #lengths = createHash('sha256');
  readonly #values = createHash('sha256');

  add(column: arrow.Data, firstRow: number): void {
    addNulls(this.#nulls, column, firstRow);
    if (arrow.DataType.isUtf8(column.type) || arrow.DataType.isBinary(column.type)) {
      this.#lengths.update(lengthsOf(column));
      addTexts(this.#values, column);
    } else this.#values.update(arrow.DataType.isBool(column.type) ? flagsOf(column) : fixedOf(column));
  }

  digest(): readonly string[] {
    return [this.#nulls, this.#lengths, this.#values].map((hash) => hash.copy().digest('hex'));
  }
}

/** Row numbers within the table. */
function addNulls(hash: Hash, column: arrow.Data, firstRow: number): void {
  if (column.nullCount === 0) return;
  const rows = new Float64Array(column.nullCount);
  let count = 0;
  for (let row = 0; row < column.length; row++) if (!isPresent(column, row)) rows[count++] = firstRow + row;
  hash.update(bytesUnder(rows));
}

/** What lies under a null does not count: its length is 0. */
function lengthsOf(column: arrow.Data): Uint8Array {
  const offsets = offsetsOf(column);
  const lengths = new Int32Array(column.length);
  for (let row = 0; row < column.length; row++)
    if (isPresent(column, row)) lengths[row] = offsets[row + 1]! - offsets[row]!;
  return bytesUnder(lengths);
}

/** All at once, except around nulls that have text under them. */
function addTexts(hash: Hash, column: arrow.Data): void {
  const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
  let start = offsets[0] ?? 0;
  for (let row = 0; column.nullCount > 0 && row < column.length; row++) {
    if (offsets[row] === offsets[row + 1] || isPresent(column, row)) continue;
    hash.update(bytes.subarray(start, offsets[row]));
    start = offsets[row + 1]!;
  }
  hash.update(bytes.subarray(start, offsets[column.length]));
}

/** A byte a row, since portions need not end with a byte. */
function flagsOf(column: arrow.Data): Uint8Array {
  const bits = bytesOf(column);
  const flags = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++)
    flags[row] = isPresent(column, row) ? (bits[row >> 3]! >> (row & 7)) & 1 : 0;
  return flags;
}

/** The values, zero under nulls. */
function fixedOf(column: arrow.Data): Uint8Array {
  const values = column.values as Uint8Array;
  const width = values.BYTES_PER_ELEMENT * (arrow.DataType.isDecimal(column.type) ? 4 : 1);
  const bytes = bytesUnder(values).subarray(0, column.length * width);
  if (column.nullCount === 0) return bytes;
  const clean = bytes.slice();
  for (let row = 0; row < column.length; row++)
    if (!isPresent(column, row)) clean.fill(0, row * width, (row + 1) * width);
  return clean;
}

function bytesUnder({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
