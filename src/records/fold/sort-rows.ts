// Row numbers sorted by the bytes of their keys: native sorting of 64-bit numbers that hold the start of the key and
// the row's place; only keys with equal starts are compared byte by byte.

import { LakeError } from '../../common/errors.js';
import { gatherTexts, pickRows } from '../rows/pick-rows.js';
import type { GatheredTexts } from '../rows/pick-rows.js';
import type { RowStore } from '../rows/row-store.js';

/** Sorts in place, ascending. */
export function sortByKey(store: RowStore, rows: Uint32Array): void {
  if (rows.length < 2) return;
  const keys = gatherTexts(pickRows(store, rows), store.key);
  const order = sortedPlaces(keys, Math.ceil(Math.log2(rows.length)));
  rows.set(order.map((place) => rows[place]!));
}

/** The places of the keys in ascending order of their bytes; `placeBits` bits hold any place. */
function sortedPlaces(keys: GatheredTexts, placeBits: number): Uint32Array {
  const count = keys.offsets.length - 1;
  const shared = sharedPrefix(keys);
  const sorted = new BigUint64Array(count);
  const words = new Uint32Array(sorted.buffer);
  const placeMask = 2 ** placeBits - 1;
  for (let place = 0; place < count; place++) {
    // High word: four bytes of the key; low word: as much of the next four as the place leaves room for.
    const at = keys.offsets[place]! + shared;
    const end = keys.offsets[place + 1]!;
    words[2 * place + 1] = word(keys.bytes, at, end);
    words[2 * place] = (word(keys.bytes, at + 4, end) & ~placeMask) | place;
  }
  sorted.sort();
  const places = Uint32Array.from({ length: count }, (_, i) => words[2 * i]! & placeMask);
  return sortTies(
    keys,
    places,
    (i) => words[2 * i + 1]! * 0x1_0000_0000 + ((words[2 * i]! & ~placeMask) >>> 0),
  );
}

/** Bytes at the start that all keys share. */
function sharedPrefix({ offsets, bytes }: GatheredTexts): number {
  let shared = offsets[1]!;
  for (let i = 1; i + 1 < offsets.length && shared > 0; i++) {
    const start = offsets[i]!;
    const limit = Math.min(shared, offsets[i + 1]! - start);
    shared = 0;
    while (shared < limit && bytes[start + shared] === bytes[shared]) shared++;
  }
  return shared;
}

/** Four bytes from `at` on as a number, zeros from `end` on. */
function word(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | (at + i < end ? bytes[at + i]! : 0);
  return value;
}

/** Sorts the runs of places whose keys start alike. Starts are compared as doubles: at worst a run is longer than need be. */
function sortTies(keys: GatheredTexts, places: Uint32Array, startOf: (i: number) => number): Uint32Array {
  let first = 0;
  for (let i = 1; i <= places.length; i++) {
    if (i < places.length && startOf(i) === startOf(first)) continue;
    if (i - first > 1) places.subarray(first, i).sort((a, b) => compareAt(keys, a, b));
    first = i;
  }
  return places;
}

function compareAt({ offsets, bytes }: GatheredTexts, a: number, b: number): number {
  const atA = offsets[a]!;
  const atB = offsets[b]!;
  const lengthA = offsets[a + 1]! - atA;
  const lengthB = offsets[b + 1]! - atB;
  for (let i = 0; i < lengthA && i < lengthB; i++) {
    const difference = bytes[atA + i]! - bytes[atB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/**
 * Proof before a partition is written: no key is null, none comes twice, all ascend.
 * @throws LakeError `check-failed`
 */
export function assertAscending(keys: GatheredTexts, where: string): void {
  const { offsets, bytes } = keys;
  for (let row = 0; row + 1 < offsets.length; row++) {
    const isNull = offsets[row] === offsets[row + 1];
    if (!isNull && (row === 0 || compareAt(keys, row - 1, row) < 0)) continue;
    const key = Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString();
    throw new LakeError(
      'check-failed',
      `In ${where}, row ${row} has the key ${JSON.stringify(key)}: expected keys that are there, once each, in ascending order; nothing was published.`,
    );
  }
}
