// What was checked, how runs went, and what was refused, with the lines themselves and the commands for what can be done.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CheckReport } from '../../../lake/quality/check-report.js';
import type { MetricsReport } from '../../../lake/quality/metrics.js';
import { useAnswer, useShown } from '../lake.js';
import { linkHere, linkTo, usePlace } from '../location.js';
import { DataTable } from '../parts/data-table.js';
import { Sparkline } from '../parts/sparkline.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { cellText, count, countOf, grouped } from '../words.js';
import { ArrivedRecord } from './records.js';

/** The page. */
export function Quality(): JSX.Element {
  return (
    <>
      <h1>Quality</h1>
      <Checks />
      <Metrics />
      <Quarantine />
    </>
  );
}

function Checks(): JSX.Element {
  const { snapshot } = useShown();
  const asked = usePlace().query.get('check');
  const found = useAnswer('checks', { snapshot: String(snapshot), isTraced: false });
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <Answer of={found}>
        {({ checks }) => {
          if (checks.length === 0) return <Empty>Nothing was checked when this snapshot was made.</Empty>;
          const shown = asked === null ? checks : checks.filter(({ name }) => name === asked);
          const passing = shown.filter(({ status }) => status === 'pass');
          return (
            <>
              {asked !== null && (
                <p>
                  <a href={linkHere({ check: undefined })}>All {checks.length} checks</a>
                </p>
              )}
              <ul class="checks">
                {shown
                  .filter(({ status }) => status === 'fail')
                  .map((check) => (
                    <FailingCheck check={check} />
                  ))}
              </ul>
              {passing.length > 0 && (
                <details open={asked !== null}>
                  <summary>{countOf(passing.length, 'check')} passed</summary>
                  <DataTable<CheckReport>
                    caption="Checks that pass"
                    isHidden
                    columns={[
                      { header: 'Check', cell: ({ name }) => name },
                      { header: 'Found', kind: 'number', cell: ({ value }) => grouped(String(value)) },
                      {
                        header: 'Expected',
                        kind: 'number',
                        cell: ({ expected }) => grouped(String(expected)),
                      },
                      { header: 'Why it matters', kind: 'prose', cell: ({ reason }) => reason },
                    ]}
                    items={passing}
                  />
                </details>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}

/** With the rows that are wrong, and the lines behind them when they are asked for. */
function FailingCheck({ check }: { readonly check: CheckReport }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { name, severity, value, expected, reason, sample = [] } = check;
  return (
    <li>
      <span class={`badge ${severity}`}>{severity}</span> <strong>{name}</strong>{' '}
      <span class="muted">
        found {grouped(String(value))}, expected {grouped(String(expected))}
      </span>
      <p>{reason}</p>
      {sample.length > 0 && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>{countOf(sample.length, 'row')} of it</summary>
          {isOpen && <FailingRows name={name} />}
        </details>
      )}
    </li>
  );
}

function FailingRows({ name }: { readonly name: string }): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('checks', { snapshot: String(snapshot), name });
  return (
    <Answer of={found} waiting="Looking for the lines…">
      {({ checks: [check] }) => (
        <ul class="records">
          {check?.sample?.map(({ cells, origins = [] }) => (
            <li>
              {Object.entries(cells).map(([column, cell]) => (
                <span class="pair">
                  <span class="muted">{column}</span> <bdi>{cellText(cell, '')}</bdi>
                </span>
              ))}
              {origins.map(({ sourceFile, lineNumber }) => (
                <small>
                  {' '}
                  <bdi>{sourceFile}</bdi>, line {count(lineNumber)}
                </small>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}

function Metrics(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('metrics', { snapshot: String(snapshot), limit: 60 });
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Runs and what is usual</h2>
      <Answer of={found}>
        {({ metrics, runs }) => {
          if (runs.length === 0) return <Empty>No run has written figures down yet.</Empty>;
          const rows = metrics.map((metric) => ({ metric, values: valuesOf(runs, metric.name) }));
          return (
            <DataTable
              caption={`The newest ${countOf(runs.length, 'run')}`}
              columns={[
                { header: 'Measured of each run', cell: ({ metric }: (typeof rows)[number]) => metric.about },
                {
                  header: 'Last',
                  kind: 'number',
                  cell: ({ metric, values }) => shown(values.at(-1)?.value, metric.kind),
                },
                {
                  header: 'Usual (median before)',
                  kind: 'number',
                  cell: ({ metric, values }) => shown(median(values.slice(0, -1)), metric.kind),
                },
                {
                  header: 'Over time',
                  cell: ({ metric, values }) => <Sparkline points={values} name={metric.about} />,
                },
                {
                  header: 'Check',
                  cell: ({ metric }) => (
                    <a href={linkTo('quality', '', { check: metric.check })}>{metric.check}</a>
                  ),
                },
              ]}
              items={rows}
            />
          );
        }}
      </Answer>
      <Command text="lake metrics" />
    </section>
  );
}

const valuesOf = (
  runs: MetricsReport['runs'],
  name: string,
): readonly { readonly at: string; readonly value: number }[] =>
  runs.flatMap(({ run, values }) => {
    const value = values[name];
    return value === null || value === undefined ? [] : [{ at: `run ${run}`, value }];
  });

const median = (values: readonly { readonly value: number }[]): number | undefined =>
  values.map(({ value }) => value).sort((a, b) => a - b)[Math.floor(values.length / 2)];

const shown = (value: number | undefined, kind: 'rate' | 'number'): string =>
  value === undefined
    ? '–'
    : kind === 'rate'
      ? `${(value * 100).toFixed(2)} %`
      : cellText(Math.round(value * 100) / 100, 'DOUBLE');

/** Refused records that are listed. */
const LISTED = 50;

function Quarantine(): JSX.Element {
  const { snapshot } = useShown();
  const { query } = usePlace();
  const [reason, source] = [query.get('reason') ?? undefined, query.get('source') ?? undefined];
  const found = useAnswer('quarantine', { snapshot: String(snapshot) });
  return (
    <section aria-labelledby="quarantine">
      <h2 id="quarantine">Quarantine</h2>
      <Answer of={found}>
        {({ records, groups }) =>
          records === 0 ? (
            <p class="good">No record was refused.</p>
          ) : (
            <>
              <p>{countOf(records, 'record')} were refused; none is lost.</p>
              <DataTable
                caption="Refused records by source and reason"
                isHidden
                columns={[
                  {
                    header: 'Reason',
                    cell: (group: (typeof groups)[number]) => (
                      <a
                        href={linkHere({ reason: group.reason, source: group.source })}
                        aria-current={group.reason === reason && group.source === source ? 'true' : undefined}
                      >
                        {group.reason}
                      </a>
                    ),
                  },
                  { header: 'Source', cell: (group) => group.source },
                  { header: 'Records', kind: 'number', cell: (group) => count(group.records) },
                  {
                    header: 'Of all read',
                    kind: 'number',
                    cell: ({ share }) => `${(share * 100).toFixed(2)} %`,
                  },
                  { header: 'First', cell: ({ first }) => first },
                  { header: 'Last', cell: ({ last }) => last },
                ]}
                items={groups}
              />
              {reason !== undefined && source !== undefined && <Refused reason={reason} source={source} />}
            </>
          )
        }
      </Answer>
    </section>
  );
}

function Refused({ reason, source }: { readonly reason: string; readonly source: string }): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('refused', { snapshot: String(snapshot), reason, source, limit: LISTED });
  return (
    <Answer of={found}>
      {({ total, records }) => (
        <>
          <h3>
            {reason} in {source}
          </h3>
          <p class="muted">
            {total > records.length
              ? `The newest ${records.length} of ${count(total)}.`
              : countOf(total, 'record')}
          </p>
          <ul class="records">
            {records.map(({ file, line, element, raw }) => (
              <ArrivedRecord file={file} line={line} element={element} raw={raw} />
            ))}
          </ul>
          {records.some(({ element }) => element === undefined) ? (
            <>
              <p>Export them, correct them, and take them back in:</p>
              <Command
                text={`lake quarantine --export refused.ndjson --source ${source} --reason ${reason}`}
              />
              <Command text="lake replay --corrections refused.ndjson" />
            </>
          ) : (
            <p>Elements of records that were accepted: deliver those records again.</p>
          )}
        </>
      )}
    </Answer>
  );
}
