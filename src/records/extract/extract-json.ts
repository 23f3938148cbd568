// A JSON array of records: each element with its exact source text. JSON.parse says what an element means and whether it
// is JSON; where it begins and ends is found here, without a limit on nesting.

import type { LakeError } from '../../common/errors.js';
import { brokenAt, type SourceText } from './source-text.js';

export interface JsonElement {
  /** 1-based. */
  readonly position: number;
  /** As it stands in the file, without the white space around it. */
  readonly raw: string;
  readonly value: unknown;
}

/**
 * The elements of the one array that the text holds, in order.
 * @throws LakeError `invalid-input` with line and column for anything but a JSON array
 */
export function parseArray(source: SourceText): readonly JsonElement[] {
  const { text } = source;
  const open = skipSpace(text, 0);
  if (text[open] !== '[') throw expected(source, open, 'a JSON array, [');
  const first = skipSpace(text, open + 1);
  const { elements, close } =
    text[first] === ']' ? { elements: [], close: first } : parseElements(source, first);
  const rest = skipSpace(text, close + 1);
  if (rest < text.length) throw expected(source, rest, "nothing after the array's end");
  return elements;
}

/** One element or more, up to the bracket that closes the array. */
function parseElements(
  source: SourceText,
  first: number,
): { elements: readonly JsonElement[]; close: number } {
  const elements: JsonElement[] = [];
  for (let start = first; ;) {
    const end = elementEnd(source, start);
    elements.push({ position: elements.length + 1, ...parseElement(source, start, end) });
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
  const hint = 'the file must be one JSON array of objects';
  return brokenAt(source, at, `expected ${what}, found ${found}: ${hint}.`);
}

/** The position of the comma or bracket that ends the element at `start`. */
function elementEnd(source: SourceText, start: number): number {
  const { text } = source;
  const structure = /["[\]{},]/g;
  let depth = 0;
  for (let at = start; ; at++) {
    structure.lastIndex = at;
    const match = structure.exec(text);
    if (match === null) throw expected(source, text.length, 'a comma or the end of the array, ]');
    at = match.index;
    const char = match[0];
    if (depth === 0 && (char === ',' || char === ']')) return at;
    if (char === '"') at = stringEnd(source, at);
    else if (char === '[' || char === '{') depth++;
    else if (char !== ',' && --depth < 0) throw expected(source, at, 'a comma or the end of the array, ]');
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

function parseElement(source: SourceText, start: number, end: number): { raw: string; value: unknown } {
  let last = end;
  while (last > start && isJsonSpace(source.text[last - 1])) last--;
  if (last === start) throw expected(source, start, 'an element');
  const raw = source.text.slice(start, last);
  try {
    return { raw, value: JSON.parse(raw) as unknown };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const problem = `expected a JSON value as an element of the array: ${reason}. Correct the file and run again.`;
    throw brokenAt(source, start, problem, cause);
  }
}
