// Rows and the records behind them, as an explanation lists them.

import type { ComponentChildren, JSX } from 'preact';
import type { ExplainReport, SourceRecord } from '../../../lake/explain/explain-results.js';
import { amount, cellText, count, instant } from '../words.js';

/** A row as pairs; what it adds comes first. */
export function RowFacts({ row }: { readonly row: Readonly<Record<string, unknown>> }): JSX.Element {
  const { contribution, value, ...others } = row;
  const adds = contribution ?? value;
  return (
    <div class="row-facts">
      {adds !== undefined && <strong class="adds">{amount(adds as string | null)}</strong>}
      {Object.entries(others).map(([name, each]) => (
        <span class="pair">
          <span class="muted">{name}</span>{' '}
          {/^-?\d+\.\d{3,}$/.test(String(each)) ? amount(String(each)) : cellText(each, '')}
        </span>
      ))}
    </div>
  );
}

const roles: Readonly<Record<SourceRecord['role'], string>> = {
  winner: 'counts',
  duplicate: 'says the same, counts once',
  variant: 'lost to another version',
  superseded: 'a later delivery replaced it',
  refused: 'refused',
};

/** Records as they arrived: file, line, text, and what became of them. */
export function Records({
  records,
  batches,
}: {
  readonly records: readonly SourceRecord[];
  readonly batches: ExplainReport['batches'];
}): JSX.Element {
  if (records.length === 0) return <p class="muted">No record is behind this row itself.</p>;
  return (
    <ul class="records">
      {records.map(({ sourceFile, lineNumber, role, verdict, raw, batchId }) => {
        const batch = batches[batchId];
        return (
          <ArrivedRecord file={sourceFile} line={lineNumber} raw={raw}>
            {' '}
            <span class={`badge ${role === 'winner' ? 'pass' : role === 'refused' ? 'error' : 'warn'}`}>
              {roles[role]}
            </span>
            {role === 'refused' && <span class="muted"> {verdict}</span>}
            <small>
              {' '}
              batch {batchId.slice(0, 8)}
              {batch?.snapshot &&
                `, brought by snapshot ${batch.snapshot.id} on ${instant(batch.snapshot.committedAt)}`}
            </small>
          </ArrivedRecord>
        );
      })}
    </ul>
  );
}

/** One record of a list: its place in what was delivered, what is said of it (`children`), and its text. */
export function ArrivedRecord({
  file,
  line,
  element = 0,
  raw,
  children,
}: {
  readonly file: string;
  readonly line: number;
  /** Of a record, 1-based; 0: the record itself. */
  readonly element?: number | undefined;
  readonly raw: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <li>
      <p>
        <strong>
          <bdi>{file}</bdi>, line {count(line)}
          {element > 0 && `, element ${count(element)}`}
        </strong>
        {children}
      </p>
      <pre tabIndex={0}>
        <bdi>{raw}</bdi>
      </pre>
    </li>
  );
}
