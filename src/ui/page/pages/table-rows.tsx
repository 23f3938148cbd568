// Rows of a table: sorted, filtered by column, scrolled.

import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { filterOperators, type ColumnFilter, type FilterOperator } from '../../../lake/look/row-filter.js';
import type { TableFacts } from '../../../lake/look/table-facts.js';
import { useAnswer, useShown } from '../lake.js';
import { goTo, linkHere, usePlace } from '../location.js';
import { linkToCell } from '../parts/chart-rows.js';
import { RowGrid } from '../parts/row-grid.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { count, countOf } from '../words.js';

/** `column|operator|value` of the address. */
function filtersOf(query: URLSearchParams): readonly ColumnFilter[] {
  return query.getAll('filter').flatMap((text) => {
    const [column = '', operator, ...value] = text.split('|');
    const known = filterOperators.find((each) => each === operator);
    return known === undefined ? [] : [{ column, operator: known, value: value.join('|') }];
  });
}

/** The rows: as many as there are, in the order and under the conditions of the address. */
export function Rows({ facts }: { readonly facts: TableFacts }): JSX.Element {
  const { lake, snapshot } = useShown();
  const { query } = usePlace();
  const filters = filtersOf(query);
  const [sorted, direction] = (query.get('sort') ?? '').split('|');
  const sort = sorted ? { column: sorted, isDescending: direction === 'desc' } : undefined;
  const of = JSON.stringify([facts.table, snapshot, filters, sort]);
  const view = useMemo(
    () => ({ table: facts.table, snapshot: String(snapshot), filters, ...(sort !== undefined && { sort }) }),
    [of],
  );
  const first = useAnswer('rows', { view, start: 0, count: 1 });
  const read = useMemo(
    () => (start: number, rows: number) => lake.askOnce('rows', { view, start, count: rows }),
    [view, lake],
  );
  const onSort = (column: string): void => {
    const next = sort?.column !== column ? column : sort.isDescending ? undefined : `${column}|desc`;
    goTo(linkHere({ sort: next }));
  };
  return (
    <>
      <Filters facts={facts} filters={filters} />
      <Answer
        of={first}
        waiting={filters.length > 0 || sort ? 'The SQL engine arranges the rows…' : 'Reading rows…'}
      >
        {({ totalRows, reachableRows, columns }) =>
          totalRows === 0 ? (
            <Empty>{filters.length > 0 ? 'No row meets these conditions.' : 'The table has no rows.'}</Empty>
          ) : (
            <>
              <p class="muted" role="status">
                {countOf(totalRows, 'row')}
                {filters.length > 0 && ' meet the conditions'}
                {reachableRows < totalRows && `; the first ${count(reachableRows)} in this order are shown`}
              </p>
              <RowGrid
                name={facts.table}
                columns={columns}
                totalRows={reachableRows}
                read={read}
                sort={sort}
                onSort={onSort}
                linkOf={
                  facts.isExplained && facts.key.length > 0
                    ? (row) => linkToCell(facts.table, facts.key, row, undefined)
                    : undefined
                }
              />
            </>
          )
        }
      </Answer>
      <Command text={`lake show ${facts.table}`} />
    </>
  );
}

/** Conditions that hold, and one more. */
function Filters({
  facts,
  filters,
}: {
  readonly facts: TableFacts;
  readonly filters: readonly ColumnFilter[];
}): JSX.Element {
  const [column, setColumn] = useState(facts.columns[0]?.name ?? '');
  const [operator, setOperator] = useState<FilterOperator>('=');
  const [value, setValue] = useState('');
  const write = (all: readonly ColumnFilter[]): void =>
    goTo(linkHere({ filter: all.map((each) => `${each.column}|${each.operator}|${each.value}`) }));
  const needsValue = operator !== 'is null' && operator !== 'is not null';
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        write([...filters, { column, operator, value: needsValue ? value : '' }]);
        setValue('');
      }}
    >
      {filters.map((each, at) => (
        <button type="button" class="chip" onClick={() => write(filters.filter((_, other) => other !== at))}>
          {each.column} {each.operator} <bdi>{each.value}</bdi> <span aria-hidden="true">×</span>
          <span class="aside">Take this condition away</span>
        </button>
      ))}
      <select
        aria-label="Column"
        value={column}
        onChange={({ currentTarget }) => setColumn(currentTarget.value)}
      >
        {facts.columns.map(({ name }) => (
          <option value={name}>{name}</option>
        ))}
      </select>

      <select
        aria-label="Comparison"
        value={operator}
        onChange={({ currentTarget }) =>
          setOperator(filterOperators.find((each) => each === currentTarget.value) ?? '=')
        }
      >
        {filterOperators.map((each) => (
          <option value={each}>{each}</option>
        ))}
      </select>

      {needsValue && (
        <input
          aria-label="Value"
          value={value}
          placeholder="value"
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      )}
      <button type="submit">Filter</button>
    </form>
  );
}
