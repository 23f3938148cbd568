// An explanation as a person reads it: the row, its cells, the rows and records behind them, the way they were made.

import type {
  ColumnExplanation,
  ExplainedRow,
  ExplainReport,
  InputRows,
} from '../../../lake/explain/explain-results.js';
import { addsUp } from '../../../lake/explain/explain-columns.js';
import { checkMark } from '../checks.js';
import { countOf, figure } from '../figures.js';
import { batchOriginLines, cell, itemLines, recordLines, rowItems } from '../records.js';
import { atMost, measure, type Style } from '../style.js';
import { fit, pad, wrap } from '../terminal-text.js';
import { textTable } from '../text-table.js';

/** `column` is what was asked for: its records are shown with their text. */
export function explainText(report: ExplainReport, style: Style, column?: string): readonly string[] {
  const isFull = column !== undefined || report.columns.length + (report.lineage?.columns.length ?? 0) === 0;
  return [
    ...title(report, style),
    ...columnTable(report, style),
    ...report.columns.flatMap((each) => rowsSection(each, { style, isFull })),
    ...lineageSection(report, { style, isFull }),
    ...ownRecords(report, style),
    ...batchSection(report, style),
    ...checkSection(report, style),
    ...modelSection(report, style),
    ...next(report, style, column),
  ];
}

const keyText = (where: ExplainReport['where']): string =>
  Object.entries(where)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

const title = ({ table, where, snapshot, row }: ExplainReport, style: Style): readonly string[] => [
  `${style.strong(table)} ${keyText(where)}  ${style.faint(`snapshot ${snapshot}`)}`,
  '',
  ...itemLines('  ', rowItems(row, style, Object.keys(where))),
];

// Cells

function columnTable({ columns }: ExplainReport, style: Style): readonly string[] {
  if (columns.length === 0) return [];
  const cells = columns.map((column) => [column.column, cell(column.cell), madeOf(column)]);
  const layout = [
    { header: 'column' },
    { header: 'cell', align: 'right' },
    { header: 'is', maxWidth: 46 },
  ] as const;
  const wrong = columns.filter((column) => !addsUp(column));
  return [
    '',
    ...textTable(layout, cells, { style }),
    ...wrong.map(({ column, sum }) =>
      style.bad(`  ${column}: the explanation comes to ${cell(sum)}; please report this bug in lake`),
    ),
  ];
}

/** How a cell is made, in one line. */
function madeOf({ kind, of, from, rows = 0, about }: ColumnExplanation): string {
  if (of !== undefined) return `${of[0]} ${kind === 'ratio' ? '/' : '−'} ${of[1]}`;
  if (kind === 'flag') return about;
  if (kind === 'value') return rows === 0 ? `of no row of ${from ?? ''}` : `of a row of ${from ?? ''}`;
  return `${kind === 'sum' ? 'sum over' : 'count of'} ${countOf(rows, 'row')} of ${from ?? ''}`;
}

interface Detail {
  readonly style: Style;
  readonly isFull: boolean;
}

function rowsSection(column: ColumnExplanation, detail: Detail): readonly string[] {
  const { style } = detail;
  const { sample = [], rows = 0, about, facts } = column;
  const head = [
    '',
    style.strong(column.column),
    ...wrap(about, measure(style, 2)).map((line) => style.faint(`  ${line}`)),
  ];
  if (facts !== undefined) return [...head, ...itemLines('  ', rowItems(facts, style))];
  if (sample.length === 0) return [];
  const left = rows - sample.length;
  const width = Math.max(...sample.map(({ row }) => amountOf(row).length));
  return [
    ...head,
    ...sample.flatMap((each) => rowLines(each, width, detail)),
    ...(left > 0 ? [style.faint(`  and ${countOf(left, 'more row')} (--all shows them)`)] : []),
    ...(detail.isFull ? ['', ...sqlLines(column.sql ?? '').map((line) => style.faint(line))] : []),
  ];
}

/** What a row adds; the value where it is one. */
const amountOf = ({ contribution, value }: ExplainedRow['row']): string =>
  figure((contribution ?? value ?? '') as string | number);

function rowLines(
  { row, records }: ExplainedRow,
  width: number,
  { style, isFull }: Detail,
): readonly string[] {
  const lead = width === 0 ? '  ' : `  ${pad(amountOf(row), width, 'right')}  `;
  return [
    ...itemLines(lead, rowItems(row, style, ['contribution', 'value'])),
    ...recordLines(records, { style, isFull, indent: lead.length + 2 }),
  ];
}

// What follows from the statement alone

