// What an ingest says of its files: what was read, what nothing reads, what no contract knows, and what was refused.

import type { BatchReport, IngestReport } from '../../../lake/ingest/ingest.js';
import { bytes, count, countOf } from '../figures.js';
import type { Style } from '../style.js';
import { textTable, type TextColumn } from '../text-table.js';

/** How it is said. */
interface ReadTextOptions {
  readonly style: Style;
  /** Every reason, file and field instead of the ones that matter most. */
  readonly isVerbose: boolean;
}

/** The lines about a run's files, with a blank line after each part. */
export const filesText = (
  { batches, passedOver }: Pick<IngestReport, 'batches' | 'passedOver'>,
  options: ReadTextOptions,
): readonly string[] => [
  ...readSection(batches, options),
  ...passedOverText(passedOver, options),
  ...unknownSection(batches, options),
  ...rejectedSection(batches, options),
];

const TOP_REASONS = 3;

const right = (header: string): TextColumn => ({ header, align: 'right' });

function readSection(batches: readonly BatchReport[], { style }: ReadTextOptions): readonly string[] {
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

/** The files of given folders that were not read; nothing where there are none. */
export function passedOverText(
  passedOver: IngestReport['passedOver'],
  { style, isVerbose }: ReadTextOptions,
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
  { style, isVerbose }: ReadTextOptions,
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

function rejectedSection(batches: readonly BatchReport[], options: ReadTextOptions): readonly string[] {
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

/** The sum of a figure of some items. */
export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
