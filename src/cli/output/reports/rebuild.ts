// What making tables again from bronze came to, for people.

import type { RebuildReport } from '../../../lake/ingest/rebuild.js';
import { figureChangeLines, rowChangeLines } from '../changes.js';
import { count, countOf, duration } from '../figures.js';
import type { Style } from '../style.js';
import { textTable, type TextColumn } from '../text-table.js';

/** `title`: what was made again. */
export function rebuildText(title: string, report: RebuildReport, style: Style): readonly string[] {
  const { batches, records, accepted, durationMs, healed } = report;
  const read = `${countOf(records, 'record')} in ${countOf(batches, 'batch', 'batches')}, ${count(accepted)} accepted`;
  return [
    style.strong(title),
    `  read ${read}; ${duration(durationMs)}`,
    ...(healed.length === 0 ? [] : [`Put back ${countOf(healed.length, 'lost file')} as they were.`]),
    ...changedLines(report, style),
    published(report, style),
  ];
}

const RIGHT: readonly TextColumn[] = ['partitions', 'rows added', 'removed', 'changed'].map((header) => ({
  header,
  align: 'right',
}));

function changedLines({ tables, changed, headline, gold }: RebuildReport, style: Style): readonly string[] {
  if (!changed) return ['Every table came out as it was, byte for byte.'];
  const cells = Object.entries(tables).map(([name, table]) => [
    name,
    ...[table.changedPartitions, table.rowsAdded, table.rowsRemoved, table.rowsChanged].map(count),
  ]);
  return [
    '',
    ...textTable([{ header: 'table' }, ...RIGHT], cells, { style }),
    ...figureChangeLines(headline, style),
    ...Object.entries(gold).flatMap(([table, rows]) =>
      rows.length === 0
        ? []
        : [
            '',
            `${style.strong(table)}${style.faint(', the first rows that differ')}`,
            ...rows.flatMap((row) => rowChangeLines(row, style)),
          ],
    ),
    '',
  ];
}

function published({ snapshot, parent }: RebuildReport, style: Style): string {
  return snapshot === null
    ? 'Nothing was published (--dry-run).'
    : `Published ${style.strong(`snapshot ${snapshot}`)}. See lake snapshot diff ${parent} ${snapshot}`;
}
