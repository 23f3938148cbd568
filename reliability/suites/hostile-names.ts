// Names and values that someone else chose: nothing leaves the lake's folder, no two things share a file, nothing is
// lost, and what cannot be held is refused before it reaches the disk (format §1).

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isLakeError, type ErrorCode } from '../../src/common/errors.js';
import { sha256 } from '../../src/common/sha256.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { DataFile, EncodedDataFile } from '../../src/format/data-file.js';
import { makeTable } from '../../src/format/evolve.js';
import { encodeManifest, parseManifest } from '../../src/format/manifest.js';
import { assertFolderValues, parsePartitionFolder, partitionFolder } from '../../src/format/partition.js';
import { isLakePath, tableFolder, tagPath } from '../../src/format/paths.js';
import { encodeSnapshot, parseSnapshot, type Snapshot, type Summary } from '../../src/format/snapshot.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { currentSpec, encodeTableFile, parseTableFile, type TableFile } from '../../src/format/table-file.js';
import { localStorage } from '../../src/storage/local.js';
import { checkPath } from '../../src/storage/path.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { readDataFile } from '../../src/table/read.js';
import { openHead, requireTable } from '../../src/table/view.js';
import { writeDataFiles } from '../../src/table/write.js';
import { hostilePath, hostileText, lookalike, plainName, wellFormed } from '../hostile-text.js';
import type { Random } from '../random.js';
import { check, eachRun, type Suite, type SuiteOptions, type Tally } from '../suite.js';

/** Names, paths and values made to be mistaken for others. */
export const hostileNames: Suite = {
  name: 'hostile names',
  promise:
    'Whatever values, names and paths are: nothing is written or read outside the lake, and nothing is lost.',
  method:
    'Partition values, paths in metadata, storage paths, names of tables, tags and fields, keys of JSON objects, made to be mistaken for something else; checked against the rules of POSIX and Windows; one in fifty written to a disk and read back.',
  unit: 'names',
  fullRuns: 100_000,
  plantedBug:
    'partition values are encoded as for a URL, which leaves upper case and dots at the end as they are',
  divisible: true,
  run: (options) => {
    const codec = options.plant ? urlCodec : formatCodec;
    return eachRun(options, async (random, tally, run) => {
      if (run % 50 === 0) return onDisk(random, tally, options, run);
      return random.pick([partitionValue, metadataPath, storagePath, names, jsonKeys])(random, tally, codec);
    });
  },
};

/** A partition's folder, and its value back. */
interface Codec {
  readonly folderOf: (day: string | null) => string;
  readonly valueOf: (folder: string) => string | null | undefined;
}

const days: TableDefinition = {
  name: 'silver.days',
  columns: [{ name: 'day', type: 'string', required: false }],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['day'],
  key: [],
};
const spec = currentSpec(makeTable(days, 'days'));

const formatCodec: Codec = {
  folderOf: (day) => partitionFolder(spec, { day }),
  valueOf: (folder) => parsePartitionFolder(spec, folder)['day'],
};

/** The planted bug. */
const urlCodec: Codec = {
  folderOf: (day) => `day=${day === null ? '__null__' : encodeURIComponent(wellFormed(day))}`,
  valueOf: (folder) => decodeURIComponent(folder.slice('day='.length)),
};

function partitionValue(random: Random, tally: Tally, { folderOf, valueOf }: Codec): void {
  const value = hostileText(random);
  const other = random.chance(0.1) ? null : lookalike(value, random);
  if (!isAccepted(() => assertFolderValues(spec, { day: value }), 'invalid-input')) {
    check(
      value.length > 80 || value !== wellFormed(value),
      () => `${shown(value)} is refused as a partition`,
    );
    return tally.add('partition values refused');
  }
  const folder = folderOf(value);
  if (other === null || other === wellFormed(other)) checkApart(folder, folderOf(other), value === other);
  check(valueOf(folder) === value, () => `${shown(value)} comes back as another value`);
  checkInside(`silver/days/${folder}/x.parquet`);
  tally.add('partition values');
}

/** Two values share a folder if and only if they are the same, also where case and dots at the end are dropped. */
function checkApart(folder: string, other: string, isSame: boolean): void {
  const seenBy = (name: string): string => name.toLowerCase().replace(/[. ]+$/, '');
  check(
    (seenBy(folder) === seenBy(other)) === isSame,
    () => `${shown(folder)} and ${shown(other)} are one folder`,
  );
}

