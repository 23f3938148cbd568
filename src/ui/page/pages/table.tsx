// One table: its rows, columns, files, history, and what it is made of.

import type { JSX } from 'preact';
import { useAnswer, useShown } from '../lake.js';
import { linkHere, linkTo, usePlace } from '../location.js';
import { Answer } from '../parts/states.js';
import { countOf, size } from '../words.js';
import { Columns } from './columns.js';
import { Files, History, MadeOf } from './table-making.js';
import { Rows } from './table-rows.js';

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
              {countOf(facts.rows, 'row')}, {size(facts.bytes)} in {countOf(facts.fileCount, 'file')}.
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
