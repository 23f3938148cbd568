// How an operation says that it lost nothing.

import type { Proof } from '../../table/maintenance/proof.js';
import { countOf } from './figures.js';
import { measure, type Style } from './style.js';
import { wrap } from './terminal-text.js';

const SHOWN_DIGITS = 12;

/** What was compared, and the hash that came out on both sides, in lines of the screen. */
export function proofLines({ how, tables, rows, before }: Proof, style: Style): readonly string[] {
  const extent = `${countOf(rows, 'row')} of ${countOf(tables, 'table')}`;
  const same = how === 'rows' ? 'are the same before and after' : 'lie in the same files, all there';
  const text = `Proved: ${extent} ${same} (${before.slice(0, SHOWN_DIGITS)}).`;
  return wrap(text, measure(style)).map(style.faint);
}
