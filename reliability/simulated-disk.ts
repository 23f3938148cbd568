// A disk in memory that keeps only what it must: the semantics of POSIX while the machine runs, and after a power cut
// whatever the cruellest file system without a journal could have left. Every call shows itself to a hook first, which
// may hold it back, fail it or end the process that made it.

import type { EntryKind, EntryStatus, FileSystem, OpenFile } from '../src/storage/file-system.js';
import type { Processes } from '../src/storage/processes.js';
import {
  copyOf,
  newFolder,
  settle,
  type EntryChange,
  type FileNode,
  type FolderNode,
  type Node,
  type PendingChange,
} from './disk-nodes.js';
import { diskAfterPowerCut } from './disk-after-power-cut.js';
import type { Random } from './random.js';

/** The calls that there are; `stat` is `lstat` too. */
export type DiskOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'close'
  | 'readNow'
  | 'link'
  | 'rename'
  | 'unlink'
  | 'mkdir'
  | 'rmdir'
  | 'readdir'
  | 'stat'
  | 'touch';

/** A call of a process to the disk. */
export interface DiskCall {
  readonly operation: DiskOperation;
  readonly path: string;
  /** The new name, of `link` and `rename`. */
  readonly to?: string;
}

/** What a hook does to a call: fails it before or after its effect, or lets a write or read take only a part. */
export type DiskEffect =
  { readonly kind: 'fail' | 'fail-after'; readonly code: string } | { readonly kind: 'short' };

/** Called before each call. One that never resolves ends the process: nothing of it runs any more. */
export type DiskHook = (call: DiskCall) => DiskEffect | undefined | Promise<DiskEffect | undefined>;

/** How a disk behaves. */
export interface DiskOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** `whole`: a rename is on the disk as a whole or not at all; `split`: each of its two names for itself. */
  readonly renames: 'whole' | 'split';
  /** Planted bugs: syncs that say that they worked. */
  readonly deaf?: 'files' | 'folders';
}

/** A disk that can be seen by several processes, and lose its power. */
export interface SimulatedDisk {
  /** The disk as a process sees it. */
  fileSystem(hook?: DiskHook): FileSystem;
  /** What is left when the power fails now. */
  afterPowerCut(random: Random): SimulatedDisk;
  /** A disk of its own with the same content, all of which lasts. */
  copy(): SimulatedDisk;
  /** All files, by path. */
  files(): ReadonlyMap<string, Uint8Array>;
}

/** An empty disk, or one with a tree that lasts. */
export function simulatedDisk(options: DiskOptions, root = newFolder(options.now())): SimulatedDisk {
  let pending: PendingChange[] = [];

  const change = (...parts: readonly EntryChange[]): void => {
    for (const { folder, name, node } of parts) {
      if (node === undefined) folder.entries.delete(name);
      else folder.entries.set(name, node);
      folder.modifiedAtMs = options.now();
    }
    if (options.renames === 'whole') pending.push({ parts });
    else for (const part of parts) pending.push({ parts: [part] });
  };

  const syncFolder = (folder: FolderNode): void => {
    if (options.deaf === 'folders') return;
    const isTouched = ({ parts }: PendingChange): boolean => parts.some((part) => part.folder === folder);
    for (const { parts } of pending.filter(isTouched)) for (const part of parts) settle(part);
    pending = pending.filter((each) => !isTouched(each));
  };

  const syncFile = (file: FileNode): void => {
    if (options.deaf !== 'files' && !file.isDropped) file.lasting = file.bytes;
  };

  const disk = {
    root,
    change,
    sync: (node: Node) => (node.kind === 'file' ? syncFile(node) : syncFolder(node)),
    now: options.now,
  };
  return {
    fileSystem: (hook) => processView(disk, hook),
    afterPowerCut: (random) =>
      simulatedDisk(options, diskAfterPowerCut(root, pending, random, options.now())),
    copy: () => simulatedDisk(options, copyOf(root)),
    files: () => new Map(filesBelow(root, '')),
  };
}

function* filesBelow(folder: FolderNode, path: string): Generator<[string, Uint8Array]> {
  for (const [name, node] of folder.entries) {
    if (node.kind === 'file') yield [`${path}/${name}`, node.bytes];
    else yield* filesBelow(node, `${path}/${name}`);
  }
}

interface Disk {
  readonly root: FolderNode;
  change(...parts: readonly EntryChange[]): void;
  sync(node: Node): void;
  now(): number;
}

function processView(disk: Disk, hook: DiskHook | undefined): FileSystem {
  const call = async <T>(seen: DiskCall, work: (effect: DiskEffect | undefined) => T): Promise<T> => {
    const effect = await hook?.(seen);
    if (effect?.kind === 'fail') throw systemError(effect.code, seen);
    const result = work(effect);
    if (effect?.kind === 'fail-after') throw systemError(effect.code, seen);
    return result;
  };
  return {
    open: (path, flags) =>
      call({ operation: 'open', path }, () => {
        const node = flags === 'r' ? find(disk, path) : addFile(disk, path);
        return openFile(disk, path, node, call);
      }),
    readNow: (path) => {
      const seen: DiskCall = { operation: 'readNow', path };
      const effect = hook?.(seen);
      if (effect !== undefined && 'kind' in effect && effect.kind !== 'short')
        throw systemError(effect.code, seen);
      const node = find(disk, path);
      if (node.kind === 'folder') throw systemError('EISDIR', seen);
      return node.bytes.slice();
    },
    isLinkNow: () => false,
    link: (path, to) => call({ operation: 'link', path, to }, () => addLink(disk, path, to)),
    rename: (path, to) => call({ operation: 'rename', path, to }, () => rename(disk, path, to)),
    unlink: (path) => call({ operation: 'unlink', path }, () => remove(disk, path, 'file')),
    mkdir: (path) => call({ operation: 'mkdir', path }, () => void add(disk, path, newFolder(disk.now()))),
    rmdir: (path) => call({ operation: 'rmdir', path }, () => remove(disk, path, 'folder')),
    readdir: (path) => call({ operation: 'readdir', path }, () => list(disk, path)),
    stat: (path) => call({ operation: 'stat', path }, () => statusOf(find(disk, path))),
    lstat: (path) => call({ operation: 'stat', path }, () => statusOf(find(disk, path))),
    touch: (path, modifiedAtMs) =>
      call({ operation: 'touch', path }, () => void (find(disk, path).modifiedAtMs = modifiedAtMs)),
  };
}

