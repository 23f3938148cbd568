// A chart that answers: the pointer tells, a click leads to what is behind the mark, a drag chooses days, the legend switches
// series, and the numbers are a table, CSV or PNG away.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../../pipeline/define/spec/charts.js';
import type { ChartedTable } from '../../../lake/look/chart-tables.js';
import { drawn } from '../../../lake/report/charts/draw.js';
import type { DrawnChart } from '../../../lake/report/charts/drawn.js';
import { drawChart, heightOf, pickedOf, type Drawable } from '../../charts/draw-chart.js';
import { keepDrawn } from '../../charts/keep-drawn.js';
import type { Drawing } from '../../charts/plot-parts.js';
import { goTo, linkHere, linkTo } from '../location.js';
import { csvOf, download } from '../words.js';
import { choicesOf, dayColumn, filtered, linkOfMark, type ChartFilter } from './chart-rows.js';
import { numbersOf } from './chart-numbers.js';
import { DataTable } from './data-table.js';
import { pngOf } from './chart-image.js';
import { Empty } from './states.js';

/** A chart of the project with its table. */
interface ChartCardProps {
  readonly chart: Chart;
  readonly table: ChartedTable;
  /** Its place among the charts, from 0. */
  readonly at: number;
  readonly filter: ChartFilter;
  /** Whether days can be chosen here, and columns filtered. */
  readonly isWhole: boolean;
  /** Whether it takes a row of its own. */
  readonly isWide: boolean;
}

