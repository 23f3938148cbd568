// What moved between two states of a lake, for people: figures, and rows by key.

import type { RowDifference } from '../../lake/history/diff.js';
import type { RowRecord } from '../../lake/read/row-set.js';
import type { FigureChange } from '../../lake/read/headline.js';
import { change, figure } from './figures.js';
import { atMost, measure, type Style } from './style.js';
import { displayWidth, fit } from './terminal-text.js';
import { textTable } from './text-table.js';

/** The headline figures that moved, then and now. */
export function figureChangeLines(headline: readonly FigureChange[], style: Style): readonly string[] {
  if (headline.length === 0) return ['', 'No headline figure moved.'];
  const columns = [
    { header: '', maxWidth: 24 },
    { header: 'then', align: 'right' },
    { header: 'now', align: 'right' },
    { header: '', align: 'right' },
  ] as const;
  const cells = headline.map(({ name, then, now }) => [name, figure(then), figure(now), change(then, now)]);
  return ['', style.strong('Figures that moved'), '', ...textTable(columns, cells, { style })];
}

const MAX_VALUE_WIDTH = 36;

/** One row: its sign, its key, then the columns that differ (for one that came or went, those that hold a value). */
export function rowChangeLines({ kind, key, before, after }: RowDifference, style: Style): readonly string[] {
  const sign = { added: style.good('+'), removed: style.bad('−'), changed: '~' }[kind];
  const row = after ?? before ?? {};
  const name = isKeyless({ kind, key, after: row })
    ? []
    : [
        Object.values(key)
          .map((value) => shown(value, style))
          .join(' '),
      ];
  const items =
    kind === 'changed'
      ? changedItems(before ?? {}, row, style)
      : otherItems(row, name.length === 0 ? {} : key, style);
  return hanging(name, items, measure(style, 5)).map((line, at) =>
    at === 0 ? `  ${sign} ${line}` : `    ${line}`,
  );
}

/** A table without a key knows its rows only as a whole. */
export const isKeyless = ({ key, before, after }: RowDifference): boolean =>
  Object.keys(key).length === Object.keys(after ?? before ?? {}).length;

function changedItems(before: RowRecord, after: RowRecord, style: Style): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${shown(before[name], style)} → ${shown(after[name], style)}`);
}

function otherItems(row: RowRecord, key: RowRecord, style: Style): readonly string[] {
  return Object.entries(row)
    .filter(([name, value]) => value !== null && !Object.hasOwn(key, name))
    .map(([name, value]) => `${name} ${shown(value, style)}`);
}

const shown = (value: RowRecord[string] | undefined, style: Style): string =>
  value === undefined ? '–' : fit(String(value), atMost(style, MAX_VALUE_WIDTH));

/** The name, then the items beside it, broken between items. */
function hanging(name: readonly string[], items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [...name];
  for (const item of items) {
    const line = lines.at(-1);
    const longer = line === name[0] ? `${line ?? ''}  ${item}` : `${line ?? ''}, ${item}`;
    if (line !== undefined && displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(line === undefined ? item : `  ${item}`);
  }
  return lines;
}
