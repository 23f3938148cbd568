// A batch as a run sees it: what one file brought, or what bronze gives back of it.

import type { ParsedExtract, ParsedLog } from '../../records/hot-path.js';
import type { Batch } from '../books/batch-book.js';
import type { LogSource, Source } from '../define/pipeline.js';
import type { SourceFile } from './source-files.js';

/** What one file brought: nothing new, lines of a log, or the records of an extract, or of a log that is read whole (`extract`). */
export type ReadBatch =
  | { readonly kind: 'known'; readonly file: SourceFile; readonly batch: Batch }
  | {
      readonly kind: 'log';
      readonly file: SourceFile;
      readonly batch: Batch;
      readonly source: LogSource;
      readonly parsed: ParsedLog;
      /** Lines whose records take no part, since corrections stand for them. */
      readonly replaced?: ReadonlySet<number>;
    }
  | {
      readonly kind: 'extract';
      readonly file: SourceFile;
      readonly batch: Batch;
      readonly source: Source;
      /** Records that corrections stand for are refused, and their corrections are among the rows. */
      readonly parsed: ParsedExtract;
    }
  | {
      readonly kind: 'corrections';
      readonly file: Omit<SourceFile, 'source'>;
      readonly batch: Batch;
      /** Those that stand for lines of logs, by source. */
      readonly logs: ReadonlyMap<LogSource, ParsedLog>;
      readonly refused: readonly RefusedRecord[];
      /** Of corrections that are accepted. */
      readonly refusedElements: readonly RefusedElement[];
    };

/** A record that takes no part, and why. */
export interface RefusedRecord {
  readonly source: string;
  /** Physical and 1-based. */
  readonly lineNumber: number;
  readonly reason: string;
  readonly raw: string;
}

/** An element of an accepted record that takes no part, and why. */
export interface RefusedElement extends RefusedRecord {
  /** Its place in the array, from 1; 0 for what should be an array and is none. */
  readonly element: number;
}

/** How often each occurs, in the order of their names. */
export function countOf(reasons: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A batch with what became of its records. */
export const withCounts = (batch: Batch, rejectedByReason: Batch['rejectedByReason']): Batch => {
  const rejected = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
  return { ...batch, accepted: batch.records - rejected, rejectedByReason };
};
