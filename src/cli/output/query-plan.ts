// How a query is answered, for people: what is read of each table, what is left out and why, then the engine's plan.

import type { QueryPlan } from '../../lake/read/query.js';
import { bytes, count, countOf } from './figures.js';
import type { Style } from './style.js';
import { visible, wrap } from './terminal-text.js';

/** The lines of a plan. */
export function queryPlanLines({ snapshot, tables, enginePlan }: QueryPlan, style: Style): readonly string[] {
  const plan = enginePlan.split('\n').map((line) => `  ${visible(line)}`);
  return [
    `Plan over snapshot ${snapshot}`,
    ...(tables.length === 0 ? ['', '  No table is read.'] : []),
    ...tables.flatMap((table) => ['', ...tableLines(table, style)]),
    '',
    style.faint('The engine’s plan over what is read:'),
    ...plan,
  ];
}

function tableLines(
  { table, files, taken, leftOut, columns }: QueryPlan['tables'][number],
  style: Style,
): readonly string[] {
  const read = `${count(taken.files)} of ${countOf(files, 'file')}, ${countOf(taken.rows, 'row')}, ${bytes(taken.bytes)}`;
  const names = columns.length === 0 ? 'none: rows are only counted' : columns.join(', ');
  const reasons = leftOut.map(
    (reason) => `left out: ${countOf(reason.files, 'file')} by ${reason.by}: ${reason.condition}`,
  );
  return [
    `  ${style.strong(visible(table))}: ${read}`,
    ...[`columns: ${names}`, ...reasons].flatMap((text) =>
      wrap(visible(text), 74).map((line, at) => `${' '.repeat(at === 0 ? 4 : 6)}${line}`),
    ),
  ];
}
