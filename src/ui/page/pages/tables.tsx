// All tables by layer.

import type { JSX } from 'preact';
import type { TableListing } from '../../../lake/read/table-listing.js';
import { useAnswer, useShown } from '../lake.js';
import { linkTo, usePlace } from '../location.js';
import { DataTable } from '../parts/data-table.js';
import { Answer, Empty } from '../parts/states.js';
import { count, size } from '../words.js';
import { OneTable } from './table.js';

/** The list, or the table that the address names. */
export function Tables(): JSX.Element {
  const { subject } = usePlace();
  return subject === '' ? <AllTables /> : <OneTable key={subject} table={subject} />;
}

function AllTables(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('tables', { snapshot: String(snapshot) });
  return (
    <>
      <h1>Tables</h1>
      <Answer of={found}>
        {({ tables }) => {
          const layers = [...new Set(tables.map(({ name }) => layerOf(name)))];
          if (layers.length === 0) return <Empty>The snapshot has no tables.</Empty>;
          return layers.map((layer) => (
            <section aria-labelledby={`layer-${layer}`}>
              <h2 id={`layer-${layer}`}>{layer}</h2>
              <DataTable<TableListing>
                caption={`Tables of ${layer}`}
                isHidden
                columns={[
                  {
                    header: 'Table',
                    cell: ({ name }) => <a href={linkTo('tables', name)}>{name.slice(layer.length + 1)}</a>,
                  },
                  { header: 'Rows', kind: 'number', cell: ({ rows }) => count(rows) },
                  { header: 'Size', kind: 'number', cell: ({ bytes }) => size(bytes) },
                  { header: 'Files', kind: 'number', cell: ({ files }) => count(files) },
                  {
                    header: 'Partitions',
                    kind: 'number',
                    cell: ({ partitions }) => (partitions === 0 ? '–' : count(partitions)),
                  },
                  { header: 'Changed in', kind: 'number', cell: ({ changedIn }) => changedIn },
                ]}
                items={tables.filter(({ name }) => layerOf(name) === layer)}
              />
            </section>
          ));
        }}
      </Answer>
    </>
  );
}

const layerOf = (table: string): string => table.split('.')[0] ?? '';
