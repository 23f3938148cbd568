// DuckDB's complaints as errors for the user: its own words, one line, and a code that says what to do.

import { isLakeError, LakeError, messageOf } from '../common/errors.js';

/** A JSON form in which some of DuckDB's functions complain; the others write `Parser Error: …`. */
const jsonForm = /^\{"exception_type":"([^"]+)","exception_message":"((?:[^"\\]|\\.)*)"/;

/** Anything thrown while DuckDB worked, as a LakeError. */
export function engineError(cause: unknown): LakeError {
  if (isLakeError(cause)) return cause;
  const text = oneLine(plainText(messageOf(cause)));
  if (tooDeep.test(text)) {
    const advice = 'give parts of it names in WITH, or shorten chains of operators';
    return new LakeError('invalid-input', `SQL refused: the statement is nested too deeply; ${advice}.`);
  }
  if (isOutOfMemory(cause, text))
    return new LakeError('out-of-resources', `The SQL engine is out of memory: ${text}`);
  if (noSpace.test(text)) return new LakeError('out-of-resources', `The SQL engine cannot spill: ${text}`);
  if (text.startsWith('INTERRUPT Error')) return new LakeError('interrupted', 'The statement was stopped.');
  const advised = text.replace(elsewhere, ' ($1 has it, and no extension is loaded).');
  return new LakeError(text.startsWith('IO Error') ? 'corrupt' : 'invalid-input', advised);
}

/** Of functions and types of extensions DuckDB says how to load those. */
const elsewhere = /, but it exists in the (\w+ extension)\.$/;

/** The parser's stack and depth limit, the thread's stack, and the limit of types in Arrow. */
const tooDeep =
  /^Parser Error: memory exhausted|Max expression depth limit|Maximum call stack size|Recursion level in ArrowSchema/;

/** WebAssembly memory that cannot grow shows as an allocation error of DuckDB, of JavaScript, or as a trap. */
const isOutOfMemory = (cause: unknown, text: string): boolean =>
  text.startsWith('Out of Memory Error') ||
  cause instanceof RangeError ||
  (cause instanceof Error && cause.name === 'RuntimeError');

const noSpace = /^(?:IO|Out of Memory) Error: .*(?:No space left|quota|max_temp_directory_size)/i;

function plainText(message: string): string {
  const [, type, text] = jsonForm.exec(message) ?? [];
  return text === undefined ? message : `${type} Error: ${String(JSON.parse(`"${text}"`))}`;
}

/** What the native API puts before DuckDB's own words. */
const prefix = /^Failed to [a-z ]+: /;

/** The first paragraph: what is wrong and a suggestion. After it comes the statement again, with a mark below its place. */
function oneLine(message: string): string {
  const [paragraph = ''] = message.replace(prefix, '').split(/\n\s*\n|\nLINE \d/);
  const text = paragraph.replace(/\s+/g, ' ').trim().slice(0, 500);
  const place = text.startsWith('Parser Error') ? placeIn(message) : undefined;
  return place === undefined ? text : `${text}, in: ${place}`;
}

/** Characters of a statement before and after the mark that a message shows. */
const [BEFORE, AFTER] = [40, 20];

/** The part of a statement that DuckDB's mark points at. */
function placeIn(message: string): string | undefined {
  const [, head = '', line = '', indent = ''] = /\n(LINE \d+: )(.*)\n( *)\^/.exec(message) ?? [];
  const at = indent.length - head.length;
  const place = line.slice(Math.max(0, at - BEFORE), at + AFTER).trim();
  return place === '' ? undefined : place;
}
