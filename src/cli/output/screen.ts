// A stream that people may look at, and the one place where text is made fit for it: emphasis becomes codes of the terminal,
// and nothing that came with data can drive it. Everything that is printed goes through here.

import { plainStyle, type Style } from './style.js';
import { visible } from './terminal-text.js';

/** A stream as a screen. */
export interface Screen {
  readonly style: Style;
  readonly isTerminal: boolean;
  /** A line for people: emphasis as the stream can show it, everything else spelled out where it is not plain text. */
  readonly line: (text: string) => string;
  /** Data for programs: as it is, but on a terminal nothing in it can drive that. */
  readonly data: (text: string) => string;
}

/** What is known of a stream. */
interface ScreenOptions {
  readonly stream: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly noColor: boolean;
  /** Text that no data can know: it tells our own marks from whatever data holds. */
  readonly key: string;
}

const UNKNOWN_WIDTH = 80;

/** Colours for a terminal that wants them: not when piped, with `NO_COLOR`, `--no-color` or a dumb terminal. */
export function screenOf({ stream, env, noColor, key }: ScreenOptions): Screen {
  const isTerminal = stream.isTTY === true;
  const width = isTerminal ? stream.columns || UNKNOWN_WIDTH : Infinity;
  const isPlain = !isTerminal || noColor || !!env['NO_COLOR'] || env['TERM'] === 'dumb';
  return {
    style: isPlain ? { ...plainStyle, width } : { ...markedWith(key), width },
    isTerminal,
    line: isPlain ? visible : (text) => withCodes(text, key),
    data: isTerminal ? visibleData : (text) => text,
  };
}

/** Numbers of ECMA-48 that switch an emphasis on and off again. */
const emphases = { strong: [1, 22], faint: [2, 22], good: [32, 39], bad: [31, 39] } as const;

function markedWith(key: string): Omit<Style, 'width'> {
  const paint =
    ([on, off]: readonly [number, number]) =>
    (text: string): string =>
      text === '' ? '' : `${mark(key, on)}${text}${mark(key, off)}`;
  const { strong, faint, good, bad } = emphases;
  return { strong: paint(strong), faint: paint(faint), good: paint(good), bad: paint(bad) };
}

const mark = (key: string, number: number): string => `\u001b${key}:${number}m`;

/** Splits at our marks; every odd piece is a number. */
function withCodes(text: string, key: string): string {
  return text
    .split(new RegExp(`\u001b${key}:(\\d+)m`))
    .map((piece, at) => (at % 2 === 1 ? `\u001b[${piece}m` : visible(piece)))
    .join('');
}

/** Lines stay lines. */
const visibleData = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? `${visible(line.slice(0, -1))}\r` : visible(line)))
    .join('\n');
