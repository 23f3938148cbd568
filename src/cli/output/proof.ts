// How an operation says that it lost nothing.

import type { ProofReport } from '../../lake/results.js';
import { countOf } from './figures.js';

const SHOWN_DIGITS = 12;

/** One line: what was compared, and the hash that came out on both sides. */
export function proofLine({ how, tables, rows, before }: ProofReport): string {
  const extent = `${countOf(rows, 'row')} of ${countOf(tables, 'table')}`;
  const hash = `hash ${before.slice(0, SHOWN_DIGITS)}`;
  return how === 'rows'
    ? `Proved: ${extent} are the same before and after (${hash}).`
    : `Proved: ${extent} lie in the same files, all there (${hash}).`;
}
