// What a disk holds after a power cut. What was synced is there. Of every other change of a folder's entries, each may
// or may not have reached the disk, in any order; a file that was not synced has nothing, a part, or zeros.

import type { Random } from './random.js';
import { newFolder, type FileNode, type FolderNode, type Node, type PendingChange } from './disk-nodes.js';

/** The tree that is left; the one of before stays as it is. */
export function diskAfterPowerCut(
  root: FolderNode,
  pending: readonly PendingChange[],
  random: Random,
  nowMs: number,
): FolderNode {
  const entries = new Map<FolderNode, Map<string, Node>>();
  for (const { folder, name, node } of survivors(pending, random).flatMap(({ parts }) => parts)) {
    const kept = entries.get(folder) ?? new Map(folder.lasting);
    entries.set(folder, kept);
    if (node === undefined) kept.delete(name);
    else kept.set(name, node);
  }
  return new Survivor(entries, random, nowMs).folder(root);
}

/** A disk with a journal keeps a first part of the changes; one without keeps any of them. */
function survivors(pending: readonly PendingChange[], random: Random): readonly PendingChange[] {
  if (random.chance(0.25)) return pending.slice(0, random.below(pending.length + 1));
  const probability = random.pick([0, 0.1, 0.5, 0.9, 1]);
  return pending.filter(() => random.chance(probability));
}

class Survivor {
  readonly #entries: ReadonlyMap<FolderNode, ReadonlyMap<string, Node>>;
  readonly #random: Random;
  readonly #nowMs: number;
  readonly #files = new Map<FileNode, FileNode>();
  readonly #folders = new Set<FolderNode>();

  /** `entries`: of folders of which more reached the disk than was synced. */
  constructor(entries: ReadonlyMap<FolderNode, ReadonlyMap<string, Node>>, random: Random, nowMs: number) {
    this.#entries = entries;
    this.#random = random;
    this.#nowMs = nowMs;
  }

  folder(before: FolderNode): FolderNode {
    this.#folders.add(before);
    const after = newFolder(this.#nowMs);
    for (const [name, node] of this.#entries.get(before) ?? before.lasting) {
      const copy = this.#node(node);
      if (copy === undefined) continue;
      after.entries.set(name, copy);
      after.lasting.set(name, copy);
    }
    return after;
  }

  /** A folder with two names, of a rename that half happened, keeps one of them: that is what a file system check does. */
  #node(node: Node): Node | undefined {
    if (node.kind === 'folder') return this.#folders.has(node) ? undefined : this.folder(node);
    const copy = this.#files.get(node) ?? this.#file(node);
    this.#files.set(node, copy);
    return copy;
  }

  #file(before: FileNode): FileNode {
    const bytes = before.lasting?.length === before.bytes.length ? before.lasting : this.#torn(before);
    return { kind: 'file', bytes, lasting: bytes, isDropped: false, modifiedAtMs: before.modifiedAtMs };
  }

  /** Nothing, a first part, zeros, or a first part and zeros, of any length. */
  #torn({ bytes, lasting }: FileNode): Uint8Array {
    const length = this.#random.below(bytes.length + 1);
    const torn = new Uint8Array(this.#random.chance(0.2) ? bytes.length : length);
    const written = this.#random.pick([0, length, this.#random.below(length + 1)]);
    torn.set(bytes.subarray(0, Math.min(written, torn.length)));
    if (lasting !== undefined && lasting.length <= torn.length) torn.set(lasting);
    return torn;
  }
}
