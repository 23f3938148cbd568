// Checks for people: how they came out, and of a failed one what was found, what was expected, why, and the rows.

import type { CheckReport, SampleReport } from '../../lake/quality/check-report.js';
import { countOf, figure } from './figures.js';
import { measure, plainStyle, type Style } from './style.js';
import { fit, wrap } from './terminal-text.js';
import { textTable } from './text-table.js';

/** `43 passed, 1 failed, 2 warnings`. */
export function checksOutcome(checks: readonly CheckReport[], style: Style): string {
  const failed = checks.filter(({ status }) => status === 'fail');
  const errors = failed.filter(({ severity }) => severity === 'error').length;
  return [
    failed.length === 0 ? style.good('all passed') : `${checks.length - failed.length} passed`,
    ...(errors > 0 ? [style.bad(`${errors} failed`)] : []),
    ...(failed.length > errors ? [countOf(failed.length - errors, 'warning')] : []),
  ].join(', ');
}

const INDENT = 8;

/** How a check came out, in four cells: `ok`, `warn`, `FAIL`. */
export function checkMark(
  { status, severity }: Pick<CheckReport, 'status' | 'severity'>,
  style: Style,
): string {
  if (status === 'pass') return `${style.good('ok')}  `;
  return severity === 'error' ? style.bad('FAIL') : 'warn';
}

/** A check in a line; a failed one in full. */
export function checkLines(check: CheckReport, style: Style): readonly string[] {
  const { name, status, value, expected, reason, sample = [] } = check;
  if (status === 'pass') return [`  ${checkMark(check, style)}  ${name}`];
  const why = reason === undefined ? [] : wrap(reason, measure(style, INDENT));
  return [
    `  ${checkMark(check, style)}  ${style.strong(name)}: ${figure(value)}, expected ${figure(expected)}`,
    ...why.map((line) => style.faint(`${' '.repeat(INDENT)}${line}`)),
    ...(sample.length === 0 ? [] : ['', ...sampleLines(sample, style), '']),
  ];
}

const CELL_WIDTH = 22;

function sampleLines(sample: readonly SampleReport[], style: Style): readonly string[] {
  const names = [...new Set(sample.flatMap(({ cells }) => Object.keys(cells)))];
  const hasOrigins = sample.some(({ origins = [] }) => origins.length > 0);
  const columns = [
    ...(hasOrigins ? [{ header: 'file, line', maxWidth: 2 * CELL_WIDTH }] : []),
    ...names.map((header) => ({ header, maxWidth: CELL_WIDTH })),
  ];
  const rows = sample.map((row) => [
    ...(hasOrigins ? [originText(row)] : []),
    ...names.map((name) => row.cells[name] ?? '–'),
  ]);
  const [header = '', ...lines] = textTable(columns, rows, {
    style: { ...plainStyle, width: style.width },
    indent: INDENT,
  }).map((line) => fit(line, style.width));
  return [style.faint(header), ...lines];
}

function originText({ origins = [] }: SampleReport): string {
  const [first] = origins;
  if (first === undefined) return '';
  const others = origins.length > 1 ? ` +${origins.length - 1}` : '';
  return `${first.sourceFile}, ${first.lineNumber}${others}`;
}
