// A chart that answers: the pointer tells, a click leads to what is behind the mark, a drag chooses days, the legend switches
// series, and the numbers are a table, CSV or PNG away.

import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../../pipeline/define/spec/charts.js';
import type { ChartedTable } from '../../../lake/look/chart-tables.js';
import { drawn } from '../../../lake/report/charts/draw.js';
import type { DrawnChart } from '../../../lake/report/charts/drawn.js';
import { pickedOf, type Drawable } from '../../charts/draw-chart.js';
import { goTo, linkTo } from '../location.js';
import { csvOf, download } from '../words.js';
import { dayColumn, filtered, linkOfMark, type ChartFilter } from './chart-rows.js';
import { Choices, Legend } from './chart-controls.js';
import { numbersOf } from './chart-numbers.js';
import { Picture } from './chart-picture.js';
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
