// What an ingest tells the person who ran it: read, refused, changed, checked, published, what it means, what next.

import type { BatchReport, IngestPlan, IngestReport } from '../../../lake/ingest/ingest.js';
import type { CheckReport } from '../../../lake/quality/check-report.js';
import type { HeadlineFigure } from '../../../lake/read/headline.js';
import { installLine } from '../../../engine/native/installed.js';
import { checkLines, checksOutcome } from '../checks.js';
import { bytes, count, countOf, duration } from '../figures.js';
import type { Style } from '../style.js';
import { headlineLines, nextLine } from '../tables.js';
import { textTable, type TextColumn } from '../text-table.js';

/** What the report says beside the run itself. */
interface IngestTextOptions {
  readonly headline: readonly HeadlineFigure[];
  /** The table to look at next. */
  readonly firstLook: string | null;
  readonly style: Style;
  /** Every reason, table and check instead of the ones that matter most. */
  readonly isVerbose: boolean;
  /** Whether the faster engine is installed. */
  readonly hasNative: boolean;
}

const TOP_REASONS = 3;

const right = (header: string): TextColumn => ({ header, align: 'right' });

/** What a run read, refused, changed, checked and published, as lines for a person; a plan for `--dry-run`. */
export function ingestText(report: IngestReport, options: IngestTextOptions): readonly string[] {
  if (report.plan !== undefined) return planText(report, report.plan, options);
  if (!report.changed) return nothingNew(report, options);
  return [
    ...readSection(report.batches, options),
    ...passedOverSection(report.passedOver, options),
    ...unknownSection(report.batches, options),
    ...rejectedSection(report.batches, options),
    ...changedSection(report, options),
    ...checksSection(report.checks, options),
    published(report, options),
    ...fasterLines(report, options),
    ...(options.headline.length === 0 ? [] : ['', ...headlineLines(options.headline, options.style)]),
    '',
    nextLine(nextCommand(report, options), options.style),
  ];
}

/** A look at the result, or, where nothing was accepted, at what is wrong with the files. */
function nextCommand({ batches }: IngestReport, { firstLook }: IngestTextOptions): string {
  const isAllRefused =
    sum(batches, (batch) => batch.records) > 0 && sum(batches, (batch) => batch.accepted) === 0;
  if (isAllRefused) return 'lake quarantine';
  return firstLook === null ? 'lake tables' : `lake show ${firstLook}`;
}

function nothingNew(
  { batches, passedOver, snapshot, parent, durationMs }: IngestReport,
  options: IngestTextOptions,
): readonly string[] {
  const { style } = options;
  const records = sum(batches, (batch) => batch.records);
  const holds =
    snapshot === parent || snapshot === null
      ? 'The lake stays as it is'
      : `Snapshot ${snapshot} holds what ${parent ?? 'the one before'} held`;
  return [
    ...passedOverSection(passedOver, options),
    `Nothing new: the lake knows ${batches.length === 1 ? 'the' : 'all'} ${countOf(batches.length, 'batch', 'batches')} already (${countOf(records, 'record')}).`,
    `${holds}; ${duration(durationMs)}. ${nextLine('lake tables', style)}`,
  ];
}

// What was read

function readSection(batches: readonly BatchReport[], { style }: IngestTextOptions): readonly string[] {
  const fresh = batches.filter(({ known }) => !known);
  const records = sum(fresh, (batch) => batch.records);
  const accepted = sum(fresh, (batch) => batch.accepted);
  const size = bytes(sum(fresh, (batch) => batch.bytes));
  const read = style.strong(
    `Read ${countOf(records, 'record')} in ${countOf(fresh.length, 'batch', 'batches')} (${size})`,
  );
  return [
    fresh.length === 0
      ? style.strong('Nothing new to read')
      : `${read}: ${count(accepted)} accepted, ${count(records - accepted)} rejected`,
    '',
    ...batchLines(batches, style),
    '',
  ];
}

function batchLines(batches: readonly BatchReport[], style: Style): readonly string[] {
  const columns: readonly TextColumn[] = [
    { header: 'source' },
    { header: 'file', maxWidth: 26 },
    ...['records', 'accepted', 'rejected'].map(right),
    { header: '' },
  ];
  const cells = batches.map((batch) => [
    batch.source,
    fileName(batch.path),
    count(batch.records),
    count(batch.accepted),
    count(batch.records - batch.accepted),
    batch.known ? 'known' : '',
  ]);
  return textTable(columns, cells, { style });
}