/** An attacker's metadata: hashes would be right, the path is not. */
function metadataPath(random: Random, tally: Tally): void {
  const path = hostilePath(random);
  const parse = random.pick([
    () => parseManifest(json(manifestOf({ ...dataFile, path })), 'm'),
    () => parseManifest(json(manifestOf({ ...dataFile, index: { ...keys, path } })), 'm'),
    () => parseTableFile(json({ ...tableFile, manifests: [{ ...manifestRef, path }] }), 't'),
  ]);
  const isTaken = isAccepted(parse, 'corrupt');
  if (isTaken) checkInside(path);
  else check(!isPlain(path), () => `the harmless path ${shown(path)} is refused`);
  tally.add(isTaken ? 'metadata paths' : 'metadata paths refused');
}

function storagePath(random: Random, tally: Tally): void {
  const path = hostilePath(random);
  const isTaken = isAccepted(() => checkPath(path, 'file'), 'invalid-input');
  if (isTaken) {
    check(posix.join('/lake', path) === `/lake/${path}`, () => `${shown(path)} is another path on a disk`);
    check(
      win32.join('C:\\lake', path) === `C:\\lake\\${path.replaceAll('/', '\\')}`,
      () => `${shown(path)} leaves the lake`,
    );
  } else check(!isPlain(path), () => `the harmless path ${shown(path)} is refused`);
  tally.add(isTaken ? 'storage paths' : 'storage paths refused');
}

/** Names of tags, tables and partition fields: those that are taken are files and folders of their own, on any system. */
async function names(random: Random, tally: Tally): Promise<void> {
  const name = random.chance(0.3) ? `${plainName(random)}.${hostileText(random)}` : hostileText(random);
  const taken = [isTag(name), isTable(name), await isPartitionField(name)].includes(true);
  tally.add(taken ? 'names' : 'names refused');
}

function isTag(name: string): boolean {
  if (!isAccepted(() => tagPath(name), 'invalid-input')) return false;
  checkInside(tagPath(name));
  check(name === name.toLowerCase(), `The tag ${name} is another one where case is ignored`);
  return true;
}

function isTable(name: string): boolean {
  if (!isAccepted(() => makeTable({ ...days, name }, 'id'), 'invalid-input')) return false;
  checkInside(`${tableFolder(name)}/x`);
  checkInside(`_manifests/0000000001/${name}.m0.json`);
  check(name === name.toLowerCase(), `The table ${name} is another one where case is ignored`);
  return true;
}

async function isPartitionField(name: string): Promise<boolean> {
  const definition = { ...days, partition: { ...days.partition!, name } };
  if (!isAccepted(() => makeTable(definition, 'id'), 'invalid-input')) return false;
  const table = makeTable(definition, 'id');
  const file = { ...dataFile, partition: { [name]: 'x' } };
  checkInside(partitionFolder(currentSpec(table), file.partition));
  const manifest = await encodeManifest({ table: days.name, files: [file] });
  check(isDeepStrictEqual(parseManifest(manifest.bytes, 'm').files, [file]), `The partition ${name} is lost`);
  const { bytes } = await encodeTableFile(table);
  check(isDeepStrictEqual(parseTableFile(bytes, 't'), table), `The partition field ${name} is lost`);
  return true;
}

/** Keys of what a run says about itself: files, sources and metrics may be called anything. */
async function jsonKeys(random: Random, tally: Tally): Promise<void> {
  const text = hostileText(random);
  const summary = { [text]: hostileText(random), nested: { [text]: { polluted: text } } };
  const before = { ...snapshot, summary, operation: text };
  const after = await parseSnapshot(await encodeSnapshot(before), 1);
  check(isDeepStrictEqual(after, before), () => `a summary with ${shown(text)} comes back as another one`);
  check(Object.hasOwn(after.summary, text), () => `the key ${shown(text)} is lost`);
  check(!('polluted' in {}), () => `the key ${shown(text)} changed every object`);
  tally.add('keys');
}

