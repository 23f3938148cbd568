// Who takes a log in while it is read, where it is too much to be held.

import type { TakenUnit } from '../../records/hot-path.js';
import type { Batch } from '../books/batch-book.js';
import type { LogSource } from '../define/pipeline.js';
import type { ReadBatch } from './read-batch.js';

/** A log of which it is known what it will be called, before it is read. */
export interface NamedLog extends Pick<Batch, 'batchId' | 'fileName' | 'ingestDate'> {
  readonly source: LogSource;
}

/** Decides what is held of a run's logs, and takes the rest. */
export interface LogIntake {
  /** Whether so many bytes of log can be held beside those that are. */
  mayHold(logBytes: number): boolean;
  /** Says that so many bytes of log come, and answers whether they must be taken: once so, all that come later are. */
  mustTake(logBytes: number): boolean;
  /** From now on everything is taken. */
  takeAll(): void;
  /** Takes a unit in; units of a log come in their order. */
  take(log: NamedLog, unit: TakenUnit): Promise<void>;
  /** Takes in what a batch holds, and gives the batch without it. */
  takeHeld(batch: ReadBatch): Promise<ReadBatch>;
}
