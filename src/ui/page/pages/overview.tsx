// The first page: how the business stands, what does not pass, how fresh it is, what the last run did.

import type { JSX } from 'preact';
import type { FigureAnswer } from '../../../lake/look/figure-answers.js';
import { useAnswer, useShown } from '../lake.js';
import { linkTo } from '../location.js';
import { countOf, grouped, instant, movement } from '../words.js';
import { Sparkline } from '../parts/sparkline.js';
import { Answer, Command, Empty } from '../parts/states.js';
import { ChartGrid } from './charts.js';

/** The page. */
export function Overview(): JSX.Element {
  const { snapshot, compare } = useShown();
  const at = String(snapshot);
  const figures = useAnswer('figures', {
    snapshot: at,
    ...(compare !== undefined && { compare: String(compare) }),
  });
  return (
    <>
      <h1>Overview</h1>
      <Answer of={figures} waiting="Reading the figures…">
        {({ figures: all, lastDate }) => (
          <>
            <p class="lead">
              {lastDate === null ? (
                'No day of the data is known.'
              ) : (
                <>
                  Data to <time>{lastDate}</time>.{' '}
                </>
              )}
              <LastRun />
            </p>
            {all.length === 0 ? (
              <Empty>
                The project names no headline figures. Its tables are under{' '}
                <a href={linkTo('tables')}>Tables</a>.
              </Empty>
            ) : (
              <dl class="figures">
                {all.map((figure) => (
                  <Figure figure={figure} />
                ))}
              </dl>
            )}
          </>
        )}
      </Answer>
      <FailingChecks />
      <section aria-labelledby="charts">
        <h2 id="charts">Charts</h2>
        <ChartGrid isWhole={false} />
      </section>
    </>
  );
}

/** A figure, with the way to what is behind it. */
function Figure({ figure }: { readonly figure: FigureAnswer }): JSX.Element {
  const { compare } = useShown();
  const { name, value, about, before, compared, trend, target, cell } = figure;
  const missed = missedTarget(value, target);
  const text = value === null ? '–' : grouped(String(value));
  const link = cell && linkTo('explain', cell.table, { where: cell.where, column: cell.column });
  const earlier = before && movement(value, before.value);
  const other = compare === undefined ? undefined : movement(value, compared);
  return (
    <div
      class={`card figure${missed === undefined ? '' : ' bad'}${text.length > 14 ? ' long' : ''}`}
      style={{ '--letters': text.length }}
    >
      <dt>{name}</dt>
      <dd class="value">
        {link === undefined ? (
          text
        ) : (
          <a href={link} title="Where does it come from?">
            {text}
          </a>
        )}
      </dd>
      <dd class="about">{about}</dd>
      {missed !== undefined && <dd class="missed">{missed}</dd>}
      {earlier && before && (
        <dd class={`moved ${signs[earlier.sign]}`}>
          {earlier.text} <small>to {before.when}</small>
        </dd>
      )}
      {other && (
        <dd class={`moved ${signs[other.sign]}`}>
          {other.text} <small>to snapshot {compare}</small>
        </dd>
      )}
      <dd class="over-time">
        <Sparkline points={trend} name={name} />
      </dd>
    </div>
  );
}

const signs = { [-1]: 'fell', 0: 'still', 1: 'rose' } as const;

function missedTarget(value: FigureAnswer['value'], target: FigureAnswer['target']): string | undefined {
  const number = Number(value);
  if (value === null || target === undefined || !Number.isFinite(number)) return undefined;
  if (target.min !== undefined && number < target.min) return `below the target of ${target.min}`;
  if (target.max !== undefined && number > target.max) return `above the target of ${target.max}`;
  return undefined;
}

/** What the shown snapshot's run did. */
function LastRun(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('lineage', { snapshot: String(snapshot) });
  return (
    <Answer of={found} waiting="">
      {({ operation, committedAt, nodes }) => {
        const changed = nodes.flatMap((node) => node.changed ?? []);
        const rowsAdded = changed.reduce((sum, each) => sum + each.rowsAdded, 0);
        return (
          <>
            Snapshot {snapshot}: {operation} on <time>{instant(committedAt)}</time>,{' '}
            {countOf(changed.length, 'table')} changed, {countOf(rowsAdded, 'row')} written.{' '}
            <a href={linkTo('lineage')}>What changed?</a>
          </>
        );
      }}
    </Answer>
  );
}

/** Only what needs a look. */
function FailingChecks(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('checks', { snapshot: String(snapshot), isTraced: false });
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks that do not pass</h2>
      <Answer of={found} waiting="Reading the checks…">
        {({ checks }) => {
          const failing = checks.filter(({ status }) => status === 'fail');
          if (failing.length === 0)
            return (
              <p class="good">
                {checks.length === 0 ? 'Nothing was checked.' : `All ${checks.length} checks pass.`}
              </p>
            );
          return (
            <>
              <ul class="checks">
                {failing.map(({ name, severity, value, expected, reason }) => (
                  <li>
                    <span class={`badge ${severity}`}>{severity}</span>{' '}
                    <a href={linkTo('quality', '', { check: name })}>{name}</a>{' '}
                    <span class="muted">
                      {grouped(String(value))}, expected {grouped(String(expected))}
                    </span>
                    <p>{reason}</p>
                  </li>
                ))}
              </ul>
              <Command text="lake checks" />
            </>
          );
        }}
      </Answer>
    </section>
  );
}