function lineageSection({ table, lineage }: ExplainReport, detail: Detail): readonly string[] {
  if (lineage === null) return [];
  const { style } = detail;
  const { columns, rows, inputs } = lineage;
  const cells = columns.map(({ column, cell: value, madeOf: of }) => [column, cell(value), of.join(', ')]);
  const layout = [
    { header: 'column' },
    { header: 'cell', align: 'right' },
    { header: 'is made of', maxWidth: 46 },
  ] as const;
  const about =
    `Nothing says how ${columns.length === 1 ? 'this column is' : 'these columns are'} made ("explain" in the header of the ` +
    `model would, and then it is checked). This follows from the SQL of ${table} alone: not every row below need count.`;
  return [
    '',
    style.strong('Lineage'),
    ...wrap(about, measure(style, 2)).map((line) => style.faint(`  ${line}`)),
    '',
    ...textTable(layout, cells, { style }),
    ...(rows.length === 0 ? [] : itemLines('  which rows there are: ', rows)),
    ...inputs.flatMap((input) => inputSection(input, detail)),
  ];
}

function inputSection({ table, shared, rows, sql, sample }: InputRows, detail: Detail): readonly string[] {
  const { style, isFull } = detail;
  const values = shared.map((group) =>
    group.map(({ column, value }) => `${column}=${fit(String(value), atMost(style, 40))}`).join(' or '),
  );
  if (shared.length === 0)
    return [
      '',
      `${style.strong(table)}  ${style.faint(`no column holds a value of the key; it has ${countOf(rows, 'row')}`)}`,
    ];
  const left = rows - sample.length;
  return [
    '',
    ...itemLines(`${style.strong(table)}  ${countOf(rows, 'row')} with `, values),
    ...sample.flatMap((each) => rowLines(each, 0, detail)),
    ...(left > 0 ? [style.faint(`  and ${countOf(left, 'more row')} (--all shows them)`)] : []),
    ...(isFull && sql !== null ? ['', ...sqlLines(sql).map((line) => style.faint(line))] : []),
  ];
}

function ownRecords({ records, columns, lineage }: ExplainReport, style: Style): readonly string[] {
  if (columns.length > 0 || lineage !== null) return [];
  if (records.length === 0) return ['', 'No record stands behind it.'];
  return ['', style.strong('Records'), ...recordLines(records, { style, isFull: true, indent: 2 })];
}

// What made it

function batchSection({ batches }: ExplainReport, style: Style): readonly string[] {
  if (Object.keys(batches).length === 0) return [];
  return ['', style.strong('Batches'), ...batchOriginLines(batches, style)];
}

function checkSection({ checks }: ExplainReport, style: Style): readonly string[] {
  if (checks.length === 0) return [];
  const lines = checks.map((check) => {
    const found = check.status === 'pass' ? '' : style.faint(`  ${String(check.value)}`);
    return `  ${checkMark(check, style)}  ${check.name}${found}`;
  });
  return ['', style.strong('Checks'), ...lines];
}

function modelSection({ model, table }: ExplainReport, style: Style): readonly string[] {
  if (model === null) return [];
  return [
    '',
    `${style.strong('Model')} ${style.faint(`${table}, from ${model.inputs.join(', ')}`)}`,
    ...(model.about === null ? [] : [...aboutLines(model.about), '']),
    ...sqlLines(model.sql).map((line) => style.faint(line)),
  ];
}

/** Paragraphs of a meaning at the width of a terminal. */
const aboutLines = (about: string): readonly string[] =>
  about
    .split(/\n\s*\n/)
    .flatMap((paragraph, at) => [
      ...(at === 0 ? [] : ['']),
      ...wrap(paragraph.replace(/\s+/g, ' '), SQL_WIDTH).map((line) => `  ${line}`),
    ]);

const SQL_WIDTH = 76;

/** SQL at the width of a terminal, still SQL: what is cut goes on below, comments as comments. */
function sqlLines(sql: string): readonly string[] {
  return sql.split('\n').flatMap((line) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    const isComment = line.startsWith('--', indent.length);
    const text = line.slice(indent.length);
    const [first = '', ...rest] = wrap(text, SQL_WIDTH - indent.length);
    return [first, ...rest.map((part) => (isComment ? `-- ${part}` : `  ${part}`))].map((part) =>
      `  ${indent}${part}`.trimEnd(),
    );
  });
}

/** The column that a person most likely asks about next. */
function next({ columns, lineage }: ExplainReport, style: Style, column?: string): readonly string[] {
  const [first] = [
    ...columns.filter(({ isPart, rows = 0 }) => !isPart && rows > 0),
    ...(lineage?.columns ?? []),
  ];
  if (column !== undefined || first === undefined) return [];
  return ['', `Next: the records in full, with ${style.strong(`--column ${first.column}`)}`];
}
