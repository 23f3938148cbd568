// Keys that are looked for in a table's files, and what a file's statistics rule out of them.

import { compareText } from '../common/text-order.js';
import { murmur3 } from './key-index.js';
import type { ColumnStats } from './stats.js';

/** Keys of one column (or of a whole key), as the files that may hold them are found. */
export interface WantedKeys {
  /** `murmur3` of the keys' UTF-8 or key bytes: ascending, distinct, unsigned. */
  readonly hashes: Uint32Array;
  /** The same keys as text, ascending by their UTF-8 bytes; absent where they are many, or no text. */
  readonly texts?: readonly string[];
}

/** Texts in any order, with repeats. */
export function wantedTexts(texts: readonly string[]): WantedKeys {
  const encoder = new TextEncoder();
  const hashes = new Set(
    texts.map((text) => encoder.encode(text)).map((bytes) => murmur3(bytes, 0, bytes.length)),
  );
  return { hashes: Uint32Array.from(hashes).sort(), texts: [...new Set(texts)].sort(compareText) };
}

/** False only where a column with these statistics, in a file of so many rows, can hold none of the keys. */
export function mightHoldAny({ texts }: WantedKeys, stats: ColumnStats | undefined, rows: number): boolean {
  if (stats === undefined) return true;
  if (stats.nulls === rows) return false;
  const { min, max } = stats;
  if (texts === undefined || typeof min !== 'string') return true;
  const first = texts[firstNotBelow(texts, min)];
  return first !== undefined && (typeof max !== 'string' || compareText(first, max) <= 0);
}

/** The place of the first text that is not below `bound`; their number where all are. */
function firstNotBelow(texts: readonly string[], bound: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(texts[middle]!, bound) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
