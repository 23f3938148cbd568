// What stands around every page: the way to the others, the snapshot that is shown, and the one that it is compared with.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SnapshotReport } from '../../lake/history/snapshot-list.js';
import { ShownContext, useAnswer, useShown, type LakeReader } from './lake.js';
import { goTo, linkHere, linkTo, usePlace, type Place } from './location.js';
import { Charts } from './pages/charts.js';
import { Explain } from './pages/explain.js';
import { Lineage } from './pages/lineage.js';
import { Overview } from './pages/overview.js';
import { Quality } from './pages/quality.js';
import { Snapshots } from './pages/snapshots.js';
import { Sql } from './pages/sql.js';
import { Tables } from './pages/tables.js';
import { Command, Empty, Failure, Waiting } from './parts/states.js';
import { instant } from './words.js';

const pages = {
  overview: Overview,
  charts: Charts,
  tables: Tables,
  lineage: Lineage,
  sql: Sql,
  snapshots: Snapshots,
  quality: Quality,
  explain: Explain,
} as const;

const names: readonly (readonly [keyof typeof pages, string])[] = [
  ['overview', 'Overview'],
  ['charts', 'Charts'],
  ['tables', 'Tables'],
  ['lineage', 'Lineage'],
  ['sql', 'SQL'],
  ['snapshots', 'Snapshots'],
  ['quality', 'Quality'],
  ['explain', 'Explain'],
];

/** Milliseconds between looks for a newer snapshot. */
const LOOK_MS = 15_000;

/** The whole page of a lake. */
export function Frame({ lake }: { readonly lake: LakeReader }): JSX.Element {
  const place = usePlace();
  const [head, setHead] = useState<number>();
  const [newest, setNewest] = useState(0);
  const [error, setError] = useState<Error>();
  useEffect(() => {
    lake.ask('head', undefined).then(
      (found) => {
        setHead(found);
        setNewest(found);
      },
      (failed: unknown) => setError(failed as Error),
    );
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible')
        lake.ask('head', undefined).then(setNewest, () => undefined);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [lake]);
  const body =
    error !== undefined ? (
      <Failure error={error} />
    ) : head === undefined ? (
      <Waiting text="Looking for the newest snapshot…" />
    ) : head === 0 ? (
      <NoSnapshot lake={lake} />
    ) : (
      <Body lake={lake} place={place} head={head} newest={newest} onHead={() => setHead(newest)} />
    );
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header class="top">
        <a class="brand" href={linkTo('overview')}>
          lake
        </a>
        <nav aria-label="Pages">
          {names.map(([page, name]) => (
            <a href={linkTo(page)} aria-current={place.page === page ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      {body}
    </>
  );
}

const skip = (event: Event): void => {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
};

/** A folder without a lake, or before its first run. */
function NoSnapshot({ lake }: { readonly lake: LakeReader }): JSX.Element {
  return (
    <main id="main" tabIndex={-1}>
      <h1>No snapshot yet</h1>
      <Empty>
        {lake.url} holds no lake, or one before its first run. The first run makes the first snapshot:
      </Empty>
      <Command text="lake ingest" />
    </main>
  );
}

function Body({
  lake,
  place,
  head,
  newest,
  onHead,
}: {
  readonly lake: LakeReader;
  readonly place: Place;
  readonly head: number;
  readonly newest: number;
  readonly onHead: () => void;
}): JSX.Element {
  const snapshot = numberOf(place.query.get('s')) ?? head;
  const compare = numberOf(place.query.get('c'));
  const Page = Object.hasOwn(pages, place.page) ? pages[place.page as keyof typeof pages] : NoPage;
  const subject = `${place.page}/${place.subject}`;
  useEffect(() => {
    const heading = document.querySelector('h1')?.textContent ?? 'lake';
    document.title = `${heading} · lake`;
  });
  useEffect(() => scrollTo(0, 0), [subject]);
  return (
    <ShownContext.Provider value={{ lake, snapshot, head, compare }}>
      <Travel />
      {newest > head && place.query.get('s') === null && (
        <section class="newer" aria-label="News" role="region">
          <span role="status">There is a newer snapshot, {newest}.</span>{' '}
          <button type="button" onClick={onHead}>
            Show it
          </button>
        </section>
      )}
      <main id="main" tabIndex={-1} key={`${snapshot}`}>
        <Page />
      </main>
      <footer>
        <p>{lake.url} · read-only · every byte is checked against its hash · days and times are UTC</p>
      </footer>
    </ShownContext.Provider>
  );
}

const numberOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

const NoPage = (): JSX.Element => (
  <>
    <h1>There is no such page</h1>
    <Empty>
      The address names none. <a href={linkTo('overview')}>To the overview</a>
    </Empty>
  </>
);

/** Snapshots that the slider reaches. */
const REACHED = 200;

/** The snapshot that is shown, a slider over all that are there, and what it is compared with. */
function Travel(): JSX.Element {
  const { snapshot, head, compare } = useShown();
  const found = useAnswer('snapshots', { limit: REACHED, upTo: head });
  const line = found.state === 'ready' ? found.value.toReversed() : [];
  const shown = line.find(({ id }) => id === snapshot);
  const isPast = snapshot !== head;
  const show = (id: number | undefined): string =>
    linkHere({ s: id === undefined || id === head ? undefined : String(id) });
  return (
    <section class={`travel${isPast ? ' past' : ''}`} aria-label="Snapshot">
      <span class="at">
        Snapshot <strong>{snapshot}</strong>
        {shown && ` · ${shown.operation} · ${instant(shown.committedAt)}`}
        {isPast && ' · the past'}
      </span>
      {line.length > 1 && (
        <input
          type="range"
          min={0}
          max={line.length - 1}
          value={Math.max(
            0,
            line.findIndex(({ id }) => id === snapshot),
          )}
          aria-label="Snapshot that is shown"
          aria-valuetext={`snapshot ${snapshot}${shown ? `, ${instant(shown.committedAt)}` : ''}`}
          onInput={({ currentTarget }) =>
            goTo(show(line[Number(currentTarget.value)]?.id), { quietly: true })
          }
        />
      )}
      {isPast && (
        <a class="button" href={show(undefined)}>
          Newest
        </a>
      )}
      <label>
        compare with
        <select
          value={compare === undefined ? '' : String(compare)}
          onChange={({ currentTarget }) => goTo(linkHere({ c: currentTarget.value || undefined }))}
        >
          <option value="">nothing</option>
          {line
            .filter(({ id }) => id !== snapshot)
            .toReversed()
            .map((each) => (
              <option value={each.id}>{named(each)}</option>
            ))}
        </select>
      </label>
    </section>
  );
}

const named = ({ id, committedAt, tags }: SnapshotReport): string =>
  [`${id}`, ...tags, committedAt.slice(0, 10)].join(' · ');
