// One table: its rows, columns, files, history, and what it is made of.

import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { filterOperators, type ColumnFilter, type FilterOperator } from '../../../lake/look/row-filter.js';
import type { TableFacts } from '../../../lake/look/table-facts.js';
import { useAnswer, useShown } from '../lake.js';
import { goTo, linkHere, linkTo, usePlace } from '../location.js';
import { linkToCell } from '../parts/chart-rows.js';
import { DataTable } from '../parts/data-table.js';
import { RowGrid } from '../parts/row-grid.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { count, countOf, instant, size } from '../words.js';
import { Columns } from './columns.js';

const tabs = ['rows', 'columns', 'files', 'history', 'lineage'] as const;

/** The page of a table. */
export function OneTable({ table }: { readonly table: string }): JSX.Element {
  const { snapshot } = useShown();
  const { query } = usePlace();
  const tab = tabs.find((name) => name === query.get('tab')) ?? 'rows';
  const found = useAnswer('table', { table, snapshot: String(snapshot) });
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('tables')}>Tables</a>
      </p>
      <h1>{table}</h1>
      <Answer of={found}>
        {(facts) => (
          <>
            <p class="lead">
              {countOf(facts.rows, 'row')}, {size(facts.bytes)} in {countOf(facts.files.length, 'file')}.
              {facts.key.length > 0 && ` One row for each ${facts.key.join(', ')}.`}
            </p>
            <nav class="tabs" aria-label="Parts of the table">
              {tabs.map((name) => (
                <a
                  href={linkHere({ tab: name === 'rows' ? undefined : name })}
                  aria-current={tab === name ? 'page' : undefined}
                >
                  {name}
                </a>
              ))}
            </nav>
            {tab === 'rows' && <Rows facts={facts} />}
            {tab === 'columns' && <Columns facts={facts} />}
            {tab === 'files' && <Files facts={facts} />}
            {tab === 'history' && <History table={facts.table} />}
            {tab === 'lineage' && <MadeOf facts={facts} />}
          </>
        )}
      </Answer>
    </>
  );
}

/** `column|operator|value` of the address. */
function filtersOf(query: URLSearchParams): readonly ColumnFilter[] {
  return query.getAll('filter').flatMap((text) => {
    const [column = '', operator, ...value] = text.split('|');
    const known = filterOperators.find((each) => each === operator);
    return known === undefined ? [] : [{ column, operator: known, value: value.join('|') }];
  });
}

function Rows({ facts }: { readonly facts: TableFacts }): JSX.Element {
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

function Files({ facts }: { readonly facts: TableFacts }): JSX.Element {
  if (facts.files.length === 0) return <Empty>The table has no files, since it has no rows.</Empty>;
  return (
    <>
      {facts.partitionedBy.length > 0 && (
        <section>
          <h2>Partitions by {facts.partitionedBy.join(', ')}</h2>
          <DataTable
            caption="Partitions"
            isHidden
            columns={[
              { header: 'Partition', cell: ({ name }: TableFacts['partitions'][number]) => name },
              { header: 'Rows', kind: 'number', cell: ({ rows }) => count(rows) },
              { header: 'Files', kind: 'number', cell: ({ files }) => count(files) },
              { header: 'Size', kind: 'number', cell: ({ bytes }) => size(bytes) },
            ]}
            items={facts.partitions}
          />
        </section>
      )}
      <section>
        <h2>Files</h2>
        <DataTable
          caption="Files"
          isHidden
          columns={[
            { header: 'Path', kind: 'code', cell: ({ path }: TableFacts['files'][number]) => path },
            { header: 'Rows', kind: 'number', cell: ({ rows }) => count(rows) },
            { header: 'Size', kind: 'number', cell: ({ bytes }) => size(bytes) },
            { header: 'Added in', kind: 'number', cell: ({ addedIn }) => addedIn },
            { header: 'SHA-256', kind: 'code', cell: ({ sha256 }) => sha256.slice(0, 12) },
          ]}
          items={facts.files}
        />
      </section>
    </>
  );
}

function History({ table }: { readonly table: string }): JSX.Element {
  const { head } = useShown();
  const found = useAnswer('tableHistory', head === 0 ? undefined : { table, limit: 100 });
  return (
    <Answer of={found}>
      {(moments) =>
        moments.length === 0 ? (
          <Empty>None of the newest 100 snapshots wrote to it.</Empty>
        ) : (
          <DataTable
            caption={`Snapshots that wrote to ${table}`}
            columns={[
              {
                header: 'Snapshot',
                cell: ({ snapshot }: (typeof moments)[number]) => (
                  <a href={linkHere({ s: String(snapshot), tab: undefined })}>{snapshot}</a>
                ),
              },
              { header: 'Committed', cell: ({ committedAt }) => instant(committedAt) },
              { header: 'Operation', cell: ({ operation }) => operation },
              {
                header: 'Rows then',
                kind: 'number',
                cell: ({ rows }) => (rows === null ? '–' : count(rows)),
              },
              { header: 'Rows written', kind: 'number', cell: ({ rowsAdded }) => count(rowsAdded) },
              {
                header: 'Files',
                kind: 'number',
                cell: ({ filesAdded, filesRemoved }) => `+${filesAdded} −${filesRemoved}`,
              },
            ]}
            items={moments}
          />
        )
      }
    </Answer>
  );
}

function MadeOf({ facts }: { readonly facts: TableFacts }): JSX.Element {
  const list = (tables: readonly string[]): JSX.Element => (
    <ul>
      {tables.map((table) => (
        <li>
          <a href={linkTo('tables', table)}>{table}</a>
        </li>
      ))}
    </ul>
  );
  const columns = facts.columns.filter(({ madeOf }) => madeOf.length > 0);
  return (
    <>
      <section>
        <h2>Made of</h2>
        {facts.inputs.length === 0 ? <Empty>What arrived; no table is behind it.</Empty> : list(facts.inputs)}
      </section>
      <section>
        <h2>Made of it</h2>
        {facts.readers.length === 0 ? <Empty>No table reads it.</Empty> : list(facts.readers)}
      </section>
      {columns.length > 0 && (
        <section>
          <h2>By column</h2>
          <DataTable
            caption="Columns and what they are made of"
            isHidden
            columns={[
              { header: 'Column', cell: ({ name }: (typeof columns)[number]) => name },
              { header: 'Made of', kind: 'prose', cell: ({ madeOf }) => madeOf.join(', ') },
            ]}
            items={columns}
          />
        </section>
      )}
      {facts.sql !== undefined && (
        <details>
          <summary>The SQL that makes it</summary>
          <pre tabIndex={0}>{facts.sql}</pre>
        </details>
      )}
    </>
  );
}
