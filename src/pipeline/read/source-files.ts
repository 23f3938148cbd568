// Which files a run reads, in which order, and which files it passes over.

import type { Stats } from 'node:fs';
import { open, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import type { Source } from '../define/pipeline.js';
import { holdsGzip, type ByteFile } from './source-bytes.js';
import {
  compareFileNames,
  isGzipName,
  namePatterns,
  sourceOfName,
  whyUnnamed,
  type NamedSource,
} from './source-names.js';
import { STANDARD_INPUT, type StreamCopies } from './stream-copies.js';
import { unreadable } from './unreadable.js';

/** A file that is to be read, with the source that claims it. */
export interface SourceFile extends ByteFile {
  readonly source: Source;
  /** Without its folder; `-` for standard input. */
  readonly name: string;
}

/** A file in a given folder that nothing reads. */
export interface PassedOver {
  /** The given folder with the file's name; bytes of it that are not UTF-8 in hex. */
  readonly path: string;
  /** Why, and what it was probably meant to be; one clause. */
  readonly reason: string;
}

/** What given paths come to. */
export interface FoundFiles {
  /** In reading order: paths as given, within a folder by name. */
  readonly files: readonly SourceFile[];
  /** In the same order; none of single files, since those are read or refused. */
  readonly passedOver: readonly PassedOver[];
}

/** Which sources there are, and how to read what is no plain file. */
interface FindOptions {
  readonly sources: readonly Source[];
  /** Copies of what can be read only once. */
  readonly copies: StreamCopies;
  /** The source of `-` and of single files whose names tell none. */
  readonly source?: string;
}

/**
 * The source files of `paths` (folders, files, or `-` for standard input).
 * @throws LakeError `invalid-input` for a path that is missing or unreadable, a file of no source, or no source at all
 */
export async function findSourceFiles(paths: readonly string[], options: FindOptions): Promise<FoundFiles> {
  const named = namedSource(options);
  const found: FoundFiles[] = [];
  for (const path of paths) found.push(await find(path, named, options));
  const files = found.flatMap((each) => each.files);
  const passedOver = found.flatMap((each) => each.passedOver);
  if (files.length === 0) throw noFiles(paths, passedOver, options.sources);
  return { files, passedOver };
}

function namedSource({ source, sources }: FindOptions): Source | undefined {
  if (source === undefined) return undefined;
  const names = sources.map(({ contract }) => contract.source);
  const found = sources.find(({ contract }) => contract.source === source);
  if (found !== undefined) return found;
  const near = nearMiss(source, names);
  const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw new LakeError('invalid-input', `No source is called "${source}". ${hint}`, { details: { source } });
}

function noFiles(
  paths: readonly string[],
  passedOver: readonly PassedOver[],
  sources: readonly Source[],
): LakeError {
  const where = paths.join(', ');
  const meant = passedOver.slice(0, SHOWN).map(({ path, reason }) => ` ${path}: ${reason}.`);
  return new LakeError(
    'invalid-input',
    `${where}: no source files here; expected ${namePatterns(sources)}.${meant.join('')} Give a folder or a file that holds them, or make a sample with "lake generate --out DIR".`,
    { details: { paths: where } },
  );
}

/** Files that a message names. */
const SHOWN = 5;

async function find(path: string, named: Source | undefined, options: FindOptions): Promise<FoundFiles> {
  const isFolder = path !== STANDARD_INPUT && (await statOf(path)).isDirectory();
  if (isFolder) return filesOfFolder(path, options);
  return { files: [await singleFile(path, named, options)], passedOver: [] };
}

async function singleFile(
  path: string,
  named: Source | undefined,
  { sources, copies }: FindOptions,
): Promise<SourceFile> {
  const name = basename(path);
  const known = sourceOfName(name, sources);
  if (known !== undefined) return sourceFile(path, known, copies);
  if (named === undefined) throw noSource(path, name, sources);
  const file = await sourceFile(path, { source: named, compressed: isGzipName(name) }, copies);
  return { ...file, compressed: file.compressed || (await holdsGzip(file.copy ?? path)) };
}

function noSource(path: string, name: string, sources: readonly Source[]): LakeError {
  const names = sources.map(({ contract }) => contract.source).join(', ');
  const problem =
    path === STANDARD_INPUT
      ? 'standard input has no name that tells its source'
      : `the name tells no source (${whyUnnamed(name, sources)})`;
  return new LakeError(
    'invalid-input',
    `${path}: ${problem}; expected ${namePatterns(sources)}. Say --source with one of ${names}${path === STANDARD_INPUT ? '' : ', rename the file'}, or give another.`,
    { details: { path } },
  );
}

async function sourceFile(
  path: string,
  { source, compressed }: NamedSource,
  copies: StreamCopies,
): Promise<SourceFile> {
  return { source, name: basename(path), ...(await byteFile(path, compressed, copies)) };
}

/**
 * A file as it is to be read; a stream is copied first.
 * @param ifMissing what to do when there is none, unless it is a source that is missed
 * @throws LakeError `invalid-input` for one that is missing, unreadable, a folder or a device
 */
export async function byteFile(
  path: string,
  compressed: boolean,
  copies: StreamCopies,
  ifMissing?: string,
): Promise<ByteFile> {
  const named = { path, compressed };
  const entry = path === STANDARD_INPUT ? undefined : await statOf(path, ifMissing);
  if (entry?.isFile() === true && !(await isWithoutSize(path, entry)))
    return { ...named, sizeBytes: entry.size };
  if (entry !== undefined && !entry.isFile() && !entry.isFIFO()) throw noFile(path, entry);
  const copy = await copies.of(path);
  return { ...named, copy: copy.path, sizeBytes: copy.sizeBytes };
}

/** Whether a file says that it is empty and is not, as files do that are made while they are read. */
async function isWithoutSize(path: string, { size }: Stats): Promise<boolean> {
  if (size > 0) return false;
  try {
    const file = await open(path);
    try {
      return (await file.read(Buffer.alloc(1), 0, 1, 0)).bytesRead > 0;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function noFile(path: string, entry: Stats): LakeError {
  const kind = entry.isSocket() ? 'a socket' : entry.isBlockDevice() ? 'a block device' : 'a device';
  const problem = entry.isDirectory()
    ? 'it is a folder; expected a file. Give one of its files, or rename a folder that has the name of a source file.'
    : `it is ${kind}; expected a file or a named pipe. Give standard input as "-".`;
  return new LakeError('invalid-input', `${path}: ${problem}`, { details: { path } });
}

// ── Folders ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function filesOfFolder(folder: string, { sources, copies }: FindOptions): Promise<FoundFiles> {
  const files: SourceFile[] = [];
  const passedOver: PassedOver[] = [];
  const entries = await readable(folder, () => readdir(folder, { encoding: 'buffer' }));
  for (const { name, shown } of entries.map(entryName).sort(byName)) {
    const path = join(folder, name);
    const source = sourceOfName(name, sources);
    if (source !== undefined && shown !== name) throw notUtf8(folder, shown);
    const reason = await whyPassedOver(path, name, sources);
    if (reason !== undefined) passedOver.push({ ...reason, path: join(folder, shown) });
    else if (source !== undefined) files.push(await sourceFile(path, source, copies));
  }
  return { files, passedOver };
}

/** Why a file of a folder is not read; undefined for one that is, and for what nobody would expect to be read. */
async function whyPassedOver(
  path: string,
  name: string,
  sources: readonly Source[],
): Promise<{ readonly reason: string } | undefined> {
  if (name.startsWith('.')) return undefined;
  const isNamed = sourceOfName(name, sources) !== undefined;
  const entry = isNamed ? await statOf(path) : await stat(path).catch(() => undefined);
  if (entry?.isDirectory() === true)
    return (await holdsSources(path, sources))
      ? { reason: 'folders within a folder are not read; give it as a path of its own' }
      : undefined;
  return isNamed ? undefined : { reason: whyUnnamed(name, sources) };
}

async function holdsSources(folder: string, sources: readonly Source[]): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => sourceOfName(name, sources) !== undefined);
}

interface EntryName {
  readonly name: string;
  /** The same, unless its bytes are not UTF-8. */
  readonly shown: string;
}

function entryName(bytes: Buffer): EntryName {
  const name = bytes.toString('utf8');
  return { name, shown: Buffer.from(name).equals(bytes) ? name : shownBytes(bytes) };
}

const byName = (a: EntryName, b: EntryName): number => compareFileNames(a.name, b.name);

/** No path can name such a file, and no batch record it. */
function notUtf8(folder: string, shown: string): LakeError {
  return new LakeError(
    'invalid-input',
    `${folder}: the file name "${shown}" is not UTF-8; expected UTF-8, since batches are known by their file's name. Rename the file.`,
    { details: { path: folder, name: shown } },
  );
}

/** Printable ASCII as it is, other bytes in hex. */
const shownBytes = (bytes: Buffer): string =>
  Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');

async function statOf(path: string, ifMissing?: string): Promise<Stats> {
  const target = await readlink(path).catch(() => undefined);
  const next = target === undefined ? ifMissing : `It is a link to ${target}: remove it, or put a file there`;
  return readable(path, () => stat(path), next);
}

async function readable<T>(path: string, read: () => Promise<T>, ifMissing?: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(path, error, ifMissing);
  }
}
