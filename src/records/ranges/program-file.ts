// The program that parses ranges, as it lies beside the compiled code.

import { readFile } from 'node:fs/promises';
import { compiledUrl } from '../../common/compiled-url.js';
import { sha256Now } from '../../common/sha256.js';

/** Its name, wherever it is written. */
export const RANGE_PROGRAM = 'lake-parse.mjs';

/** The one file, and the hash by which it is known. */
interface RangeProgram {
  readonly bytes: Uint8Array;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** Reads the program. */
export async function rangeProgram(): Promise<RangeProgram> {
  const bytes = await readFile(compiledUrl(import.meta.url, `../../program/${RANGE_PROGRAM}`));
  return { bytes, sha256: sha256Now(bytes) };
}