/** The card. */
export function ChartCard({ chart, table, at, filter, isWhole, isWide }: ChartCardProps): JSX.Element {
  const shown = useMemo(() => filtered(chart, table, filter), [chart, table, JSON.stringify(filter)]);
  const picture = useMemo(() => drawn(chart, shown, at), [chart, shown, at]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [view, setView] = useState<'chart' | 'numbers'>('chart');
  const place = useRef<HTMLDivElement>(null);
  /** Under the title of the page, or of a part of it. */
  const Title = isWhole ? 'h2' : 'h3';
  if (picture === undefined)
    return (
      <figure class={`card chart${isWide ? ' wide' : ''}`}>
        <figcaption>
          <Title>{chart.title}</Title>
        </figcaption>
        <Empty>The table {chart.table} lacks a column of this chart.</Empty>
      </figure>
    );
  const isTable = picture.kind === 'table' || view === 'numbers';
  return (
    <figure class={`card chart${isWide ? ' wide' : ''}`} id={picture.id}>
      <figcaption>
        <Title>
          <a href={linkTo('tables', chart.table)} title={`The table ${chart.table}`}>
            {picture.title}
          </a>
        </Title>
        <p>{picture.about}</p>
      </figcaption>
      <div class="tools">
        <Legend picture={picture} hidden={hidden} onChange={setHidden} />
        {isWhole && <Choices table={table} filter={filter} />}
        <span class="actions">
          {picture.kind !== 'table' && (
            <button
              type="button"
              aria-pressed={isTable}
              onClick={() => setView(isTable ? 'chart' : 'numbers')}
            >
              Numbers
            </button>
          )}
          <button type="button" onClick={() => saveNumbers(picture)} aria-label={`CSV of ${picture.title}`}>
            CSV
          </button>
          {!isTable && (
            <button
              type="button"
              aria-label={`PNG of ${picture.title}`}
              onClick={() => void savePicture(picture.title, place.current)}
            >
              PNG
            </button>
          )}
        </span>
      </div>
      {shown.rows.length === 0 ? (
        <Empty>No rows of {chart.table} are in this range.</Empty>
      ) : isTable ? (
        <Numbers chart={chart} picture={picture} table={shown} />
      ) : (
        <Picture
          place={place}
          picture={picture as Drawable}
          hidden={hidden}
          onPick={(drawing) => {
            const picked = pickedOf(drawing);
            const link = picked && linkOfMark(chart, picture, shown, picked);
            if (link !== undefined) goTo(link);
          }}
          {...(dayColumn(chart, table) !== undefined &&
            'step' in picture && {
              onDays: (from: string, to: string) => goTo(linkTo('charts', '', { from, to })),
            })}
        />
      )}
    </figure>
  );
}

/** Names and colours; a click takes a series out or back in. */
function Legend({
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
function Choices({
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

/** The drawing, as wide as its place. */
function Picture({
  place,
  picture,
  hidden,
  onPick,
  onDays,
}: {
  readonly place: { readonly current: HTMLDivElement | null };
  readonly picture: Drawable;
  readonly hidden: ReadonlySet<string>;
  readonly onPick: (drawing: Drawing) => void;
  readonly onDays?: (from: string, to: string) => void;
}): JSX.Element {
  const latest = useRef({ onPick, onDays });
  latest.current = { onPick, onDays };
  useEffect(() => {
    const within = place.current;
    if (within === null) return;
    return keepDrawn(within, {
      heightAt: (width) => heightOf(picture, width),
      draw: (size) => {
        const drawing = drawChart(picture, size, hidden);
        drawing.setAttribute('aria-hidden', 'true');
        followPointer(drawing, latest);
        return drawing;
      },
    });
  }, [picture, hidden]);
  return (
    <div
      class={`plot${onDays === undefined ? '' : ' brushes'}`}
      ref={place as { current: HTMLDivElement | null }}
      role="img"
      aria-label={`${picture.title}: a chart. Its numbers, with a link for each, are behind “Numbers”.`}
    />
  );
}

/** Pixels from which a press is a drag. */
const DRAG = 6;

/** A press leads to what the pointer is at; a drag along the time axis chooses days. */
function followPointer(
  drawing: Drawing,
  latest: {
    readonly current: {
      readonly onPick: (drawing: Drawing) => void;
      readonly onDays: ((from: string, to: string) => void) | undefined;
    };
  },
): void {
  let from: number | undefined;
  const veil = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  veil.setAttribute('class', 'veil');
  const xOf = (event: Event): number =>
    (event as PointerEvent).clientX - drawing.getBoundingClientRect().left;
  // Before the plotting library hears of it, which lets nobody else.
  const first = { capture: true };
  drawing.addEventListener('pointerdown', (event) => (from = xOf(event)), first);
  drawing.addEventListener('pointermove', (event) => {
    if (from === undefined || latest.current.onDays === undefined || Math.abs(xOf(event) - from) < DRAG)
      return;
    const to = xOf(event);
    for (const [name, value] of Object.entries({
      x: Math.min(from, to),
      y: 0,
      width: Math.abs(to - from),
      height: drawing.getBoundingClientRect().height,
    }))
      veil.setAttribute(name, String(value));
    drawing.append(veil);
  });
  drawing.addEventListener('pointerup', (event) => {
    const end = xOf(event);
    const start = from ?? end;
    from = undefined;
    veil.remove();
    const { onPick, onDays } = latest.current;
    if (Math.abs(end - start) < DRAG) return onPick(drawing);
    const scale = drawing.scale('x');
    if (onDays === undefined || scale?.invert === undefined) return;
    const day = (x: number): string => new Date(scale.invert?.(x) as number).toISOString().slice(0, 10);
    onDays(day(Math.min(start, end)), day(Math.max(start, end)));
  });
  drawing.addEventListener('pointerleave', () => {
    from = undefined;
    veil.remove();
  });
}

/** What the chart says, each row with the way to what is behind it. */
function Numbers({
  chart,
  picture,
  table,
}: {
  readonly chart: Chart;
  readonly picture: DrawnChart;
  readonly table: ChartedTable;
}): JSX.Element {
  const { headers, rows } = numbersOf(picture);
  return (
    <DataTable
      caption={picture.caption}
      isHidden
      columns={headers.map((header, at) => ({
        header,
        ...(at > 0 && { kind: 'number' as const }),
        cell: (row: (typeof rows)[number]) => {
          if (at > 0) return row.values[at - 1];
          const link = linkOfMark(chart, picture, table, row.picked);
          return link === undefined ? row.name : <a href={link}>{row.name}</a>;
        },
      }))}
      items={rows}
    />
  );
}

function saveNumbers(picture: DrawnChart): void {
  const { headers, rows } = numbersOf(picture);
  const plain = (text: string): string => (text === '–' ? '' : text.replaceAll(/(?<=\d),(?=\d{3})/g, ''));
  download(
    `${picture.title}.csv`,
    csvOf(
      headers,
      rows.map(({ name, values }) => [name, ...values.map(plain)]),
    ),
  );
}

async function savePicture(title: string, place: HTMLDivElement | null): Promise<void> {
  const svg = place?.querySelector('svg');
  if (svg instanceof SVGSVGElement) download(`${title}.png`, await pngOf(svg));
}
