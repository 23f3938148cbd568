// Rows of a table or a result, any number of them: only those that are seen are there, and read when they come into sight.

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { JSX } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { cellText, isNumber } from '../words.js';

/** A part of the rows. */
interface RowsPart {
  readonly rows: readonly (readonly unknown[])[];
}

/** What is shown. */
interface RowGridProps {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows that can be scrolled to. */
  readonly totalRows: number;
  /** Reads rows from `start` on. The function changes with what is shown. */
  readonly read: (start: number, count: number) => Promise<RowsPart>;
  /** The address behind a row, where there is one. */
  readonly linkOf?: ((row: Readonly<Record<string, unknown>>) => string) | undefined;
  readonly sort?: { readonly column: string; readonly isDescending: boolean } | undefined;
  readonly onSort?: ((column: string) => void) | undefined;
}

const ROW_HEIGHT = 30;
/** Rows that are read at once. */
const PART = 200;
/** A browser takes no element that is higher. */
const MAX_HEIGHT = 15_000_000;

/** The grid; the keyboard scrolls it like any other region. */
export function RowGrid({ name, columns, totalRows, read, linkOf, sort, onSort }: RowGridProps): JSX.Element {
  const shownRows = Math.min(totalRows, Math.floor(MAX_HEIGHT / ROW_HEIGHT));
  const scroller = useRef<HTMLDivElement>(null);
  const { items, height } = useVirtualRows(scroller, shownRows);
  const parts = useParts(read);
  const [opened, setOpened] = useState<{ readonly column: string; readonly text: string }>();
  const widths = columns.map(({ name: column, type }) => widthOf(column, type));
  const template = [...(linkOf ? ['5.5rem'] : []), ...widths.map((each) => `minmax(${each}ch, 1fr)`)].join(
    ' ',
  );
  return (
    <>
      <div
        class="grid"
        style={{ height: `min(${(shownRows + 1) * ROW_HEIGHT + 18}px, 34rem, 70vh)` }}
        ref={scroller}
        role="region"
        aria-label={`Rows of ${name}`}
        tabIndex={0}
      >
        <div role="table" aria-label={name} aria-rowcount={totalRows + 1} aria-colcount={columns.length}>
          <div role="row" class="grid-head" style={{ gridTemplateColumns: template }} aria-rowindex={1}>
            {linkOf && (
              <span role="columnheader">
                <span class="aside">Explanation</span>
              </span>
            )}
            {columns.map(({ name: column, type }) => (
              <span
                role="columnheader"
                class={isNumber(type) ? 'number' : ''}
                aria-sort={sort?.column !== column ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
              >
                {onSort === undefined ? (
                  column
                ) : (
                  <button type="button" onClick={() => onSort(column)} title={`${type}. Sort by ${column}`}>
                    {column}
                    {sort?.column === column && (sort.isDescending ? ' ↓' : ' ↑')}
                  </button>
                )}
              </span>
            ))}
          </div>
          <div role="rowgroup" style={{ height: `${height}px`, position: 'relative' }}>
            {items.map(({ index, start }) => {
              const row = parts.rowAt(index);
              return (
                <div
                  key={index}
                  role="row"
                  class="grid-row"
                  aria-rowindex={index + 2}
                  style={{ transform: `translateY(${start}px)`, gridTemplateColumns: template }}
                >
                  {linkOf && (
                    <span role="cell">{row && <a href={linkOf(recordOf(columns, row))}>explain</a>}</span>
                  )}
                  {columns.map(({ name: column, type }, at) => {
                    const text = row === undefined ? '' : cellText(row[at], type);
                    return (
                      <span
                        role="cell"
                        class={`${isNumber(type) ? 'number' : ''}${row?.[at] === null ? ' muted' : ''}`}
                      >
                        {text.length > 40 ? (
                          <button type="button" class="plain" onClick={() => setOpened({ column, text })}>
                            <bdi>{text.slice(0, 80)}</bdi>
                          </button>
                        ) : (
                          <bdi>{text}</bdi>
                        )}
                      </span>
                    );
                  })}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {parts.error !== undefined && <p role="alert">{parts.error.message}</p>}
      {shownRows < totalRows && (
        <p class="muted">
          A page can scroll through {shownRows.toLocaleString('en-US')} rows; filter to see the others.
        </p>
      )}
      {opened !== undefined && (
        <div class="card whole-cell" role="region" aria-label={`${opened.column} in full`}>
          <button type="button" onClick={() => setOpened(undefined)}>
            Close
          </button>
          <h3>{opened.column}</h3>
          <pre tabIndex={0}>
            <bdi>{opened.text}</bdi>
          </pre>
        </div>
      )}
    </>
  );
}

const recordOf = (
  columns: RowGridProps['columns'],
  row: readonly unknown[],
): Readonly<Record<string, unknown>> => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]));

function widthOf(column: string, type: string): number {
  const usual = type === 'TIMESTAMP' ? 24 : type === 'DATE' ? 11 : isNumber(type) ? 12 : 18;
  return Math.max(usual, column.length + 4);
}

/** Rows in sight. */
function useVirtualRows(
  scroller: { readonly current: HTMLDivElement | null },
  count: number,
): {
  readonly items: readonly { readonly index: number; readonly start: number }[];
  readonly height: number;
} {
  const [, again] = useReducer((turn: number) => turn + 1, 0);
  const virtualizer = useRef<Virtualizer<HTMLDivElement, Element>>();
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => again(undefined as never),
  };
  virtualizer.current ??= new Virtualizer(options);
  virtualizer.current.setOptions(options);
  useEffect(() => virtualizer.current?._didMount(), []);
  useEffect(() => {
    virtualizer.current?._willUpdate();
    again(undefined as never);
  }, [count]);
  return { items: virtualizer.current.getVirtualItems(), height: virtualizer.current.getTotalSize() };
}

/** Rows that were read, part by part; forgotten when something else is shown. */
function useParts(read: RowGridProps['read']): {
  readonly rowAt: (index: number) => readonly unknown[] | undefined;
  readonly error: Error | undefined;
} {
  const [, again] = useReducer((turn: number) => turn + 1, 0);
  const state = useRef<{
    read: RowGridProps['read'];
    parts: Map<number, readonly (readonly unknown[])[] | undefined>;
    error?: Error;
  }>({ read, parts: new Map() });
  if (state.current.read !== read) state.current = { read, parts: new Map() };
  const mine = state.current;
  return {
    error: mine.error,
    rowAt: (index) => {
      const part = Math.floor(index / PART);
      if (!mine.parts.has(part)) {
        mine.parts.set(part, undefined);
        mine.read(part * PART, PART).then(
          ({ rows }) => {
            mine.parts.set(part, rows);
            again(undefined as never);
          },
          (error: unknown) => {
            mine.error = error as Error;
            again(undefined as never);
          },
        );
      }
      return mine.parts.get(part)?.[index % PART];
    },
  };
}
