// A JSON array of records: each element with its exact source text. Where an element begins and ends is found here, without
// a limit on nesting; JSON.parse says whether it is JSON.

import { messageOf } from '../../common/errors.js';
import type { LakeError } from '../../common/errors.js';
import type { SourceLine } from './extract-units.js';
import { brokenAt, type SourceText } from './source-text.js';

/**
 * The elements of the one array that the text holds, in order, without the white space around them. Their numbers are their
 * positions. Whether each is JSON is left to whoever reads it, and to `refuseBrokenArray` to say where it is not.
 * @throws LakeError `invalid-input` with line and column for anything but an array
 */
export function sliceArray(source: SourceText, keys: readonly string[] = []): readonly SourceLine[] {
  return readArray(source, keys, sliceElement);
}

/**
 * Finds what is wrong with an array, from its start on.
 * @throws LakeError `invalid-input` with line and column for anything but an array of JSON values
 */
export function refuseBrokenArray(source: SourceText, keys: readonly string[] = []): void {
  readArray(source, keys, checkElement);
}

/** An element's text, of source[start, end). */
type ReadElement = (source: SourceText, start: number, end: number) => string;

function readArray(source: SourceText, keys: readonly string[], read: ReadElement): readonly SourceLine[] {
  const { text } = source;
  const open = keys.reduce((at, key) => memberOf(source, at, key), skipSpace(text, 0));
  if (text[open] !== '[')
    throw expected(source, open, keys.length > 0 ? `an array, [, as ${keys.join('.')}` : 'a JSON array, [');
  const first = skipSpace(text, open + 1);
  const { elements, close } =
    text[first] === ']' ? { elements: [], close: first } : readElements(source, first, read);
  if (keys.length > 0) checkAround(source, open, close);
  else {
    const rest = skipSpace(text, close + 1);
    if (rest < text.length) throw expected(source, rest, "nothing after the array's end");
  }
  return elements;
}

/** Where the value of a key of the object at `open` begins: of a repeated key the first. */
function memberOf(source: SourceText, open: number, key: string): number {
  const { text } = source;
  if (text[open] !== '{') throw expected(source, open, `an object with the key ${JSON.stringify(key)}`);
  for (let at = skipSpace(text, open + 1); text[at] === '"';) {
    const end = stringEnd(source, at) + 1;
    const colon = skipSpace(text, end);
    if (text[colon] !== ':') throw expected(source, colon, 'a colon after a key');
    const value = skipSpace(text, colon + 1);
    if (keyOf(text.slice(at, end)) === key) return value;
    const next = elementEnd(source, value, '}');
    if (text[next] === '}') break;
    at = skipSpace(text, next + 1);
  }
  throw expected(source, open, `an object with the key ${JSON.stringify(key)}`);
}

function keyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What stands around the array must be JSON with it. */
function checkAround(source: SourceText, open: number, close: number): void {
  const { text } = source;
  try {
    JSON.parse(`${text.slice(0, open)}[]${text.slice(close + 1)}`);
  } catch (cause) {
    const reason = messageOf(cause);
    throw brokenAt(
      source,
      close,
      `expected JSON around the array that ends here: ${reason}. Correct the file and run again.`,
      cause,
    );
  }
}

/** One element or more, up to the bracket that closes the array. */
function readElements(
  source: SourceText,
  first: number,
  read: ReadElement,
): { elements: readonly SourceLine[]; close: number } {
  const elements: SourceLine[] = [];
  for (let start = first; ;) {
    const end = elementEnd(source, start);
    elements.push({ lineNumber: elements.length + 1, raw: read(source, start, end) });
    if (source.text[end] === ']') return { elements, close: end };
    start = skipSpace(source.text, end + 1);
  }
}

const isJsonSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\n' || char === '\r' || char === '\t';

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isJsonSpace(text[at])) at++;
  return at;
}

function expected(source: SourceText, at: number, what: string): LakeError {
  const found = at < source.text.length ? JSON.stringify(source.text.slice(at, at + 20)) : "the file's end";
  const hint = 'the file must be one JSON array of objects, or hold it where the source says';
  return brokenAt(source, at, `expected ${what}, found ${found}: ${hint}.`);
}

const ENDS = { ']': 'the end of the array, ]', '}': 'the end of the object, }' } as const;

/** The position of the comma or bracket that ends the value at `start`. */
function elementEnd(source: SourceText, start: number, closing: ']' | '}' = ']'): number {
  const { text } = source;
  const structure = /["[\]{},]/g;
  let depth = 0;
  for (let at = start; ; at++) {
    structure.lastIndex = at;
    const match = structure.exec(text);
    if (match === null) throw expected(source, text.length, `a comma or ${ENDS[closing]}`);
    at = match.index;
    const char = match[0];
    if (depth === 0 && (char === ',' || char === closing)) return at;
    if (char === '"') at = stringEnd(source, at);
    else if (char === '[' || char === '{') depth++;
    else if (char !== ',' && --depth < 0) throw expected(source, at, `a comma or ${ENDS[closing]}`);
  }
}

/** The position of the quote that closes the string at `open`. */
function stringEnd(source: SourceText, open: number): number {
  const { text } = source;
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  if (at < 0) throw expected(source, text.length, `a quote that ends the string begun at ${open}`);
  return at;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}

function sliceElement(source: SourceText, start: number, end: number): string {
  let last = end;
  while (last > start && isJsonSpace(source.text[last - 1])) last--;
  if (last === start) throw expected(source, start, 'an element');
  return source.text.slice(start, last);
}

function checkElement(source: SourceText, start: number, end: number): string {
  const raw = sliceElement(source, start, end);
  try {
    JSON.parse(raw);
    return raw;
  } catch (cause) {
    const reason = messageOf(cause);
    const problem = `expected a JSON value as an element of the array: ${reason}. Correct the file and run again.`;
    throw brokenAt(source, start, problem, cause);
  }
}
