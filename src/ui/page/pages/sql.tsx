// SQL over all tables of the snapshot: an editor that knows them, results below each other, and a quick chart.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageResult } from '../../../lake/look/page-query.js';
import { useAnswer, useShown, type LakeReader } from '../lake.js';
import { goTo, linkHere, usePlace } from '../location.js';
import { RowGrid } from '../parts/row-grid.js';
import { Answer, Command, Failure, Waiting } from '../parts/states.js';
import { count, csvOf, download } from '../words.js';
import { QuickChart } from '../parts/quick-chart.js';
import { statementsOf } from '../parts/statements.js';
import type { Editor } from '../parts/editor.js';

/** A statement that was run. */
interface Run {
  readonly id: number;
  readonly sql: string;
  readonly state:
    | { readonly kind: 'running' }
    | { readonly kind: 'failed'; readonly error: Error }
    | { readonly kind: 'done'; readonly result: PageResult; readonly ms: number };
}

/** The page. */
export function Sql(): JSX.Element {
  const { snapshot } = useShown();
  const found = useAnswer('tables', { snapshot: String(snapshot) });
  return (
    <>
      <h1>SQL</h1>
      <Answer of={found}>{({ tables }) => <Workbench tables={tables.map(({ name }) => name)} />}</Answer>
    </>
  );
}

function Workbench({ tables }: { readonly tables: readonly string[] }): JSX.Element {
  const { lake, snapshot } = useShown();
  const { query } = usePlace();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>();
  const [isOpen, setOpen] = useState(false);
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const [history, setHistory] = useHistory();
  const begin = query.get('q') ?? history[0] ?? `SELECT *\nFROM ${tables.at(-1) ?? 'x'}\nLIMIT 100`;
  const run = async (): Promise<void> => {
    const text = editor.current?.text() ?? '';
    const statements = statementsOf(text);
    if (statements.length === 0) return;
    goTo(linkHere({ q: text }), { quietly: true });
    setHistory(text);
    setRuns(statements.map(({ sql }, id) => ({ id, sql, state: { kind: 'running' } })));
    for (const [id, { sql, start }] of statements.entries()) {
      const state = await answerOf(lake, sql, snapshot);
      setRuns((all) => all.map((each) => (each.id === id ? { ...each, state } : each)));
      if (state.kind === 'failed') editor.current?.mark(start, sql, state.error.message);
    }
  };
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    let isGone = false;
    const columnsOf = async (table: string): Promise<readonly string[]> =>
      (await lake.askOnce('table', { table, snapshot: String(snapshot) })).columns.map(({ name }) => name);
    void import('../parts/editor.js').then(({ openEditor }) => {
      if (isGone || place.current === null) return;
      editor.current = openEditor(place.current, {
        text: begin,
        tables,
        columnsOf,
        onRun: () => void latest.current(),
      });
      setOpen(true);
    });
    return () => {
      isGone = true;
      editor.current?.close();
    };
  }, []);
  const isRunning = runs.some(({ state }) => state.kind === 'running');
  return (
    <>
      <div class="editor" ref={place} />
      <div class="bar">
        <button type="button" class="primary" onClick={() => void run()} disabled={isRunning || !isOpen}>
          Run <kbd>Ctrl Enter</kbd>
        </button>
        {isRunning && (
          <button type="button" onClick={() => void lake.stop()}>
            Stop
          </button>
        )}
        {history.length > 0 && (
          <label>
            Earlier
            <select
              value=""
              onChange={({ currentTarget }) => {
                editor.current?.set(history[Number(currentTarget.value)] ?? '');
              }}
            >
              <option value="">…</option>
              {history.map((sql, at) => (
                <option value={at}>{sql.replace(/\s+/g, ' ').slice(0, 70)}</option>
              ))}
            </select>
          </label>
        )}
        <span class="muted">Tab completes while the list is open; Escape, then Tab, leaves the editor.</span>
      </div>
      <div class={`results${runs.length > 1 ? ' beside' : ''}`}>
        {runs.map((each) => (
          <Result run={each} isOne={runs.length === 1} key={each.id} />
        ))}
      </div>
    </>
  );
}

async function answerOf(lake: LakeReader, sql: string, snapshot: number): Promise<Run['state']> {
  const begin = performance.now();
  try {
    const result = await lake.ask('query', { sql, snapshot: String(snapshot) });
    return { kind: 'done', result, ms: performance.now() - begin };
  } catch (error) {
    return { kind: 'failed', error: error as Error };
  }
}

function Result({
  run: { sql, state },
  isOne,
}: {
  readonly run: Run;
  /** Then it need not be said of which statement. */
  readonly isOne: boolean;
}): JSX.Element {
  const result = state.kind === 'done' ? state.result : undefined;
  const read = useMemo(
    () => (start: number, rows: number) =>
      Promise.resolve({ rows: (result?.rows ?? []).slice(start, start + rows) }),
    [result],
  );
  return (
    <section class="card result" aria-label={`Result of ${sql.slice(0, 60)}`}>
      {!isOne && <pre class="statement">{sql}</pre>}
      {state.kind === 'running' && <Waiting text="Running…" />}
      {state.kind === 'failed' && <Failure error={state.error} />}
      {result !== undefined && state.kind === 'done' && (
        <>
          <p class="muted" role="status">
            {result.isCut
              ? `More than ${count(result.rows.length)} rows; the first ${count(result.rows.length)} are shown`
              : `${count(result.rows.length)} ${result.rows.length === 1 ? 'row' : 'rows'}`}{' '}
            in {(state.ms / 1000).toFixed(2)} s
            <button
              type="button"
              onClick={() =>
                download(
                  'result.csv',
                  csvOf(
                    result.columns.map(({ name }) => name),
                    result.rows,
                  ),
                )
              }
            >
              CSV
            </button>
          </p>
          {result.rows.length > 0 && (
            <RowGrid name="the result" columns={result.columns} totalRows={result.rows.length} read={read} />
          )}
          <QuickChart result={result} />
        </>
      )}
      {state.kind === 'done' && <Command text={`lake query ${JSON.stringify(sql)}`} />}
    </section>
  );
}

const KEPT = 30;
const STORE = 'lake.sql.history';

/** Statements that were run in this browser, by any tab, the newest first; none where it keeps nothing for us. */
function useHistory(): readonly [readonly string[], (sql: string) => void] {
  const [history, set] = useState(keptHistory);
  const add = (sql: string): void => {
    const known = new Set([sql, ...(keptHistory() ?? []), ...(history ?? [])]);
    const next = [...known].slice(0, KEPT);
    set(next);
    try {
      localStorage.setItem(STORE, JSON.stringify(next));
    } catch {
      // storage is blocked: the history lives as long as the page
    }
  };
  return [history ?? [], add];
}

function keptHistory(): readonly string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : undefined;
  } catch {
    return undefined;
  }
}
