// Where a number comes from: the cell, the rows that make it, the records behind those with file, line and text; and what
// moved it since another snapshot. The answers are those of `lake explain`.

import type { JSX } from 'preact';
import type { ColumnExplanation, ExplainReport } from '../../../lake/explain/explain-results.js';
import { useAnswer, useShown } from '../lake.js';
import { linkTo, usePlace } from '../location.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { Cells } from './cells.js';
import { LinesLeft, useLines, type WantedLines } from './lines-left.js';
import { Records, RowFacts } from './records.js';
import { RowLineage } from './row-lineage.js';
import { WhyChanged } from './why-changed.js';
import { amount, count, countOf, title } from '../words.js';

/** The page. */
export function Explain(): JSX.Element {
  const { snapshot } = useShown();
  const { subject: table, query } = usePlace();
  const where = query.getAll('where');
  const column = query.get('column') ?? undefined;
  const lines = useLines();
  const isAsked = table !== '' && where.length > 0;
  const found = useAnswer(
    'explain',
    isAsked
      ? {
          table,
          where,
          snapshot: String(snapshot),
          limit: 10,
          ...(column !== undefined && { column }),
          ...lines.most,
        }
      : undefined,
  );
  if (!isAsked)
    return (
      <>
        <h1>Explain</h1>
        <Empty>
          Click a figure, a mark of a <a href={linkTo('charts')}>chart</a>, or a row of a{' '}
          <a href={linkTo('tables')}>table</a>: this page says what it is made of, down to the lines of the
          files.
        </Empty>
      </>
    );
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('tables', table)}>{table}</a> · {where.join(' · ')}
      </p>
      <h1>{column === undefined ? 'A row, explained' : `${title(column)}, explained`}</h1>
      <Answer
        of={found}
        waiting={
          lines.isWanted
            ? 'Looking for the lines in all that arrived…'
            : 'Starting the SQL engine and looking for the lines… The first time takes a few seconds.'
        }
      >
        {(report) => <Explanation report={report} asked={column} lines={lines} />}
      </Answer>
    </>
  );
}

function Explanation({
  report,
  asked,
  lines,
}: {
  readonly report: ExplainReport;
  readonly asked: string | undefined;
  readonly lines: WantedLines;
}): JSX.Element {
  const { table, where, columns, records, checks, model, batches } = report;
  const words = Object.entries(where).map(([name, value]) => `--where ${name}=${quotedWord(String(value))}`);
  return (
    <>
      <Cells report={report} asked={asked} />
      <LinesLeft bytes={report.unreadBytes} lines={lines} />
      <WhyChanged table={table} column={asked} lines={lines} />
      {columns.map((each) => (
        <Making key={each.column} making={each} report={report} />
      ))}
      <RowLineage report={report} />
      {records.length > 0 && (
        <section>
          <h2>Records behind the row</h2>
          <Records records={records} batches={batches} />
        </section>
      )}
      <section>
        <h2>Checks that watch it</h2>
        {checks.length === 0 ? (
          <Empty>No check reads this table.</Empty>
        ) : (
          <ul class="checks short">
            {checks.map(({ name, status, severity }) => (
              <li>
                <span class={`badge ${status === 'pass' ? 'pass' : severity}`}>
                  {status === 'pass' ? 'pass' : severity}
                </span>{' '}
                <a href={linkTo('quality', '', { check: name })}>{name}</a>
              </li>
            ))}
          </ul>
        )}
      </section>
      {model !== null && (
        <section>
          <h2>The model</h2>
          <p>
            Made of{' '}
            {model.inputs.map((input, at) => (
              <>
                {at > 0 && ', '}
                <a href={linkTo('tables', input)}>{input}</a>
              </>
            ))}
            .
          </p>
          {model.about !== null && <p>{model.about}</p>}
          <details>
            <summary>The SQL that makes {table}</summary>
            <pre tabIndex={0}>{model.sql}</pre>
          </details>
        </section>
      )}
      <Command
        text={['lake explain', table, ...words, ...(asked === undefined ? [] : [`--column ${asked}`])].join(
          ' ',
        )}
      />
    </>
  );
}

/** As a shell takes it. */
const quotedWord = (text: string): string =>
  /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** How one cell is made, and of which rows. */
function Making({
  making,
  report,
}: {
  readonly making: ColumnExplanation;
  readonly report: ExplainReport;
}): JSX.Element {
  const { column, about, cell, kind, of, from, rows, sample = [], facts, sql, sum } = making;
  return (
    <section class="card making" id={`of-${column}`}>
      <h2>
        {title(column)} <span class="number-big">{amount(cell)}</span>
      </h2>
      <p>{about}</p>
      {of !== undefined && (
        <p class="formula">
          <a href={`#of-${of[0]}`} onClick={scrollTo(`of-${of[0]}`)}>
            {of[0]}
          </a>{' '}
          {kind === 'ratio' ? '÷' : '−'}{' '}
          <a href={`#of-${of[1]}`} onClick={scrollTo(`of-${of[1]}`)}>
            {of[1]}
          </a>
        </p>
      )}
      {facts !== undefined && (
        <dl class="facts">
          {Object.entries(facts).map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{amount(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {from !== undefined && rows !== undefined && (
        <>
          <p>
            {kind === 'value' ? 'Its value is that of' : `Adds up from`} {countOf(rows, 'row')} of{' '}
            <a href={linkTo('tables', from)}>{from}</a>
            {kind !== 'value' && sum !== null && `, which come to ${amount(sum)}`}
            {rows > sample.length && `; the ${count(sample.length)} that add most:`}
          </p>
          <ol class="behind">
            {sample.map(({ row, records }) => (
              <li>
                <RowFacts row={row} />
                {report.unreadBytes === undefined && <Records records={records} batches={report.batches} />}
              </li>
            ))}
          </ol>
        </>
      )}
      {sql !== undefined && (
        <p>
          <a href={linkTo('sql', '', { q: sql })}>All of them as SQL</a>
        </p>
      )}
    </section>
  );
}

/** The address has one place for the whole state, so links within the page scroll by themselves. */
const scrollTo =
  (id: string) =>
  (event: Event): void => {
    event.preventDefault();
    document.getElementById(id)?.scrollIntoView({ behavior: 'smooth' });
  };
