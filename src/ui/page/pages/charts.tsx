// The project's charts: all together, under one range of days and one set of filters.

import type { JSX } from 'preact';
import { wideOf } from '../../../lake/report/charts/draw.js';
import { useAnswer, useShown } from '../lake.js';
import { goTo, linkHere, usePlace } from '../location.js';
import { ChartCard } from '../parts/chart-card.js';
import type { ChartFilter } from '../parts/chart-rows.js';
import { Answer, Empty } from '../parts/states.js';

/** The page. */
export function Charts(): JSX.Element {
  return (
    <>
      <h1>Charts</h1>
      <Days />
      <ChartGrid isWhole />
    </>
  );
}

/** What the address says of days and columns. */
function useFilter(): ChartFilter {
  const { query } = usePlace();
  const values = query.getAll('f').map((text) => text.split(/\|(.*)/s).slice(0, 2) as [string, string]);
  return {
    from: query.get('from') ?? undefined,
    to: query.get('to') ?? undefined,
    values: Object.fromEntries(values),
  };
}

/** The range of days, for all charts that have any. */
function Days(): JSX.Element {
  const filter = useFilter();
  const day = (name: 'from' | 'to', label: string): JSX.Element => (
    <label>
      {label}
      <input
        type="date"
        value={filter[name] ?? ''}
        onChange={({ currentTarget }) => goTo(linkHere({ [name]: currentTarget.value || undefined }))}
      />
    </label>
  );
  const isFiltered =
    filter.from !== undefined || filter.to !== undefined || Object.keys(filter.values).length > 0;
  return (
    <form class="bar" onSubmit={(event) => event.preventDefault()}>
      {day('from', 'From')}
      {day('to', 'To')}
      {isFiltered ? (
        <a class="button" href={linkHere({ from: undefined, to: undefined, f: undefined })}>
          Show all
        </a>
      ) : (
        <span class="muted">Drag along a chart to choose days; click a mark to see what is behind it.</span>
      )}
    </form>
  );
}

/** Every chart of the project. */
export function ChartGrid({ isWhole }: { readonly isWhole: boolean }): JSX.Element {
  const { snapshot } = useShown();
  const filter = useFilter();
  const found = useAnswer('charts', { snapshot: String(snapshot) });
  return (
    <Answer of={found} waiting="Reading the charts’ tables…">
      {({ charts, tables }) => {
        if (charts.length === 0)
          return (
            <Empty>The project draws no charts. Every result of a statement can be drawn under SQL.</Empty>
          );
        const wide = wideOf(charts.map((chart) => chart.wide === true));
        return (
          <div class="charts">
            {charts.map((chart, at) => {
              const table = tables.find(({ name }) => name === chart.table);
              if (table === undefined) return null;
              return (
                <ChartCard
                  chart={chart}
                  table={table}
                  at={at}
                  filter={filter}
                  isWhole={isWhole}
                  isWide={wide[at] === true}
                />
              );
            })}
          </div>
        );
      }}
    </Answer>
  );
}