type Call = <T>(seen: DiskCall, work: (effect: DiskEffect | undefined) => T) => Promise<T>;

function openFile(disk: Disk, path: string, node: Node, call: Call): OpenFile {
  const part = (bytes: Uint8Array, effect: DiskEffect | undefined): Uint8Array =>
    effect?.kind === 'short' ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
  return {
    read: (bytes, position) =>
      call({ operation: 'read', path }, (effect) => {
        const found = fileBytes(node, path).subarray(position, position + part(bytes, effect).length);
        bytes.set(found);
        return found.length;
      }),
    write: (bytes) =>
      call({ operation: 'write', path }, (effect) => {
        const taken = part(bytes, effect);
        if (node.kind === 'file') node.bytes = joined(node.bytes, taken);
        return taken.length;
      }),
    sync: () =>
      call({ operation: 'sync', path }, () => disk.sync(node)).catch((error: unknown) => {
        if (node.kind === 'file') node.isDropped = true;
        throw error;
      }),
    close: () => call({ operation: 'close', path }, () => undefined),
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function fileBytes(node: Node, path: string): Uint8Array {
  if (node.kind === 'folder') throw systemError('EISDIR', { operation: 'read', path });
  return node.bytes;
}

/** The folder that holds the last piece of a path, and that piece. */
function holderOf(disk: Disk, path: string): { readonly folder: FolderNode; readonly name: string } {
  const pieces = path.split('/').slice(1);
  const name = pieces.pop()!;
  let folder = disk.root;
  for (const piece of pieces) {
    const node = folder.entries.get(piece);
    if (node === undefined) throw systemError('ENOENT', { operation: 'open', path });
    if (node.kind === 'file') throw systemError('ENOTDIR', { operation: 'open', path });
    folder = node;
  }
  return { folder, name };
}

function lookUp(disk: Disk, path: string): Node | undefined {
  if (path === '/') return disk.root;
  const { folder, name } = holderOf(disk, path);
  return folder.entries.get(name);
}

function find(disk: Disk, path: string): Node {
  const node = lookUp(disk, path);
  if (node === undefined) throw systemError('ENOENT', { operation: 'open', path });
  return node;
}

function add<T extends Node>(disk: Disk, path: string, node: T): T {
  if (lookUp(disk, path) !== undefined) throw systemError('EEXIST', { operation: 'open', path });
  disk.change({ ...holderOf(disk, path), node });
  return node;
}

function addFile(disk: Disk, path: string): FileNode {
  return add(disk, path, {
    kind: 'file',
    bytes: new Uint8Array(),
    lasting: undefined,
    isDropped: false,
    modifiedAtMs: disk.now(),
  });
}

function addLink(disk: Disk, path: string, to: string): void {
  const node = find(disk, path);
  if (node.kind === 'folder') throw systemError('EPERM', { operation: 'link', path, to });
  add(disk, to, node);
}

function rename(disk: Disk, path: string, to: string): void {
  const node = find(disk, path);
  const there = lookUp(disk, to);
  if (there === node) return;
  const refusal = there && whyNotReplaced(node, there);
  if (refusal !== undefined) throw systemError(refusal, { operation: 'rename', path, to });
  disk.change({ ...holderOf(disk, path), node: undefined }, { ...holderOf(disk, to), node });
}

function whyNotReplaced(node: Node, there: Node): string | undefined {
  if (there.kind === 'file') return node.kind === 'folder' ? 'ENOTDIR' : undefined;
  if (node.kind === 'file') return 'EISDIR';
  return there.entries.size > 0 ? 'ENOTEMPTY' : undefined;
}

function remove(disk: Disk, path: string, kind: EntryKind): void {
  const node = find(disk, path);
  const code = node.kind === 'folder' ? 'EISDIR' : 'ENOTDIR';
  if (node.kind !== kind) throw systemError(code, { operation: 'unlink', path });
  if (node.kind === 'folder' && node.entries.size > 0)
    throw systemError('ENOTEMPTY', { operation: 'rmdir', path });
  disk.change({ ...holderOf(disk, path), node: undefined });
}

function list(disk: Disk, path: string): { name: string; kind: EntryKind }[] {
  const node = find(disk, path);
  if (node.kind === 'file') throw systemError('ENOTDIR', { operation: 'readdir', path });
  return Array.from(node.entries, ([name, { kind }]) => ({ name, kind }));
}

function statusOf(node: Node): EntryStatus {
  const sizeBytes = node.kind === 'file' ? node.bytes.length : 0;
  return { kind: node.kind, sizeBytes, modifiedAtMs: node.modifiedAtMs };
}

/** An error as the system would give it. */
function systemError(code: string, { operation, path }: DiskCall): Error {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code });
}

/** The processes of one start of a simulated machine: none of an earlier one lives. */
export function simulatedProcesses(boot: number): Processes {
  return {
    self: { pid: boot, host: 'simulated', boot: null, namespace: null, processStart: null },
    fateOf: ({ pid }) => (pid === boot ? 'running' : 'ended'),
    repeat: () => () => undefined,
  };
}