/** A commit with a hostile value into a lake with something beside it, and bytes at a hostile path. */
async function onDisk(
  random: Random,
  tally: Tally,
  { workFolder }: SuiteOptions,
  run: number,
): Promise<void> {
  const place = join(workFolder, `names-${run}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'beside'), 'untouched');
  try {
    const storage = localStorage(join(place, 'lake'), systemRuntime());
    await writeAndRead(storage, hostilePath(random), tally);
    await commitAndRead(storage, hostileText(random), tally);
    const found = readdirSync(place).sort().join();
    check(found === 'beside,lake' || found === 'beside', () => `beside the lake lies ${shown(found)}`);
    check(isDeepStrictEqual(readdirSync(workFolder), [`names-${run}`]), 'something lies outside of the lake');
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function writeAndRead(storage: Storage, path: string, tally: Tally): Promise<void> {
  const bytes = new TextEncoder().encode(path);
  if (!(await isDone(storage.write([{ path, bytes }])))) {
    check((await storage.list('')).length === 0, () => `${shown(path)} is refused and yet written`);
    return tally.add('files refused by the disk');
  }
  const listed = (await storage.list('')).map((file) => file.path);
  check(
    isDeepStrictEqual(listed, [path]),
    () => `${shown(path)} was written, ${shown(listed.join())} is there`,
  );
  check(
    isDeepStrictEqual(new Uint8Array(await storage.read(path)), bytes),
    () => `${shown(path)} has other bytes`,
  );
  await storage.delete(path);
  tally.add('files on the disk');
}

async function commitAndRead(storage: Storage, day: string, tally: Tally): Promise<void> {
  const file = await fileOf(day);
  const { commitId } = snapshot;
  const writing = writeDataFiles(storage, { commitId, table: makeTable(days, 'id'), files: [file] });
  const isFit = isAccepted(() => assertFolderValues(spec, { day }), 'invalid-input');
  check(
    (await isDone(writing)) === isFit,
    () => `${shown(day)} is ${isFit ? 'refused' : 'taken'} by the disk`,
  );
  if (!isFit) return tally.add('values refused by the disk');
  const changes = [{ definition: days, removed: [], added: await writing }];
  const request = { commitId, operation: 'ingest', summary: { [day]: day }, changes, reads: [] };
  await commit(storage, systemRuntime(), { base: null, ...request });
  await checkCommitted(storage, day, file, request.summary);
  tally.add('values on the disk');
}

async function checkCommitted(
  storage: Storage,
  day: string,
  file: EncodedDataFile,
  summary: Summary,
): Promise<void> {
  const view = (await openHead(storage))!;
  const table = await requireTable(view, days.name);
  const [found, ...more] = await table.files({ day: { op: '=', value: day } });
  check(found !== undefined && more.length === 0, () => `the file of ${shown(day)} is lost`);
  check(found.partition['day'] === day, () => `${shown(day)} is another value now`);
  check(isDeepStrictEqual(view.snapshot.summary, summary), () => `the summary of ${shown(day)} is lost`);
  const bytes = new Uint8Array(await readDataFile(storage, found));
  check(isDeepStrictEqual(bytes, file.bytes), () => `${shown(day)} has other bytes`);
}

async function fileOf(day: string): Promise<EncodedDataFile> {
  const bytes = new TextEncoder().encode(day);
  return {
    bytes,
    sha256: await sha256(bytes),
    rows: 1,
    columns: { 1: { nulls: 0, min: day, max: day } },
    partition: { day },
  };
}

/** Whether it is taken; if not, it must be refused in the one way that callers know. */
function isAccepted(work: () => unknown, refusal: ErrorCode): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isLakeError(error, refusal)) return false;
    throw error;
  }
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isLakeError(error, 'invalid-input')) return false;
    throw error;
  }
}

/** By rules of its own: a path that POSIX and Windows take for itself, below the lake, with names that each can hold. */
function checkInside(path: string): void {
  const odd = path
    .split('/')
    .find((name) => name === '' || name.length > 255 || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name));
  check(odd === undefined, () => `${shown(path)} has a name that not every system can hold`);
  check(
    !/[^\x21-\x7e]|[\\:*?"<>|]/.test(path),
    () => `${shown(path)} has characters that not every system can hold`,
  );
  check(posix.resolve('/lake', path) === `/lake/${path}`, () => `${shown(path)} leaves the lake`);
  check(
    win32.resolve('C:\\lake', path) === `C:\\lake\\${path.replaceAll('/', '\\')}`,
    () => `${shown(path)} leaves the lake`,
  );
  check(isLakePath(path), () => `${shown(path)} is written, but could not be read`);
}

function isPlain(path: string): boolean {
  return (
    /^[a-z0-9]+([/=_-][a-z0-9]+)*$/.test(path) &&
    path.length < 200 &&
    !/(con|prn|aux|nul|com\d|lpt\d)/.test(path)
  );
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ formatVersion: 1, ...value }));
}

const hash = '0'.repeat(64);
const keys = {
  path: 'silver/days/x.keys',
  sha256: hash,
  bytes: 4,
  columns: [{ id: 1, offset: 0, count: 1 }],
};
const dataFile: DataFile = {
  path: 'silver/days/x.parquet',
  sha256: hash,
  bytes: 1,
  rows: 1,
  schemaId: 0,
  specId: 0,
  addedIn: 1,
  partition: {},
  columns: {},
};
const manifestOf = (file: DataFile): object => ({ table: days.name, files: [file] });
const tableFile: TableFile = makeTable(days, 'id');
const manifestRef = { path: 'x', sha256: hash, files: 1, rows: 1, bytes: 1, partitions: {} };
const snapshot: Snapshot = {
  lakeId: '7e3f0f5a-0000-4000-8000-000000000001',
  snapshotId: 1,
  parentId: null,
  parentSha256: null,
  commitId: '7e3f0f5a-0000-4000-8000-000000000002',
  committedAt: '2024-03-05T10:00:00.000000Z',
  operation: 'ingest',
  tables: {},
  summary: {},
};
