// The line of snapshots, and what differs between any two of them.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DiffReport, TableDifference } from '../../../lake/history/diff.js';
import type { SnapshotReport } from '../../../lake/history/snapshot-list.js';
import { useAnswer, useShown } from '../lake.js';
import { linkHere, linkTo } from '../location.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { cellText, count, countOf, grouped, instant, movement, size } from '../words.js';

/** Snapshots that are listed at first. */
const LISTED = 100;

/** The page. */
export function Snapshots(): JSX.Element {
  const { head, snapshot, compare } = useShown();
  const [limit, setLimit] = useState(LISTED);
  const found = useAnswer('snapshots', { limit, upTo: head });
  return (
    <>
      <h1>Snapshots</h1>
      {compare !== undefined && compare !== snapshot && <Comparison from={compare} to={snapshot} />}
      <section aria-labelledby="line">
        <h2 id="line">The line of snapshots</h2>
        <Answer of={found}>
          {(snapshots) => (
            <>
              <DataTable<SnapshotReport>
                caption="Snapshots, newest first"
                isHidden
                columns={[
                  {
                    header: 'Snapshot',
                    cell: ({ id, tags }) => (
                      <>
                        <a
                          href={linkHere({ s: id === head ? undefined : String(id) })}
                          aria-current={id === snapshot ? 'true' : undefined}
                        >
                          {id}
                        </a>
                        {tags.map((tag) => (
                          <span class="badge">{tag}</span>
                        ))}
                      </>
                    ),
                  },
                  { header: 'Committed', cell: ({ committedAt }) => <time>{instant(committedAt)}</time> },
                  { header: 'Operation', cell: ({ operation }) => operation },
                  { header: 'Rows written', kind: 'number', cell: ({ rowsAdded }) => count(rowsAdded ?? 0) },
                  {
                    header: 'Files',
                    kind: 'number',
                    cell: ({ filesAdded, filesRemoved }) => `+${count(filesAdded)} −${count(filesRemoved)}`,
                  },
                  { header: 'Size', kind: 'number', cell: ({ bytesAdded }) => size(bytesAdded) },
                  {
                    header: 'Compare',
                    cell: ({ id }) =>
                      id === snapshot ? (
                        <span class="muted">shown</span>
                      ) : (
                        <a
                          href={linkHere({ c: String(id) })}
                          aria-current={id === compare ? 'true' : undefined}
                        >
                          compare with it
                        </a>
                      ),
                  },
                ]}
                items={snapshots}
              />
              {snapshots.length === limit && (
                <button type="button" onClick={() => setLimit(limit * 4)}>
                  Show older ones
                </button>
              )}
            </>
          )}
        </Answer>
      </section>
    </>
  );
}

function Comparison({ from, to }: { readonly from: number; readonly to: number }): JSX.Element {
  const found = useAnswer('diff', { from: String(from), to: String(to) });
  return (
    <section aria-labelledby="diff">
      <h2 id="diff">
        From snapshot {from} to {to}
      </h2>
      <p>
        <a href={linkHere({ c: undefined })}>Compare no more</a>
      </p>
      <Answer of={found} waiting="Comparing the tables…">
        {(report) => <Difference report={report} />}
      </Answer>
      <Command text={`lake snapshot diff ${from} ${to}`} />
    </section>
  );
}

function Difference({ report }: { readonly report: DiffReport }): JSX.Element {
  const { headline, tables, batches } = report;
  const files = [
    ...batches.added.map((batch) => ({ ...batch, sign: '+' })),
    ...batches.removed.map((batch) => ({ ...batch, sign: '−' })),
  ];
  return (
    <>
      <h3>Figures that moved</h3>
      {headline.length === 0 ? (
        <Empty>None.</Empty>
      ) : (
        <DataTable
          caption="Figures that moved"
          isHidden
          columns={[
            { header: 'Figure', cell: ({ name }: DiffReport['headline'][number]) => name },
            {
              header: 'Before',
              kind: 'number',
              cell: ({ then }) => (then === null ? '–' : grouped(String(then))),
            },
            {
              header: 'After',
              kind: 'number',
              cell: ({ now }) => (now === null ? '–' : grouped(String(now))),
            },
            { header: 'Change', kind: 'number', cell: ({ now, then }) => movement(now, then)?.text ?? '' },
          ]}
          items={headline}
        />
      )}
      <h3>Batches behind it</h3>
      {files.length === 0 ? (
        <Empty>Both were made of the same batches.</Empty>
      ) : (
        <DataTable
          caption="Batches"
          isHidden
          columns={[
            {
              header: 'File',
              cell: ({ file, sign }: (typeof files)[number]) => <bdi>{`${sign} ${file}`}</bdi>,
            },
            { header: 'Source', cell: ({ source }) => source },
            { header: 'Records', kind: 'number', cell: ({ records }) => count(records) },
            { header: 'Accepted', kind: 'number', cell: ({ accepted }) => count(accepted) },
            { header: 'Size', kind: 'number', cell: ({ bytes }) => size(bytes) },
          ]}
          items={files}
        />
      )}
      <h3>Tables that differ</h3>
      {tables.length === 0 ? (
        <Empty>None.</Empty>
      ) : (
        tables.map((table) => <TableChange change={table} from={report.from.id} to={report.to.id} />)
      )}
    </>
  );
}

/** A table, with its rows when they are asked for. */
function TableChange({
  change,
  from,
  to,
}: {
  readonly change: TableDifference;
  readonly from: number;
  readonly to: number;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { table, rowsAdded, rowsRemoved, rowsChanged } = change;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {table}: {countOf(rowsAdded, 'row')} came, {count(rowsRemoved)} went, {count(rowsChanged)} changed
      </summary>
      {isOpen && <RowChanges table={table} from={from} to={to} />}
    </details>
  );
}

function RowChanges({
  table,
  from,
  to,
}: {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}): JSX.Element {
  const found = useAnswer('diff', { from: String(from), to: String(to), table, rowLimit: 50 });
  return (
    <Answer of={found} waiting="Comparing the rows…">
      {({ rows = {} }) => {
        const changes = rows[table] ?? [];
        if (changes.length === 0) return <Empty>No row differs: only files do.</Empty>;
        const columns = Object.keys(changes[0]?.after ?? changes[0]?.before ?? {});
        return (
          <>
            <p>
              The first {changes.length} by key. <a href={linkTo('tables', table)}>The table</a>
            </p>
            <DataTable
              caption={`Rows of ${table} that differ`}
              isHidden
              columns={[
                {
                  header: 'Change',
                  cell: ({ kind }: (typeof changes)[number]) => (
                    <span
                      class={`badge ${kind === 'added' ? 'pass' : kind === 'removed' ? 'error' : 'warn'}`}
                    >
                      {kind}
                    </span>
                  ),
                },
                ...columns.map((name) => ({
                  header: name,
                  cell: ({ before, after }: (typeof changes)[number]) => {
                    const [then, now] = [before?.[name], after?.[name]];
                    if (before === undefined || after === undefined || then === now)
                      return <bdi>{cellText(now ?? then, '')}</bdi>;
                    return (
                      <>
                        <del>{cellText(then, '')}</del> <ins>{cellText(now, '')}</ins>
                      </>
                    );
                  },
                })),
              ]}
              items={changes}
            />
          </>
        );
      }}
    </Answer>
  );
}
