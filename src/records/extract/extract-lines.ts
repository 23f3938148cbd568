// The lines of an extract that is a JSON value a line, with their exact texts. Whether each is JSON is left to whoever reads it.

import type { SourceLine } from './extract-units.js';
import { isBlank, type SourceText } from './source-text.js';

/** Lines that are not blank, without their ends and the byte order marks before them. */
export function* sliceLines({ text }: SourceText): Generator<SourceLine> {
  let lineNumber = 1;
  for (let start = 0; start < text.length; lineNumber++) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end);
    const raw = line.replace(/^\ufeff/, '').replace(/\r$/, '');
    if (!isBlank(raw)) yield { lineNumber, raw };
    start = end === -1 ? text.length : end + 1;
  }
}
