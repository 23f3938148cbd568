// A lake at another place, byte for byte: what its snapshots name first, each file checked against its hash, then the
// snapshots in their order. A copy that was stopped goes on where it was: what lies there already is checked and kept.

import { mapConcurrent } from '../common/concurrency.js';
import { LakeError } from '../common/errors.js';
import { sha256 } from '../common/sha256.js';
import { encodeHint, parseLakeFile, parseTag } from '../format/lake-file.js';
import { checkHash, damaged } from '../format/metadata.js';
import {
  expiredPath,
  hintPath,
  lakeFilePath,
  metadataFolder,
  snapshotFolder,
  snapshotPath,
  tagPath,
} from '../format/paths.js';
import { encodeExpired } from '../format/snapshot.js';
import { parentOf } from '../storage/path.js';
import type { FileToWrite, Storage } from '../storage/storage.js';
import { readTableFile } from './hashed-files.js';
import { refuseUnfit } from './lake-file.js';
import { readLine, type LineEntry } from './maintenance/all-snapshots.js';
import { refuseStopped } from './maintenance/maintenance-turn.js';
import { reach } from './maintenance/reachable-files.js';
import { readPassing } from './read-passing.js';
import { findHead, listTags, readIfThere } from './snapshot-lookup.js';

/** What is to be copied. */
interface CopyOptions {
  /** Only this snapshot; all that are retained unless given. */
  readonly snapshot?: number;
  readonly signal?: AbortSignal;
  /** Of data files and key indexes. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What lies at the other place now. */
export interface CopyReport {
  /** The newest. */
  readonly head: number;
  readonly snapshots: number;
  /** Files and bytes that were copied, metadata included. */
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  /** That lay there already, as they should be. */
  readonly keptFiles: number;
}

/** A file by what it must be. */
interface HashedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes?: number;
}

/** Files in work at a time. */
const parallelFiles = 8;

/**
 * Copies a lake; nothing of it is changed. `to` must hold nothing, or an earlier copy of the same lake.
 * @throws LakeError `not-found` without a snapshot to copy; `corrupt` for a file that is not as it was committed;
 *   `invalid-input` where another lake lies; `conflict` where the copy went its own way; `interrupted`; `unsupported-storage`
 */
export async function copyLake(from: Storage, to: Storage, options: CopyOptions = {}): Promise<CopyReport> {
  const lakeFile = await readIfThere(from, lakeFilePath);
  const head = await findHead(from);
  if (lakeFile === undefined || head === 0)
    throw new LakeError('not-found', `${from.location} holds no lake that could be copied.`);
  const listed = await from.list(metadataFolder);
  const line = await readLine(from, { listed, ...(options.signal && { signal: options.signal }) });
  const last = options.snapshot ?? line.at(-1)?.snapshotId ?? head;
  const kept = line.filter(({ snapshotId: id }) => (options.snapshot === undefined ? true : id === last));
  if (kept.length === 0)
    throw new LakeError('not-found', `There is no snapshot ${last} in ${from.location}, or it has expired.`);
  await claimPlace(to, lakeFile, last);
  const copying = new Copying(from, to, options);
  const { files } = await reach(from, kept);
  await copying.files([...files.values()]);
  await copying.line(kept, line, last);
  await copyTags(from, to, new Set(kept.map(({ snapshotId }) => snapshotId)));
  await to.write([{ path: hintPath, bytes: encodeHint(Math.max(last, await findHead(to))) }]);
  return { head: last, snapshots: kept.length, ...copying.counts };
}

/** Makes the place a lake of the same id, once. */
async function claimPlace(to: Storage, lakeFile: Uint8Array, last: number): Promise<void> {
  await refuseUnfit(to);
  const { lakeId } = await parseLakeFile(lakeFile);
  await to.create({ path: lakeFilePath, bytes: lakeFile });
  const there = await parseLakeFile(await to.read(lakeFilePath));
  if (there.lakeId !== lakeId)
    throw new LakeError(
      'invalid-input',
      `${to.location} holds another lake (${there.lakeId}); this one is ${lakeId}. Name an empty place.`,
    );
  const head = await findHead(to);
  if (head > last) throw wentItsOwnWay(to, `it has ${head} snapshots, and ${last} are to be copied`);
}

function wentItsOwnWay(to: Storage, what: string): LakeError {
  const message = `${to.location} is a copy of this lake that went its own way: ${what}. Name an empty place.`;
  return new LakeError('conflict', message);
}

/** One copy under way. */
class Copying {
  readonly #from: Storage;
  readonly #to: Storage;
  readonly #options: CopyOptions;
  #counts = { copiedFiles: 0, copiedBytes: 0, keptFiles: 0 };

  constructor(from: Storage, to: Storage, options: CopyOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
  }

  get counts(): Pick<CopyReport, 'copiedFiles' | 'copiedBytes' | 'keptFiles'> {
    return this.#counts;
  }