const fileName = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

// What nothing reads

/** Files that are named unless everything is asked for. */
const SHOWN_FILES = 10;

function passedOverSection(
  passedOver: IngestReport['passedOver'],
  { style, isVerbose }: IngestTextOptions,
): readonly string[] {
  if (passedOver.length === 0) return [];
  const shown = isVerbose ? passedOver : passedOver.slice(0, SHOWN_FILES);
  const others = passedOver.length - shown.length;
  return [
    `${style.strong(`Passed over ${countOf(passedOver.length, 'file')}`)} that nothing reads`,
    '',
    ...textTable(
      unnamed,
      shown.map(({ path, reason }) => [fileName(path), reason]),
    ),
    ...(others > 0 ? [style.faint(`  and ${countOf(others, 'more file')} (--verbose shows all)`)] : []),
    '',
  ];
}

// What no contract knows

/** Two columns without headers. */
const unnamed: readonly TextColumn[] = [{ header: '', alignWidth: 26 }, { header: '' }];

/** Fields of a source that are named unless everything is asked for. */
const SHOWN_FIELDS = 5;

function unknownSection(
  batches: readonly BatchReport[],
  { style, isVerbose }: IngestTextOptions,
): readonly string[] {
  const sources = [...new Set(batches.map(({ source }) => source))];
  const lines = sources.flatMap((source) => {
    const own = batches.filter((batch) => batch.source === source);
    const fields = summed(own.map(({ unknownFields }) => unknownFields));
    if (fields.length === 0) return [];
    const shown = isVerbose ? fields : fields.slice(0, SHOWN_FIELDS);
    const others = fields.length - shown.length;
    const named = shown.map(([field, records]) => `${field} (${count(records)})`).join(', ');
    return [[source, `${named}${others > 0 ? ` and ${countOf(others, 'more field')} (--verbose)` : ''}`]];
  });
  return lines.length === 0
    ? []
    : [
        `${style.strong('Unknown fields')}, kept in bronze and nowhere else`,
        '',
        ...textTable(unnamed, lines),
        '',
      ];
}

// What was refused

function rejectedSection(batches: readonly BatchReport[], options: IngestTextOptions): readonly string[] {
  const fresh = batches.filter(({ known }) => !known);
  const sources = [...new Set(fresh.map(({ source }) => source))];
  const rows = sources.flatMap((source) => {
    const own = fresh.filter((batch) => batch.source === source);
    const children = new Set(own.flatMap(({ rejectedElements }) => Object.keys(rejectedElements)));
    return [
      ...reasonRows(
        source,
        own.map(({ rejected }) => rejected),
        options.isVerbose,
      ),
      ...[...children].flatMap((child) =>
        reasonRows(
          child,
          own.map(({ rejectedElements }) => rejectedElements[child] ?? {}),
          options.isVerbose,
        ),
      ),
    ];
  });
  if (rows.length === 0) return [];
  return [
    `${options.style.strong('Rejected')}, kept in bronze and listed in silver.quarantine`,
    '',
    ...textTable([{ header: 'source' }, { header: 'reason' }, right('records')], rows, {
      style: options.style,
    }),
    '',
  ];
}

function reasonRows(
  source: string,
  rejected: readonly Readonly<Record<string, number>>[],
  isVerbose: boolean,
): readonly string[][] {
  const reasons = summed(rejected);
  const shown = isVerbose || reasons.length <= TOP_REASONS + 1 ? reasons : reasons.slice(0, TOP_REASONS);
  const others = reasons.slice(shown.length);
  const rows = shown.map(([reason, records]) => ['', reason, count(records)]);
  if (others.length > 0)
    rows.push(['', `${others.length} more reasons (--verbose)`, count(sum(others, ([, n]) => n))]);
  if (rows[0] !== undefined) rows[0][0] = source;
  return rows;
}

