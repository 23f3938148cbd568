// The columns of a table: type, nulls, bounds; and, when it is asked for, how the values are spread.

import type { JSX } from 'preact';
import type { ColumnFacts, TableFacts } from '../../../lake/look/table-facts.js';
import { useAnswer, useShown } from '../lake.js';
import { linkHere, usePlace } from '../location.js';
import { DataTable } from '../parts/data-table.js';
import { Answer } from '../parts/states.js';
import { cellText, count } from '../words.js';

/** All columns; `column` of the address is looked at closely. */
export function Columns({ facts }: { readonly facts: TableFacts }): JSX.Element {
  const column = usePlace().query.get('column');
  return (
    <>
      {column !== null && <Spread table={facts.table} column={column} />}
      <DataTable<ColumnFacts>
        caption={`Columns of ${facts.table}; bounds and nulls are what its files say`}
        columns={[
          {
            header: 'Column',
            cell: ({ name, isKey }) => (
              <>
                <a href={linkHere({ column: name })} title={`How the values of ${name} are spread`}>
                  {name}
                </a>
                {isKey && <span class="badge">key</span>}
              </>
            ),
          },
          { header: 'Type', kind: 'code', cell: ({ type }) => type },
          {
            header: 'Nulls',
            kind: 'number',
            cell: ({ nulls }) => (nulls === undefined ? '–' : count(nulls)),
          },
          { header: 'Smallest', cell: ({ min, type }) => <bdi>{cellText(min, type)}</bdi> },
          { header: 'Largest', cell: ({ max, type }) => <bdi>{cellText(max, type)}</bdi> },
        ]}
        items={facts.columns}
      />
    </>
  );
}

function Spread({ table, column }: { readonly table: string; readonly column: string }): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('distribution', { table, column, snapshot: String(snapshot) });
  return (
    <section class="card" aria-labelledby="spread">
      <h2 id="spread">How {column} is spread</h2>
      <Answer of={found} waiting="Counting with the SQL engine…">
        {({ bars, distinct, nulls, kind }) => {
          const most = Math.max(1, ...bars.map(({ rows }) => rows));
          return (
            <>
              <p>
                {count(distinct)} different values, {count(nulls)} nulls.{' '}
                {kind === 'steps' ? 'In equal steps from the smallest to the largest:' : 'The most frequent:'}
              </p>
              <ul class="bars">
                {bars.map(({ name, rows }) => (
                  <li>
                    <span class="bar-name">
                      <bdi>{name}</bdi>
                    </span>
                    <span class="bar-track">
                      <i style={{ width: `${(rows / most) * 100}%` }} />
                    </span>
                    <span class="number">{count(rows)}</span>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
    </section>
  );
}
