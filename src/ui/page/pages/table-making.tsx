// How a table came about: its partitions and files, the snapshots that wrote them, what it is made of.

import type { JSX } from 'preact';
import type { TableFacts } from '../../../lake/look/table-facts.js';
import { useAnswer, useShown } from '../lake.js';
import { linkHere, linkTo } from '../location.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Empty } from '../parts/states.js';
import { count, instant, size } from '../words.js';

/** Partitions and files. */
export function Files({ facts }: { readonly facts: TableFacts }): JSX.Element {
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
        {facts.fileCount > facts.files.length && (
          <p class="muted">
            The last {count(facts.files.length)} of {count(facts.fileCount)}, in the order of the rows.
          </p>
        )}
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

/** The snapshots that wrote to the table. */
export function History({ table }: { readonly table: string }): JSX.Element {
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

/** What the table is made of and what is made of it, by table and by column. */
export function MadeOf({ facts }: { readonly facts: TableFacts }): JSX.Element {
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
