// The key index beside a data file: sorted 32-bit hashes of its keys (format §6). A pure function of the keys,
// so that it can be lost and made again with equal bytes.

import { LakeError } from '../common/errors.js';

/**
 * Stands for a field id where a section is of the whole key: of several columns, or of one that is no text. Its hashes are
 * of the key's bytes (key-bytes.ts); a key that is one text column has that column's section.
 */
export const wholeKeyId = 0;

/** One key column of a data file on its way into an index. */
export interface KeyHashes {
  /** Or `wholeKeyId`. */
  readonly fieldId: number;
  /** In any order, with repeats; nulls left out. */
  readonly hashes: Uint32Array;
}

/** Where the hashes of one key column lie within the index. */
export interface KeyIndexColumn {
  /** Field id, or `wholeKeyId`. */
  readonly id: number;
  /** In bytes. */
  readonly offset: number;
  /** In values of four bytes. */
  readonly count: number;
}

/** murmur3 (x86, 32 bits, seed 0) of bytes[start, end), unsigned. */
export function murmur3(bytes: Uint8Array, start: number, end: number): number {
  const blocksEnd = start + ((end - start) & ~3);
  let hash = 0;
  for (let at = start; at < blocksEnd; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash ^= scramble(word);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = end - 1; at >= blocksEnd; at--) tail = (tail << 8) | bytes[at]!;
  return finish(hash ^ scramble(tail) ^ (end - start));
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The index of a data file: a section for each column, in the order given. */
export function encodeKeyIndex(columns: readonly KeyHashes[]): {
  bytes: Uint8Array;
  columns: readonly KeyIndexColumn[];
} {
  const sections = columns.map((column) => sortedUnique(column.hashes));
  const all = new Uint32Array(sections.reduce((total, section) => total + section.length, 0));
  const places: KeyIndexColumn[] = [];
  let at = 0;
  columns.forEach((column, i) => {
    const section = sections[i]!;
    all.set(section, at);
    places.push({ id: column.fieldId, offset: at * 4, count: section.length });
    at += section.length;
  });
  return { bytes: littleEndian(new Uint8Array(all.buffer)), columns: places };
}

/** The distinct values in ascending order, of a copy. */
function sortedUnique(hashes: Uint32Array): Uint32Array {
  const sorted = hashes.slice().sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i]!;
  }
  return sorted.subarray(0, kept);
}

/**
 * The sorted hashes of one column of an index.
 * @throws LakeError `corrupt` when the section is not within the bytes
 */
export function keyIndexSection(bytes: Uint8Array, column: KeyIndexColumn): Uint32Array {
  const end = column.offset + column.count * 4;
  if (column.offset % 4 !== 0 || end > bytes.length) {
    throw new LakeError(
      'corrupt',
      `Key index section of field ${column.id} ends at byte ${end} of ${bytes.length}: the index must be made again.`,
    );
  }
  // A copy of its own: `slice` of a Node buffer shares memory, and a view needs an aligned start.
  return new Uint32Array(littleEndian(Uint8Array.from(bytes.subarray(column.offset, end))).buffer);
}

/** Whether two ascending lists have a value in common. Cheap when one is much shorter: it gallops through the longer. */
export function probeSorted(sortedOld: Uint32Array, sortedNew: Uint32Array): boolean {
  const [few, many] = sortedOld.length < sortedNew.length ? [sortedOld, sortedNew] : [sortedNew, sortedOld];
  let at = 0;
  for (const wanted of few) {
    at = gallop(many, wanted, at);
    if (at === many.length) return false;
    if (many[at] === wanted) return true;
  }
  return false;
}

/** The first position from `from` on whose value is not below `wanted`. */
function gallop(sorted: Uint32Array, wanted: number, from: number): number {
  let low = from;
  let step = 1;
  while (low + step < sorted.length && sorted[low + step]! < wanted) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, sorted.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const hostIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Swaps words in place on a big-endian host. */
function littleEndian(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (hostIsLittleEndian) return bytes;
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}
