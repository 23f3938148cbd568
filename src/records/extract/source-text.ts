// An extract's bytes as text, and places in it for messages.

import { LakeError } from '../../common/errors.js';
import type { Encoding } from '../contract.js';
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
 * @throws LakeError `invalid-input` for bytes that are not of the encoding, UTF-8 unless said, with the line; `out-of-resources` for more than a string holds
 */
export function decodeSource({ path, bytes }: SourceBytes, encoding: Encoding = 'utf-8'): SourceText {
  if (encoding !== 'utf-8') return { path, text: decoded({ path, bytes }, encoding) };
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

/** One-byte encodings take any bytes; UTF-16 needs its mark and whole characters. */
function decoded({ path, bytes }: SourceBytes, encoding: Exclude<Encoding, 'utf-8'>): string {
  if (encoding !== 'utf-16') {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    return encoding === 'latin1' ? text : text.replace(/[\x80-\x9f]/g, windowsCharacter);
  }
  const [first, second] = bytes;
  const order = first === 0xff && second === 0xfe ? 'le' : first === 0xfe && second === 0xff ? 'be' : null;
  if (order !== null)
    try {
      return new TextDecoder(`utf-16${order}`, { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new LakeError(
        'invalid-input',
        `${path}: expected UTF-16, found half of a character: the file is damaged or cut; export it again.`,
        { details: { file: path }, cause },
      );
    }
  throw new LakeError(
    'invalid-input',
    `${path}, line 1: expected UTF-16 with a byte order mark, found ${hexOf(bytes.subarray(0, 2))}: say the encoding that the file has.`,
    { details: { file: path, line: 1 } },
  );
}

/**
 * What windows-1252 has where Latin-1 has control characters (0x80 to 0x9f); those that it leaves open stay.
 * TextDecoder of some versions of Node reads windows-1252 as Latin-1.
 */
const WINDOWS =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const windowsCharacter = (character: string): string => WINDOWS.charAt(character.charCodeAt(0) - 0x80);

const hexOf = (bytes: Uint8Array): string =>
  bytes.length === 0 ? 'no bytes' : Buffer.from(bytes).toString('hex');

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

/** The number of line feeds in a text. */
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
