// Lists of tables, headline figures and snapshots, as several commands show them.

import type { BatchListing } from '../../lake/history/batches.js';
import type { HeadlineFigure } from '../../lake/read/headline.js';
import type { SnapshotReport } from '../../lake/history/snapshot-list.js';
import type { TableListing } from '../../lake/read/table-listing.js';
import { bytes, count, countOf, figure, moment } from './figures.js';
import { measure, type Style } from './style.js';
import { wrap } from './terminal-text.js';
import { textTable, type TextColumn } from './text-table.js';

const right = (header: string): TextColumn => ({ header, align: 'right' });
const left = (header: string, maxWidth = 30): TextColumn => ({ header, maxWidth });

const layerOf = (name: string): string => name.split('.')[0] ?? '';

/** Two lines for each layer, in the order of the tables: its size, and the names of its tables. */
export function layerLines(tables: readonly TableListing[], style: Style): readonly string[] {
  const names = [...new Set(tables.map(({ name }) => layerOf(name)))];
  const layers = names.map((layer) => tables.filter(({ name }) => layerOf(name) === layer));
  const sizes = textTable(
    [left(''), ...['', '', '', ''].map(right)],
    layers.map((members, at) => [
      names[at] ?? '',
      countOf(members.length, 'table'),
      countOf(
        sum(members, ({ rows }) => rows),
        'row',
      ),
      countOf(
        sum(members, ({ files }) => files),
        'file',
      ),
      bytes(sum(members, (table) => table.bytes)),
    ]),
    { style },
  );
  return layers.flatMap((members, at) => [sizes[at] ?? '', ...nameLines(members, style)]);
}

const NAMES_INDENT = ' '.repeat(4);

function nameLines(tables: readonly TableListing[], style: Style): readonly string[] {
  const names = tables.map(({ name }) => name.slice(layerOf(name).length + 1)).join(', ');
  return wrap(names, measure(style, NAMES_INDENT.length)).map((line) => NAMES_INDENT + style.faint(line));
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** One line for each table, in the order given, and their sum. */
export function tableLines(tables: readonly TableListing[], style: Style): readonly string[] {
  const columns = ['rows', 'files', 'bytes', 'partitions', 'changed in'].map(right);
  const cells = tables.map((table) => [
    table.name,
    count(table.rows),
    count(table.files),
    bytes(table.bytes),
    table.partitions === 0 ? '' : count(table.partitions),
    String(table.changedIn),
  ]);
  const total = [
    'total',
    '',
    count(sum(tables, ({ files }) => files)),
    bytes(sum(tables, (table) => table.bytes)),
    '',
    '',
  ];
  return textTable([left('table'), ...columns], [...cells, total], { style });
}

/** Figures of the business: name, value, what it means. */
export function headlineLines(headline: readonly HeadlineFigure[], style: Style): readonly string[] {
  const columns: readonly TextColumn[] = [left('', 24), { header: '', align: 'right' }, left('', 44)];
  const lines = textTable(
    columns,
    headline.map(({ name, value, about }) => [name, figure(value), about]),
    { style },
  );
  return lines.map((line, at) => faintEnd(line, headline[at]?.about ?? '', style));
}

/** The explanation at the end of a line stands back. */
function faintEnd(line: string, end: string, style: Style): string {
  return end !== '' && line.endsWith(end) ? line.slice(0, -end.length) + style.faint(end) : line;
}

/** One line for each snapshot, in the order given. */
export function snapshotLines(snapshots: readonly SnapshotReport[], style: Style): readonly string[] {
  const columns = [
    right('snapshot'),
    left('committed (UTC)'),
    left('operation', 12),
    ...['rows', 'files', 'bytes'].map(right),
    left('tags', 20),
  ];
  return textTable(columns, snapshots.map(snapshotCells), { style });
}

function snapshotCells(snapshot: SnapshotReport): readonly string[] {
  const { rowsAdded, filesAdded, filesRemoved, bytesAdded } = snapshot;
  const files = [
    filesAdded === 0 ? '' : `+${count(filesAdded)}`,
    filesRemoved === 0 ? '' : `−${count(filesRemoved)}`,
  ];
  return [
    String(snapshot.id),
    moment(snapshot.committedAt),
    snapshot.operation,
    rowsAdded === undefined || rowsAdded === 0 ? '' : `+${count(rowsAdded)}`,
    files.filter((change) => change !== '').join(' ') || '–',
    bytesAdded === 0 ? '' : `+${bytes(bytesAdded)}`,
    snapshot.tags.join(', '),
  ];
}

/** Batches with what was read of them. */
export function batchLines(batches: readonly BatchListing[], style: Style): readonly string[] {
  const columns = [left('source'), left('file', 28), ...['records', 'accepted', 'bytes'].map(right)];
  const cells = batches.map(({ source, file, records, accepted, bytes: size }) => [
    ...[source, file, count(records), count(accepted), bytes(size)],
  ]);
  return textTable(columns, cells, { style });
}

/** `Next: lake tables`, as the last line of what was done. */
export function nextLine(command: string, style: Style): string {
  return `Next: ${style.strong(command)}`;
}
