// A row of which nothing says how it is made: the columns that its cells are made of, and the rows of the inputs that share
// the values of its key.

import type { JSX } from 'preact';
import type { ExplainReport } from '../../../lake/explain/explain-results.js';
import { linkTo } from '../location.js';
import { amount, count, countOf } from '../words.js';
import { Records, RowFacts } from './records.js';

/** The section; nothing where the model says how every column is made. */
export function RowLineage({
  report: { table, lineage, batches, unreadBytes },
}: {
  readonly report: ExplainReport;
}): JSX.Element | null {
  if (lineage === null) return null;
  return (
    <section>
      <h2>Lineage</h2>
      <p>
        Nothing says how these columns are made (<code>explain</code> in the header of the model would, and
        then it is checked). This follows from the SQL of {table} alone: not every row below need count.
      </p>
      <dl class="facts">
        {lineage.columns.map(({ column, cell, madeOf }) => (
          <div key={column}>
            <dt>
              {column} {cell === null ? '–' : amount(cell)}
            </dt>
            <dd>{madeOf.length === 0 ? 'of no column' : madeOf.join(', ')}</dd>
          </div>
        ))}
      </dl>
      {lineage.inputs.map(({ table: input, shared, rows, sql, sample }) => (
        <section key={input} class="card making">
          <h3>
            <a href={linkTo('tables', input)}>{input}</a>
          </h3>
          <p>
            {shared.length === 0
              ? `No column holds a value of the key; the table has ${countOf(rows, 'row')}.`
              : `${countOf(rows, 'row')} with ${shared.map((group) => group.map(({ column, value }) => `${column} = ${value}`).join(' or ')).join(', ')}`}
            {shared.length > 0 && rows > sample.length && `; the first ${count(sample.length)}:`}
          </p>
          <ol class="behind">
            {sample.map(({ row, records }) => (
              <li>
                <RowFacts row={row} />
                {unreadBytes === undefined && <Records records={records} batches={batches} />}
              </li>
            ))}
          </ol>
          {sql !== null && (
            <p>
              <a href={linkTo('sql', '', { q: sql })}>All of them as SQL</a>
            </p>
          )}
        </section>
      ))}
    </section>
  );
}
