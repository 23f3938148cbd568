// Lists of tables, headline figures and snapshots, as several commands show them.

import type { HeadlineFigure, SnapshotReport, TableListing } from '../../lake/results.js';
import { bytes, count, figure, moment } from './figures.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';
import type { TextColumn } from './text-table.js';

const right = (header: string): TextColumn => ({ header, align: 'right' });
const left = (header: string, maxWidth = 30): TextColumn => ({ header, maxWidth });

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
  const sum = (of: (table: TableListing) => number): number =>
    tables.reduce((total, table) => total + of(table), 0);
  const total = ['', '', count(sum(({ files }) => files)), bytes(sum((table) => table.bytes)), '', ''];
  return textTable([left('table'), ...columns], [...cells, total], { style });
}

/** Figures of the business: name, value, what it means. */
export function headlineLines(headline: readonly HeadlineFigure[], style: Style): readonly string[] {
  const columns: readonly TextColumn[] = [left('', 24), { header: '', align: 'right' }, left('', 44)];
  const lines = textTable(
    columns,
    headline.map(({ name, value, about }) => [name, figure(value), about]),
  );
  return lines.map((line, at) => faintEnd(line, headline[at]?.about ?? '', style));
}

/** The explanation at the end of a line stands back. */
function faintEnd(line: string, end: string, style: Style): string {
  return end !== '' && line.endsWith(end) ? line.slice(0, -end.length) + style.faint(end) : line;
}

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

/** `Next: lake tables`, as the last line of what was done. */
export function nextLine(command: string, style: Style): string {
  return `Next: ${style.strong(command)}`;
}