/** Counts by name of some batches together, the largest first. */
function summed(
  counts: readonly Readonly<Record<string, number>>[],
): readonly (readonly [name: string, count: number])[] {
  const total = new Map<string, number>();
  for (const [name, count] of counts.flatMap((each) => Object.entries(each)))
    total.set(name, (total.get(name) ?? 0) + count);
  return [...total]
    .filter(([, records]) => records > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

// What became of it

function changedSection({ tables }: IngestReport, { style }: IngestTextOptions): readonly string[] {
  const all = Object.entries(tables);
  const changed = all.flatMap(([name, table]) => (table.changedPartitions > 0 ? [{ name, ...table }] : []));
  const unchanged = all.length - changed.length;
  const columns = [{ header: 'table' }, ...['rows', 'files', 'bytes', 'changed partitions'].map(right)];
  const cells = changed.map((table) => [
    table.name,
    count(table.rows),
    count(table.files),
    bytes(table.bytes),
    count(table.changedPartitions),
  ]);
  return [
    style.strong(`Changed ${countOf(changed.length, 'table')}`) +
      (unchanged === 0 ? '' : `; ${unchanged} did not have to be rebuilt`),
    '',
    ...textTable(columns, cells, { style }),
    '',
  ];
}

function checksSection(
  checks: readonly CheckReport[],
  { style, isVerbose }: IngestTextOptions,
): readonly string[] {
  if (checks.length === 0) return [];
  const shown = isVerbose ? checks : checks.filter(({ status }) => status === 'fail');
  return [
    `${style.strong(`Ran ${countOf(checks.length, 'check')}`)}: ${checksOutcome(checks, style)}`,
    ...(shown.length === 0 ? [] : ['', ...shown.flatMap((check) => checkLines(withoutSample(check), style))]),
    '',
  ];
}

/** An ingest says how much is wrong, `lake checks` shows the rows. */
const withoutSample = ({ name, severity, status, value, expected, reason }: CheckReport): CheckReport => ({
  name,
  severity,
  status,
  value,
  expected,
  ...(reason !== undefined && { reason }),
});

function published(
  { snapshot, parent, durationMs, engine }: IngestReport,
  { style }: IngestTextOptions,
): string {
  const after = parent === null ? '' : ` after ${parent}`;
  const by = engine === null ? '' : ` with ${engine.replace(/ \(.*\)$/, '')}`; // what is in brackets is in the summary
  return `Published ${style.strong(`snapshot ${snapshot ?? '–'}`)}${after} in ${duration(durationMs)}${by}`;
}

/** From here on a run with the built-in engine is told of the other one. */
const SLOW_MS = 10_000;

function fasterLines(
  { durationMs, engine }: IngestReport,
  { hasNative }: IngestTextOptions,
): readonly string[] {
  if (durationMs <= SLOW_MS || engine?.startsWith('duckdb-wasm') !== true) return [];
  return hasNative
    ? ['Much faster, with the same bytes: --engine native']
    : ['Much faster, with the same bytes: --engine native, once you have run', `  ${installLine}`];
}

// What would be done

function planText(report: IngestReport, plan: IngestPlan, options: IngestTextOptions): readonly string[] {
  const partitions = Object.entries(plan.partitions).filter(([, names]) => names.length > 0);
  const isIdle = partitions.length === 0 && plan.models.length === 0;
  const rows = [
    ...partitions.map(([name, names]) => [name, countOf(names.length, 'partition'), span(names)]),
    ...plan.models.map(({ table, why, makes }) => [table, madeText(makes), why]),
  ];
  return [
    ...readSection(report.batches, options),
    ...passedOverSection(report.passedOver, options),
    ...unknownSection(report.batches, options),
    ...rejectedSection(report.batches, options),
    ...(isIdle
      ? ['No table would change.']
      : [options.style.strong('Would make again'), '', ...planLines(rows, options.style), '']),
    `Nothing was published (--dry-run). ${nextLine('lake ingest', options.style)}`,
  ];
}

function planLines(rows: readonly (readonly string[])[], style: Style): readonly string[] {
  return textTable([{ header: '' }, right(''), { header: '' }], rows, { style });
}

/** How much of a model is made. */
function madeText(makes: IngestPlan['models'][number]['makes']): string {
  if (makes === 'everything') return 'all rows';
  return typeof makes === 'string'
    ? makes
    : `${makes.length} of its ${makes[0]?.length === 7 ? 'months' : 'days'}`;
}

/** `2024-01 … 2024-03`. */
function span(names: readonly string[]): string {
  const sorted = [...names].sort();
  const [first = ''] = sorted;
  const last = sorted.at(-1) ?? first;
  return first === last ? first : `${first} … ${last}`;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
