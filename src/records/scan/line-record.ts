// One line of a log as the record that it holds, or why it holds none (pipeline §3, the reasons before any field is read).

import { isUtf8 } from 'node:buffer';
import { textEnd, textStart } from './line-units.js';
import type { RefusedRecord } from '../record-reader.js';
import { parseRawJson, type RawValue } from '../values/raw-value.js';
import { isAsciiSpace } from '../values/values.js';

/** Longer lines are kept and refused. */
export const maxLineBytes = 1_048_576;
/** Arrays and objects within each other, the record itself being level 1. */
const maxDepth = 64;

/** What a line holds: any JSON value, nothing that can be read, or (null) white space alone. */
type LineRecord = { readonly ok: true; readonly record: RawValue } | RefusedRecord | null;

/** The line is bytes [start, end), its line end included. */
export function recordOfLine(source: Buffer, lineStart: number, lineEnd: number): LineRecord {
  const end = textEnd(source, lineStart, lineEnd);
  const start = textStart(source, lineStart, end);
  if (isBlank(source, start, end)) return null;
  if (end - lineStart > maxLineBytes) return { ok: false, reason: 'line_too_long' };
  if (!isUtf8(source.subarray(start, end))) return { ok: false, reason: 'invalid_utf8' };
  const record = parseJson(source, start, end);
  return record === undefined ? { ok: false, reason: 'invalid_json' } : { ok: true, record };
}

function isBlank(source: Uint8Array, start: number, end: number): boolean {
  while (start < end && isAsciiSpace(source[start]!)) start++;
  return start === end;
}

/** What `JSON.parse` takes; undefined for what it does not, and for text that nests too deep. */
function parseJson(source: Buffer, start: number, end: number): RawValue {
  if (isTooDeep(source, start, end)) return undefined;
  try {
    return parseRawJson(source.toString('utf8', start, end));
  } catch {
    return undefined;
  }
}

/** Whether brackets outside strings nest deeper than `maxDepth`. Of use for valid JSON; any answer will do for other text. */
function isTooDeep(source: Uint8Array, start: number, end: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if (byte === 0x22) isInString = !isInString;
    else if (isInString) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
