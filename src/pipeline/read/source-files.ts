// Which files a run reads, in which order, and their bytes as they are (decompressed).

import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { LakeError } from '../../common/errors.js';
import { compareText } from '../../common/text-order.js';
import type { Contract } from '../../records/contract.js';
import type { Source } from '../define/pipeline.js';

export interface SourceFile {
  readonly source: Source;
  /** As given, or the given directory with the file's name. */
  readonly path: string;
  readonly name: string;
  readonly compressed: boolean;
  /** On disk. */
  readonly sizeBytes: number;
}

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 20;

/**
 * The source files of `paths` (directories or files) in reading order: paths as given, within a directory by name.
 * @throws LakeError `invalid-input` for a path that is missing or unreadable, a file of no source, or no source at all
 */
export async function findSourceFiles(
  paths: readonly string[],
  sources: readonly Source[],
): Promise<readonly SourceFile[]> {
  const found = (await Promise.all(paths.map((path) => filesOf(path, sources)))).flat();
  if (found.length > 0) return found;
  throw new LakeError(
    'invalid-input',
    `${paths.join(', ')}: no source files here; expected ${patterns(sources)}. Give a folder or a file that holds them, or make a sample with "lake generate --out DIR".`,
    { details: { paths: paths.join(', ') } },
  );
}

async function filesOf(path: string, sources: readonly Source[]): Promise<readonly SourceFile[]> {
  const entry = await statOf(path);
  if (!entry.isDirectory()) return [namedFile(path, entry.size, sources)];
  const names = (await readable(path, () => readdir(path))).filter((name) => sourceOf(name, sources));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, entry: await statOf(join(path, name)) })),
  );
  return entries
    .filter(({ entry }) => !entry.isDirectory())
    .map(({ name, entry }) => namedFile(join(path, name), entry.size, sources))
    .sort((a, b) => compareFileNames(a.name, b.name));
}

function namedFile(path: string, sizeBytes: number, sources: readonly Source[]): SourceFile {
  const name = basename(path);
  const source = sourceOf(name, sources);
  if (source !== undefined) return { source, path, name, sizeBytes, compressed: name.endsWith('.gz') };
  throw new LakeError(
    'invalid-input',
    `${path}: the name tells no source; expected ${patterns(sources)}. Rename the file, or give another.`,
    { details: { path } },
  );
}

function sourceOf(name: string, sources: readonly Source[]): Source | undefined {
  return sources.find(({ contract: { files } }) => {
    const stem = nameWithoutExtension(name, files);
    return stem !== name && stem.startsWith(files.prefix);
  });
}

const patterns = (sources: readonly Source[]): string =>
  sources.map(({ contract: { files } }) => `${files.prefix}*.${files.extension}[.gz]`).join(', ');

function nameWithoutExtension(name: string, { extension }: Contract['files']): string {
  const plain = name.endsWith('.gz') ? name.slice(0, -'.gz'.length) : name;
  return plain.endsWith(`.${extension}`) ? plain.slice(0, -extension.length - 1) : name;
}

/** By name without extension, runs of digits as numbers and the rest as bytes; then by the full name (pipeline §1). */
export function compareFileNames(a: string, b: string): number {
  const stem = (name: string): string => name.replace(/(\.ndjson|\.json|\.csv)?(\.gz)?$/, '');
  return compareNatural(stem(a), stem(b)) || compareText(a, b);
}

function compareNatural(a: string, b: string): number {
  const left = units(a);
  const right = units(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareUnits(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Runs of digits, and every other character by itself. */
const units = (text: string): readonly string[] => text.match(/[0-9]+|[^0-9]/gu) ?? [];

function compareUnits(a: string, b: string): number {
  if (!/^[0-9]/.test(a) || !/^[0-9]/.test(b)) return compareText(a, b);
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || compareText(x, y);
}

/**
 * A file's bytes in pieces, decompressed. A file that grows while it is read ends where it ended at the start.
 * @throws LakeError `invalid-input` for an unreadable file or damaged compression
 */
export async function* readPieces(
  file: SourceFile,
  onBytes?: (read: number) => void,
): AsyncIterable<Uint8Array> {
  if (file.sizeBytes === 0 && !file.compressed) return;
  const end = Math.max(0, file.sizeBytes - 1);
  const raw = createReadStream(file.path, { highWaterMark: PIECE_BYTES, end });
  if (onBytes !== undefined) raw.on('data', (piece) => onBytes(piece.length));
  const gunzip = file.compressed ? createGunzip({ chunkSize: PIECE_BYTES }) : undefined;
  raw.on('error', (error) => gunzip?.destroy(error));
  try {
    yield* (gunzip === undefined ? raw : raw.pipe(gunzip)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw readError(file, error);
  } finally {
    raw.destroy();
    gunzip?.destroy();
  }
}

/** All bytes of a file, decompressed. */
export async function readWhole(file: SourceFile, onBytes?: (read: number) => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readPieces(file, onBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function readError(file: SourceFile, error: unknown): unknown {
  if (error instanceof LakeError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('Z_'))
    return new LakeError(
      'invalid-input',
      `${file.path}: the gzip data is damaged or cut short (${(error as Error).message}); expected a whole .gz file. Fetch it again.`,
      { details: { path: file.path }, cause: error },
    );
  return unreadable(file.path, error);
}

async function statOf(path: string): Promise<Stats> {
  return readable(path, () => stat(path));
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): LakeError {
  const code = (error as NodeJS.ErrnoException).code;
  const [actual, next] =
    code === 'ENOENT'
      ? ['there is no such file or folder', 'Check the path, or make a sample with "lake generate --out DIR"']
      : code === 'EACCES' || code === 'EPERM'
        ? [
            'it may not be read (permission denied)',
            'Change its permissions, or run as a user who may read it',
          ]
        : [`it cannot be read (${code ?? String(error)})`, 'Check the path and the disk'];
  return new LakeError('invalid-input', `${path}: ${actual}; expected a readable source. ${next}.`, {
    details: { path, reason: code ?? 'unknown' },
    cause: error,
  });
}