  /** Copies files that are not there as they should be. */
  async files(files: readonly HashedFile[]): Promise<void> {
    const { signal, onProgress } = this.#options;
    let done = 0;
    await mapConcurrent(files, parallelFiles, async (file) => {
      refuseStopped(signal, 'run it again and the copy goes on');
      if (await this.#isThere(file)) this.#counts.keptFiles++;
      else {
        const bytes = await this.#read(file);
        await this.#to.write([{ path: file.path, bytes }]);
        this.#count(bytes);
      }
      onProgress?.(++done, files.length);
    });
  }

  /** The folders of all numbers, oldest first: snapshots that are kept, and marks of the others. */
  async line(kept: readonly LineEntry[], line: readonly LineEntry[], last: number): Promise<void> {
    const metadata = byFolder(await metadataOf(this.#from, kept));
    const wanted = byNumber(kept);
    const known = byNumber(line);
    for (let id = 1; id <= last; id++) {
      refuseStopped(this.#options.signal, 'run it again and the copy goes on');
      const own = metadata.get(snapshotFolder(id)) ?? [];
      const entry = wanted.get(id);
      if (entry !== undefined) await this.#snapshot(entry, own);
      else await this.#mark(id, known.get(id), own);
    }
  }

  async #snapshot({ snapshotId, sha256: hash }: LineEntry, own: readonly HashedFile[]): Promise<void> {
    const path = snapshotPath(snapshotId);
    if (await this.#isSame(path, hash)) {
      this.#counts.keptFiles += own.length + 1;
      return;
    }
    const folder = snapshotFolder(snapshotId);
    const files: FileToWrite[] = [];
    for (const file of [...own, { path, sha256: hash }])
      files.push({ path: file.path.slice(folder.length + 1), bytes: await this.#read(file) });
    const token = commitIdIn(files.at(-1)!.bytes);
    const answer = await this.#to.publish(folder, files, token);
    if (answer === 'taken' && !(await this.#isSame(path, hash)))
      throw wentItsOwnWay(this.#to, `its snapshot ${snapshotId} is another one`);
    for (const { bytes } of files) this.#count(bytes);
  }

  /** @throws LakeError `conflict` where another snapshot has the number */
  async #isSame(path: string, hash: string): Promise<boolean> {
    const there = await readIfThere(this.#to, path);
    if (there === undefined) return false;
    if ((await sha256(there)) === hash) return true;
    throw wentItsOwnWay(this.#to, `${path} is another one`);
  }

  /** What is left of an expired snapshot, or of one that is not to be copied; a copy that still has it keeps it. */
  async #mark(id: number, entry: LineEntry | undefined, own: readonly HashedFile[]): Promise<void> {
    if ((await this.#to.stat(snapshotPath(id))) !== undefined) return;
    await this.files(own);
    const path = expiredPath(id);
    const bytes = entry === undefined ? await readIfThere(this.#from, path) : await encodeExpired(entry);
    if (bytes === undefined) throw damaged(path, 'it is missing');
    await this.#to.write([{ path, bytes }]);
    this.#count(bytes);
  }

  async #read({ path, sha256: hash }: HashedFile): Promise<Uint8Array> {
    const bytes = await readPassing(this.#from, path, (found) => checkHash(found, hash, path));
    if (bytes === undefined) throw damaged(path, 'it is missing');
    return bytes;
  }

  async #isThere({ path, sha256: hash, bytes }: HashedFile): Promise<boolean> {
    const found = await this.#to.stat(path);
    if (found === undefined || (bytes !== undefined && found.sizeBytes !== bytes)) return false;
    return (await sha256(await this.#to.read(path))) === hash;
  }

  #count({ length }: Uint8Array): void {
    this.#counts = {
      ...this.#counts,
      copiedFiles: this.#counts.copiedFiles + 1,
      copiedBytes: this.#counts.copiedBytes + length,
    };
  }
}

function byNumber(entries: readonly LineEntry[]): ReadonlyMap<number, LineEntry> {
  return new Map(entries.map((entry) => [entry.snapshotId, entry]));
}

function byFolder(files: readonly HashedFile[]): ReadonlyMap<string, readonly HashedFile[]> {
  const folders = new Map<string, HashedFile[]>();
  for (const file of files) {
    const folder = parentOf(file.path);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [file]);
    else known.push(file);
  }
  return folders;
}

/** Table files and manifests that the snapshots name, each once. */
async function metadataOf(from: Storage, kept: readonly LineEntry[]): Promise<readonly HashedFile[]> {
  const found = new Map<string, HashedFile>();
  const tables = new Map(
    kept.flatMap(({ snapshotId, tables }) =>
      Object.entries(tables).map(([name, ref]) => [ref.path, { name, ref, snapshotId }] as const),
    ),
  );
  await mapConcurrent([...tables.values()], parallelFiles, async ({ name, ref, snapshotId }) => {
    found.set(ref.path, { path: ref.path, sha256: ref.sha256 });
    for (const { path, sha256: hash } of (await readTableFile(from, name, ref, snapshotId)).manifests)
      found.set(path, { path, sha256: hash });
  });
  return [...found.values()];
}

/** The commit's own, so that a copy that is made twice at a time finds itself. */
function commitIdIn(snapshot: Uint8Array): string {
  return (JSON.parse(new TextDecoder().decode(snapshot)) as { readonly commitId: string }).commitId;
}

async function copyTags(from: Storage, to: Storage, kept: ReadonlySet<number>): Promise<void> {
  for (const [name, snapshotId] of await listTags(from)) {
    if (!kept.has(snapshotId)) continue;
    const path = tagPath(name);
    const bytes = await from.read(path);
    await parseTag(bytes, path);
    await to.write([{ path, bytes }]);
  }
}
