// How a run and the program that parses ranges speak: a range a line, an answer a line, files in one folder.

import type { LogRange } from './log-ranges.js';

/** In the folder: what is the same for all ranges (`RangesTask`, as V8 serializes it). */
export const TASK_FILE = 'task';

/** In the folder: what became of a range. */
export const rangeFile = ({ begin }: Pick<LogRange, 'begin'>): string => `${begin}.range`;

/** What became of a range: the file that holds it, or why there is none. */
export type RangeAnswer =
  | { readonly begin: number; readonly lines: number; readonly bytes: number; readonly sha256: string }
  | { readonly begin: number; readonly error: string };

/** A range as a line of plain characters. */
export const lineOfRange = ({ begin, end, firstLine, lines, sha256 }: LogRange): string =>
  [begin, end, firstLine, lines, sha256].join(' ');

/** A line of `lineOfRange`. */
export function rangeOfLine(line: string): LogRange {
  const [begin = 0, end = 0, firstLine = 0, lines = 0] = line.split(' ').map(Number);
  return { begin, end, firstLine, lines, sha256: line.split(' ')[4] ?? '' };
}

/** An answer as a line of ASCII: what carries it may read bytes as it likes. */
export const answerLine = (answer: RangeAnswer): string =>
  JSON.stringify(answer).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
