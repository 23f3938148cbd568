// The row of an explanation: each cell, and how it moved since the day before.

import type { JSX } from 'preact';
import type { ExplainReport } from '../../../lake/explain/explain-results.js';
import { useAnswer, useShown } from '../lake.js';
import { linkHere } from '../location.js';
import { amount, movement } from '../words.js';

/** The whole row; each cell is a question of its own. */
export function Cells({
  report,
  asked,
}: {
  readonly report: ExplainReport;
  readonly asked: string | undefined;
}): JSX.Element {
  const { row, where, columns } = report;
  // A row that comes as a whole has one answer for all its cells.
  const isWhole = columns.length === 0;
  const before = useRowBefore(report);
  return (
    <>
      <nav class="cells" aria-label="Cells of the row">
        {Object.entries(row).map(([name, value]) => {
          const isKey = name in where;
          const content = (
            <>
              <span>{name}</span>
              <strong>{amount(value)}</strong>
              {before !== undefined && !isKey && typeof value !== 'boolean' && (
                <small>{movement(value, before.row[name] as string | number | null)?.text}</small>
              )}
            </>
          );
          if (isKey || isWhole) return <span class={`cell${isKey ? ' key' : ''}`}>{content}</span>;
          return (
            <a
              class="cell"
              href={linkHere({ column: name })}
              aria-current={name === asked ? 'true' : undefined}
            >
              {content}
            </a>
          );
        })}
      </nav>
      {before !== undefined && <p class="muted">Below each value: its change since {before.day}.</p>}
    </>
  );
}

/** Of a table by day that a chart draws: the row of the day before, in which one sees what moved. */
function useRowBefore({
  table,
  where,
  row,
}: ExplainReport): { readonly day: string; readonly row: Readonly<Record<string, unknown>> } | undefined {
  const { snapshot } = useShown();
  const [key, ...more] = Object.keys(where);
  const day = key === undefined ? '' : String(row[key]);
  const isByDay = more.length === 0 && /^\d{4}-\d\d-\d\d$/.test(day);
  const found = useAnswer('charts', isByDay ? { snapshot: String(snapshot) } : undefined);
  if (found.state !== 'ready' || key === undefined) return undefined;
  const rows = found.value.tables.find(({ name }) => name === table)?.rows ?? [];
  const earlier = rows.filter((each) => String(each[key]) < day);
  const last = earlier.toSorted((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1)).at(-1);
  return last && { day: String(last[key]), row: last };
}
