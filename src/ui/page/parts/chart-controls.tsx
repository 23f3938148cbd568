// What is chosen beside a chart: series by its legend, rows by columns of few values.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ChartedTable } from '../../../lake/look/chart-tables.js';
import type { DrawnChart } from '../../../lake/report/charts/drawn.js';
import { goTo, linkHere } from '../location.js';
import { choicesOf, type ChartFilter } from './chart-rows.js';

/** Names and colours; a click takes a series out or back in. */
export function Legend({
  picture,
  hidden,
  onChange,
}: {
  readonly picture: DrawnChart;
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: ReadonlySet<string>) => void;
}): JSX.Element | null {
  const figures = 'figures' in picture ? picture.figures.filter(({ color }) => color !== null) : [];
  if (figures.length < 2) return null;
  const toggle = (name: string): void => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    onChange(next);
  };
  return (
    <ul class="legend">
      {figures.map(({ name, color }) => (
        <li>
          <button type="button" aria-pressed={!hidden.has(name)} onClick={() => toggle(name)}>
            <i class={`swatch ${color ?? ''}`} />
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Filters by the columns of the table that have few values. */
export function Choices({
  table,
  filter,
}: {
  readonly table: ChartedTable;
  readonly filter: ChartFilter;
}): JSX.Element {
  const choices = useMemo(() => choicesOf(table), [table]);
  const choose = (column: string, value: string): void => {
    const others = Object.entries(filter.values).filter(([name]) => name !== column);
    const all = value === '' ? others : [...others, [column, value] as const];
    goTo(linkHere({ f: all.map(([name, each]) => `${name}|${each}`) }));
  };
  return (
    <>
      {choices.map(({ column, values }) => (
        <label class="choice">
          {column}
          <select
            value={filter.values[column] ?? ''}
            onChange={({ currentTarget }) => choose(column, currentTarget.value)}
          >
            <option value="">all</option>
            {values.map((value) => (
              <option value={value}>{value}</option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}
