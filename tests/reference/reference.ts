// The pipeline's text once more, as naively as can be: plain arrays, nothing incremental, nothing of the product.
// It judges what the lake makes of the same deliveries.

import { takeRun, compareNames } from './deliveries.js';
import type { Batch, Delivery, SourceName } from './deliveries.js';
import { goldOf } from './gold.js';
import { defaultSettings } from './records.js';
import type { Settings } from './records.js';
import { silverOf } from './silver.js';
import { goldTables, silverTables } from './tables.js';
import type { Rows } from './tables.js';

export { BrokenFile } from './records.js';
export type { Delivery } from './deliveries.js';
export type { Cell, Rows } from './tables.js';

export interface ReferenceOptions {
  readonly settings?: Settings;
  /** For every run, or for each run in turn; 2000-01-01 unless said. */
  readonly ingestDate?: string | readonly string[];
  /** How the files of a run are ordered: as in one directory (unless said), or as they are given. */
  readonly order?: 'names' | 'given';
}

/** Records read, accepted, and refused by reason; what did not occur is left out. */
export type SourceCounts = Readonly<Record<string, number>>;

export interface Counts {
  /** Sources that brought a batch. */
  readonly sources: Readonly<Partial<Record<SourceName, SourceCounts>>>;
  readonly silver: Readonly<{
    events: number;
    subscriptions: number;
    marketing_spend: number;
    conflicting_event_ids: number;
  }>;
}

/** A batch without its rows: what `bronze.batches` tells. */
export type BatchRow = Omit<Batch, 'readings'> & {
  readonly batchOrder: number;
  readonly counts: SourceCounts;
};

export interface ReferenceLake {
  readonly counts: Counts;
  readonly batches: readonly BatchRow[];
  /** By name with the layer, such as `gold.mrr_daily`; in the order of partitions, then of the table's sort order. */
  readonly tables: Readonly<Record<string, Rows>>;
}

function countsOf(readings: Batch['readings']): SourceCounts {
  const counts: Record<string, number> = { read: readings.length };
  for (const { outcome } of readings) {
    const key = 'record' in outcome ? 'accepted' : outcome.reason;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function addCounts(a: SourceCounts, b: SourceCounts): SourceCounts {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

function sourceCounts(batches: readonly Batch[]): Counts['sources'] {
  const counts: Partial<Record<SourceName, SourceCounts>> = {};
  for (const { source, readings } of batches)
    counts[source] = addCounts(counts[source] ?? {}, countsOf(readings));
  return counts;
}

function batchRow({ readings, ...facts }: Batch, index: number): BatchRow {
  return { ...facts, batchOrder: index + 1, counts: countsOf(readings) };
}

function ingestDateOf({ ingestDate = '2000-01-01' }: ReferenceOptions, run: number): string {
  return typeof ingestDate === 'string' ? ingestDate : (ingestDate[run] ?? '2000-01-01');
}

function takeAll(runs: readonly (readonly Delivery[])[], options: ReferenceOptions): readonly Batch[] {
  const { settings = defaultSettings, order = 'names' } = options;
  return runs.reduce<readonly Batch[]>((known, files, run) => {
    const ordered = order === 'given' ? files : [...files].sort((a, b) => compareNames(a.name, b.name));
    return [...known, ...takeRun(known, ordered, { settings, ingestDate: ingestDateOf(options, run) })];
  }, []);
}

/**
 * The lake after these runs, each the files of one `lake ingest`.
 * @throws BrokenFile for a file that would stop its run
 */
export function reference(
  runs: readonly (readonly Delivery[])[],
  options: ReferenceOptions = {},
): ReferenceLake {
  const batches = takeAll(runs, options);
  const silver = silverOf(batches);
  return {
    batches: batches.map(batchRow),
    counts: {
      sources: sourceCounts(batches),
      silver: {
        events: silver.events.length,
        subscriptions: silver.subscriptions.length,
        marketing_spend: silver.spend.length,
        conflicting_event_ids: silver.conflicts.filter(({ isWinner }) => isWinner).length,
      },
    },
    tables: { ...silverTables(silver), ...goldTables(goldOf(silver)) },
  };
}
