// What moved a number between the compared snapshot and the shown one.

import type { JSX } from 'preact';
import { useAnswer, useShown } from '../lake.js';
import { usePlace } from '../location.js';
import { Answer } from '../parts/states.js';
import { count, countOf, amount, movement, title } from '../words.js';
import type { WantedLines } from './lines-left.js';
import { Records, RowFacts } from './records.js';

/** Nothing without a snapshot to compare with. */
export function WhyChanged({
  table,
  column,
  lines,
}: {
  readonly table: string;
  readonly column: string | undefined;
  readonly lines: WantedLines;
}): JSX.Element | null {
  const { snapshot, compare } = useShown();
  const where = usePlace().query.getAll('where');
  const isAsked = compare !== undefined && compare !== snapshot;
  const found = useAnswer(
    'whyChanged',
    isAsked
      ? {
          table,
          where,
          since: String(compare),
          snapshot: String(snapshot),
          limit: 10,
          ...(column !== undefined && { column }),
          ...lines.most,
        }
      : undefined,
  );
  if (!isAsked) return null;
  return (
    <section class="card making" aria-labelledby="why">
      <h2 id="why">What changed since snapshot {compare}</h2>
      <Answer of={found} waiting="Comparing the rows behind it…">
        {({ columns, batches, unreadBytes }) => {
          const changed = columns.filter(({ before, after }) => before !== after);
          if (changed.length === 0) return <p>Nothing: it is what it was.</p>;
          return changed.map(
            ({ column: name, before, after, about, changed: rows, from, sample = [], broughtBy }) => (
              <div class="change">
                <h3>
                  {title(name)}: {amount(before)} → {amount(after)}{' '}
                  <small>{movement(String(after), String(before))?.text}</small>
                </h3>
                <p class="muted">{about}</p>
                {rows !== undefined && (
                  <p>
                    {countOf(rows, 'row')} of {from} came, went or changed
                    {broughtBy && ', brought by '}
                    {broughtBy &&
                      Object.entries(broughtBy.batches)
                        .map(
                          ([batchId, moved]) =>
                            `${batches[batchId]?.sourceFile ?? batchId} (${count(moved)})`,
                        )
                        .join(', ')}
                    {rows > sample.length && `; the ${sample.length} that moved it most:`}
                  </p>
                )}
                <ol class="behind">
                  {sample.map(({ kind, row, change, records }) => (
                    <li>
                      <span
                        class={`badge ${kind === 'added' ? 'pass' : kind === 'removed' ? 'error' : 'warn'}`}
                      >
                        {kind}
                      </span>{' '}
                      {kind === 'changed' && change !== null && <strong>{amount(change)}</strong>}
                      <RowFacts row={row} />
                      {unreadBytes === undefined && <Records records={records} batches={batches} />}
                    </li>
                  ))}
                </ol>
              </div>
            ),
          );
        }}
      </Answer>
    </section>
  );
}
