// An extract's bytes as text, and places in it for messages.

import { LakeError } from '../../common/errors.js';
import { isAsciiSpace } from '../values/values.js';

/** A whole file, decompressed. */
export interface SourceBytes {
  /** For messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The text of a file; a byte order mark at its start is no part of it. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/**
 * @throws LakeError `invalid-input` for bytes that are not UTF-8, with the line; `out-of-resources` for more than a string holds
 */
export function decodeSource({ path, bytes }: SourceBytes): SourceText {
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    const line = firstInvalidLine(bytes);
    if (line === null) {
      const message = `${path}: ${bytes.length} bytes are more than one extract can have: split it into several files.`;
      throw new LakeError('out-of-resources', message, { cause });
    }
    const message = `${path}, line ${line}: expected UTF-8, found other bytes: write the file again as UTF-8.`;
    throw new LakeError('invalid-input', message, { details: { file: path, line }, cause });
  }
}

/** 1-based; null when every line is UTF-8. */
function firstInvalidLine(bytes: Uint8Array): number | null {
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return null;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A file that breaks the contract as a whole, at a place in its text. */
export function brokenAt(
  { path, text }: SourceText,
  at: number,
  problem: string,
  cause?: unknown,
): LakeError {
  const before = text.slice(0, at);
  const line = countLineFeeds(before) + 1;
  const column = at - before.lastIndexOf('\n');
  return new LakeError('invalid-input', `${path}, line ${line}, column ${column}: ${problem}`, {
    details: { file: path, line, column },
    cause,
  });
}

export function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Whether `text` is nothing but ASCII white space; looks no further than the first other character. */
export function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (!isAsciiSpace(text.charCodeAt(at))) return false;
  }
  return true;
}
