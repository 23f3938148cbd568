// Records, the rows that they became and the batches that brought them, as explanations show them.

import type { RowRecord } from '../../lake/read/row-set.js';
import type { BatchOrigin, SourceRecord } from '../../lake/explain/explain-results.js';
import { countOf, figure, moment } from './figures.js';
import { atMost, measure, type Style } from './style.js';
import { displayWidth, fit, visible } from './terminal-text.js';

const WIDTH = 80;
const MAX_VALUE_WIDTH = 40;
/** Records of one row, and lines of one record, that a terminal is given; `--json` has all. */
const MAX_RECORDS = 6;
const MAX_RAW_LINES = 5;

/** `name value` for each value that is there, leaving out some. */
export function rowItems(row: RowRecord, style: Style, without: readonly string[] = []): readonly string[] {
  return Object.entries(row)
    .filter(([name, value]) => value !== null && !without.includes(name))
    .map(([name, value]) => `${name} ${fit(String(value), atMost(style, MAX_VALUE_WIDTH))}`);
}

/** Items separated by commas, on lines of at most 80 cells; the first begins with `lead`, the others below its end. */
export function itemLines(lead: string, items: readonly string[]): readonly string[] {
  const indent = ' '.repeat(displayWidth(lead));
  const lines: string[] = [];
  for (const item of items) {
    const longer = `${lines.at(-1) ?? ''}, ${item}`;
    if (lines.length > 0 && displayWidth(indent + longer) < WIDTH) lines[lines.length - 1] = longer;
    else {
      if (lines.length > 0) lines[lines.length - 1] += ',';
      lines.push(item);
    }
  }
  return lines.map((line, at) => (at === 0 ? lead : indent) + line);
}

const roles: Readonly<Record<SourceRecord['role'], string>> = {
  winner: 'won',
  duplicate: 'says the same',
  variant: 'lost, says something else',
  superseded: 'superseded by a later delivery',
  refused: 'refused',
};

/** How records are shown. */
interface RecordStyle {
  readonly style: Style;
  readonly indent: number;
  /** With their text. */
  readonly isFull: boolean;
}

/** Each record's place and role, and its text. */
export function recordLines(
  records: readonly SourceRecord[],
  { style, indent, isFull }: RecordStyle,
): readonly string[] {
  const space = ' '.repeat(indent);
  const more = records.length - MAX_RECORDS;
  return [
    ...records
      .slice(0, MAX_RECORDS)
      .flatMap((record) => [
        `${space}${placeOf(record, style)}  ${style.faint(roleOf(record))}`,
        ...(isFull ? rawLines(record.raw, indent + 2, style).map((line) => style.faint(line)) : []),
      ]),
    ...(more > 0 ? [style.faint(`${space}and ${countOf(more, 'more record')} (--json has all)`)] : []),
  ];
}

/** `events.ndjson:812`. */
const placeOf = ({ sourceFile, lineNumber }: SourceRecord, style: Style): string =>
  `${fit(sourceFile, atMost(style, MAX_VALUE_WIDTH))}:${lineNumber}`;

function roleOf({ role, verdict, replaces }: SourceRecord): string {
  const refused = role === 'refused' && verdict !== 'accepted' ? `: ${verdict}` : '';
  const corrects = replaces === undefined ? '' : `, corrects line ${replaces.lineNumber}`;
  return `${roles[role]}${refused}${corrects}`;
}

/** The text in pieces as wide as the terminal, as far as it is not too long for it; whole where there is none. */
function rawLines(raw: string, indent: number, style: Style): readonly string[] {
  const space = ' '.repeat(indent);
  if (style.width === Infinity) return [space + raw];
  const pieces: string[] = [];
  let rest = visible(raw);
  while (rest !== '' && pieces.length < MAX_RAW_LINES) {
    const piece = fitExactly(rest, measure(style, indent));
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces.map((piece, at) => `${space}${piece}${at === MAX_RAW_LINES - 1 && rest !== '' ? '…' : ''}`);
}

/** As much of the text's beginning as there is room for, less one for an ellipsis. */
function fitExactly(text: string, width: number): string {
  if (displayWidth(text) < width) return text;
  const cut = fit(text, width);
  return cut.endsWith('…') && !text.startsWith(cut) ? cut.slice(0, -1) : cut;
}

/** Two lines for each batch: its file, and how it came. */
export function batchOriginLines(
  batches: Readonly<Record<string, BatchOrigin>>,
  style: Style,
  isNew: (batchId: string) => boolean = () => false,
): readonly string[] {
  return Object.values(batches).flatMap((batch) => [
    `  ${fit(batch.file, atMost(style, MAX_VALUE_WIDTH))}  ${countOf(batch.records, 'record')} of ${batch.source}${isNew(batch.batchId) ? style.good('  new') : ''}`,
    style.faint(
      `    batch ${batch.batchId.slice(0, 12)}, ingest date ${batch.ingestDate}, ${broughtBy(batch)}`,
    ),
  ]);
}

const broughtBy = ({ snapshot }: BatchOrigin): string =>
  snapshot === null
    ? 'its snapshot expired'
    : `snapshot ${snapshot.id} (${moment(snapshot.committedAt).slice(0, 16)})`;

/** A cell as people read it. */
export const cell = (value: RowRecord[string]): string =>
  typeof value === 'boolean' ? String(value) : figure(value);
