// What an ingest tells the person who ran it: read, refused, changed, checked, published, what it means, what next.

import type { IngestPlan, IngestReport } from '../../../lake/ingest/ingest.js';
import type { CheckReport } from '../../../lake/quality/check-report.js';
import type { HeadlineFigure } from '../../../lake/read/headline.js';
import { installLine } from '../../../engine/native/installed.js';
import { checkLines, checksOutcome } from '../checks.js';
import { bytes, count, countOf, duration } from '../figures.js';
import type { Style } from '../style.js';
import { filesText, passedOverText, sum } from './ingest-files.js';
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

const right = (header: string): TextColumn => ({ header, align: 'right' });

/** What a run read, refused, changed, checked and published, as lines for a person; a plan for `--dry-run`. */
export function ingestText(report: IngestReport, options: IngestTextOptions): readonly string[] {
  if (report.plan !== undefined) return planText(report, report.plan, options);
  if (!report.changed) return nothingNew(report, options);
  return [
    ...filesText(report, options),
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
    ...passedOverText(passedOver, options),
    `Nothing new: the lake knows ${batches.length === 1 ? 'the' : 'all'} ${countOf(batches.length, 'batch', 'batches')} already (${countOf(records, 'record')}).`,
    `${holds}; ${duration(durationMs)}. ${nextLine('lake tables', style)}`,
  ];
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
    ...filesText(report, options),
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
