// Text as a terminal shows it: what is unsafe is spelled out, and the width in cells is known. All measures are of that text.

import { visible } from '../../common/visible-text.js';

export { visible };

/** First and last code points that take two cells (East Asian Width W and F), apart from emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
const WITHOUT_WIDTH = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as single characters. */
function graphemes(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (WITHOUT_WIDTH.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Terminal cells that the text takes once it is visible. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  return graphemes(visible(text)).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);
}

function isPlain(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text);
}

/** The visible text, cut to at most `width` cells with an ellipsis at its end. */
export function fit(given: string, width: number): string {
  if (given.length <= width && isPlain(given)) return given;
  const text = visible(given);
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let cells = 0;
  for (const grapheme of graphemes(text)) {
    cells += graphemeWidth(grapheme);
    if (cells > width - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

/** The visible text as lines of at most `width` cells, broken at spaces; longer words stay whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of visible(text).split(' ')) {
    const last = lines.at(-1);
    const longer = `${last ?? ''} ${word}`;
    if (last === undefined || displayWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** The visible text filled up with spaces to `width` cells. */
export function pad(given: string, width: number, align: 'left' | 'right' = 'left'): string {
  const text = visible(given);
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}
