// The machinery's own tables: batches, runs, corrections and refused records, whatever a pipeline is about.

import type { TableDefinition } from '../../format/table-definition.js';
import { batchTable } from './batch-book.js';
import { correctionTable } from './correction-book.js';
import { quarantineTable } from './quarantine-book.js';
import { runTable } from './run-book.js';

/** What each book is called, `layer.table`. */
export interface BookNames {
  readonly batches: string;
  readonly runs: string;
  readonly corrections: string;
  readonly quarantine: string;
}

/** What they are called unless a pipeline says otherwise. */
export const defaultBookNames: BookNames = {
  batches: 'bronze.batches',
  runs: 'bronze.runs',
  corrections: 'bronze.corrections',
  quarantine: 'silver.quarantine',
};

/** The books' tables. */
export type Books = Readonly<Record<keyof BookNames, TableDefinition>>;

/** What of a pipeline decides the columns of its books. */
interface BookFacts {
  /** Figures that it counts of its runs, beside those of every run. */
  readonly counted: readonly string[];
  /** Elements of records may be refused by themselves. */
  readonly hasElements: boolean;
}

/** The books of a pipeline. */
export const bookTables = (names: BookNames, { counted, hasElements }: BookFacts): Books => ({
  batches: batchTable(names.batches),
  runs: runTable(names.runs, counted),
  corrections: correctionTable(names.corrections),
  quarantine: quarantineTable(names.quarantine, hasElements),
});
