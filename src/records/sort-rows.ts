// Row numbers sorted by the bytes of their keys: native sorting of 64-bit numbers that hold the start of the key and
// the row's place; only keys with equal starts are compared byte by byte.

import { LakeError } from '../common/errors.js';
import { textOrder } from './row-order.js';
import { blockOf, rowInBlock } from './row-store.js';
import type { RowStore } from './row-store.js';

/** Sorts in place, ascending. */
export function sortByKey(store: RowStore, rows: Uint32Array): void {
  if (rows.length < 2) return;
  const shared = sharedPrefix(store, rows);
  const placeBits = Math.ceil(Math.log2(rows.length));
  const sorted = new BigUint64Array(rows.length);
  const words = new Uint32Array(sorted.buffer);
  for (let place = 0; place < rows.length; place++) {
    const prefix = keyPrefix(store, rows[place]!, shared);
    // High word: four bytes; low word: as much of the next four as the place leaves room for.
    words[2 * place + 1] = prefix.high;
    words[2 * place] = (placeBits === 0 ? prefix.low : (prefix.low >>> placeBits) << placeBits) | place;
  }
  sorted.sort();
  const before = rows.slice();
  const placeMask = 2 ** placeBits - 1;
  for (let i = 0; i < rows.length; i++) rows[i] = before[words[2 * i]! & placeMask]!;
  sortTies(store, rows, words, placeBits);
}

/** Bytes at the start of the key that all rows share. */
function sharedPrefix(store: RowStore, rows: Uint32Array): number {
  const first = store.column(blockOf(rows[0]!), store.key, 'text');
  const firstStart = first.offsets[rowInBlock(rows[0]!)]!;
  let shared = first.offsets[rowInBlock(rows[0]!) + 1]! - firstStart;
  for (let i = 1; i < rows.length && shared > 0; i++) {
    const { offsets, bytes } = store.column(blockOf(rows[i]!), store.key, 'text');
    const start = offsets[rowInBlock(rows[i]!)]!;
    shared = Math.min(shared, offsets[rowInBlock(rows[i]!) + 1]! - start);
    let same = 0;
    while (same < shared && bytes[start + same] === first.bytes[firstStart + same]) same++;
    shared = same;
  }
  return shared;
}

const prefix = { high: 0, low: 0 };

/** Eight bytes of the key from `skip` on, zeros after its end. The answer is valid until the next call. */
function keyPrefix(
  store: RowStore,
  row: number,
  skip: number,
): { readonly high: number; readonly low: number } {
  const { offsets, bytes } = store.column(blockOf(row), store.key, 'text');
  const at = offsets[rowInBlock(row)]! + skip;
  const end = offsets[rowInBlock(row) + 1]!;
  prefix.high = word(bytes, at, end);
  prefix.low = word(bytes, at + 4, end);
  return prefix;
}

function word(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | (at + i < end ? bytes[at + i]! : 0);
  return value;
}

function sortTies(store: RowStore, rows: Uint32Array, words: Uint32Array, placeBits: number): void {
  const compare = textOrder(store, store.key);
  const lowMask = ~(2 ** placeBits - 1);
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (
      end < rows.length &&
      words[2 * end + 1] === words[2 * start + 1] &&
      (words[2 * end]! & lowMask) === (words[2 * start]! & lowMask)
    ) {
      end++;
    }
    if (end - start > 1) rows.subarray(start, end).sort(compare);
    start = end;
  }
}

/**
 * Proof before a partition is written: no key is null, none comes twice, all ascend.
 * @throws LakeError `check-failed`
 */
export function assertAscending(store: RowStore, rows: Uint32Array, where: string): void {
  const compare = textOrder(store, store.key);
  for (let i = 0; i < rows.length; i++) {
    if (!isNullKey(store, rows[i]!) && (i === 0 || compare(rows[i - 1]!, rows[i]!) < 0)) continue;
    throw new LakeError(
      'check-failed',
      `In ${where}, row ${i} has the key "${store.text(rows[i]!, store.key)}": expected keys that are there, once each, in ascending order; nothing was published.`,
    );
  }
}

function isNullKey(store: RowStore, row: number): boolean {
  const { offsets } = store.column(blockOf(row), store.key, 'text');
  return offsets[rowInBlock(row)] === offsets[rowInBlock(row) + 1];
}
