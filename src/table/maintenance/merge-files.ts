// Neighbouring files of a partition as one: the longest run that fits a target size.

import type * as arrow from 'apache-arrow';
import type { DataFile, EncodedDataFile } from '../../format/data-file.js';
import { conform } from '../../parquet/conform.js';
import { encodeDataFile } from '../../parquet/encode.js';
import { decodeParquet } from '../../parquet/file.js';
import type { Storage } from '../../storage/storage.js';
import { readDataFile } from '../read.js';
import type { TableState } from '../view.js';

/** Of which table, and how large. */
interface MergeOptions {
  readonly storage: Storage;
  readonly table: TableState;
  readonly targetSizeBytes: number;
}

/** One file that holds the rows of the first `inputs` files of a list. */
interface MergedFile {
  readonly inputs: number;
  readonly file: EncodedDataFile;
}

/** A file has one row group of at most this many rows (format §3). */
const maxFileRows = 1_000_000;

/** Decoded rows that one merge may hold. */
const maxDecodedBytes = 512 * 1024 * 1024;

/**
 * Merges as many files from the start of the list as fit, by the size that the result really has: small files shrink
 * when they meet, and then more may fit. Undefined when the first file stays alone.
 * @throws LakeError `corrupt`
 */
export async function mergeStart(
  options: MergeOptions,
  files: readonly DataFile[],
): Promise<MergedFile | undefined> {
  const parts: arrow.Table[] = [];
  let merged: MergedFile | undefined;
  for (;;) {
    const wanted = fittingFiles(
      options,
      files,
      merged?.inputs ?? 1,
      merged?.file.bytes.length ?? files[0]!.bytes,
    );
    await decodeMore(options, files.slice(0, wanted), parts);
    if (parts.length <= (merged?.inputs ?? 1)) return merged;
    merged = { inputs: parts.length, file: await mergeParts(options, files.slice(0, parts.length), parts) };
    if (parts.length < wanted) return merged;
  }
}

/** How many files from the start fit, given that the first `taken` of them have `size` bytes together. */
export function fittingFiles(
  { table, targetSizeBytes }: Pick<MergeOptions, 'table' | 'targetSizeBytes'>,
  files: readonly DataFile[],
  taken: number,
  size: number,
): number {
  const { currentSchemaId, currentSpecId } = table.file;
  const isCurrent = (file: DataFile): boolean =>
    file.schemaId === currentSchemaId && file.specId === currentSpecId;
  let count = taken;
  let bytes = size;
  let rows = files.slice(0, taken).reduce((total, file) => total + file.rows, 0);
  for (const file of files.slice(taken)) {
    bytes += file.bytes;
    rows += file.rows;
    if (!isCurrent(file) || !isCurrent(files[0]!) || bytes > targetSizeBytes || rows > maxFileRows) break;
    count++;
  }
  return count;
}

/** Decodes what is not decoded yet, as far as memory is meant to go. Nothing for one file alone. */
async function decodeMore(
  { storage, table }: MergeOptions,
  files: readonly DataFile[],
  parts: arrow.Table[],
): Promise<void> {
  let decodedBytes = parts.reduce((total, part) => total + sizeOf(part), 0);
  if (files.length < 2) return;
  for (const file of files.slice(parts.length)) {
    const part = conform(decodeParquet(await readDataFile(storage, file)), table.schema);
    decodedBytes += sizeOf(part);
    if (decodedBytes > maxDecodedBytes && parts.length > 0) return;
    parts.push(part);
  }
}

function sizeOf(table: arrow.Table): number {
  return table.batches.reduce((total, batch) => total + batch.data.byteLength, 0);
}

async function mergeParts(
  { table }: MergeOptions,
  files: readonly DataFile[],
  parts: readonly arrow.Table[],
): Promise<EncodedDataFile> {
  const [first, ...rest] = parts;
  const rows = conform(first!.concat(...rest), table.schema);
  const encoded = await encodeDataFile(rows, table.schema, { keyIndex: keyIndexOf(table, files[0]!) });
  const batches = [...new Set(files.flatMap((file) => file.batches ?? []))];
  return { ...encoded, partition: files[0]!.partition, ...(batches.length > 0 && { batches }) };
}

function keyIndexOf({ schema }: TableState, { index }: DataFile): readonly string[] {
  const names = (index?.columns ?? []).map(({ id }) => schema.fields.find((field) => field.id === id)?.name);
  return names.filter((name) => name !== undefined);
}
