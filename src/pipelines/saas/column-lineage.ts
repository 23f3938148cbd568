// Which columns of its inputs each column of a model is made of. The engine says so (tests/pipelines/column-lineage.test.ts
// asks it); column-lineage.json beside this file keeps the answer.

import { readFileSync } from 'node:fs';

/** Columns are named with their tables: `silver.payments.kind`. */
export interface ModelLineage {
  /** On these depends which rows there are: keys, filters, groups. */
  readonly rows: readonly string[];
  /** By column of the model: the columns that its value is made of. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

let all: Readonly<Record<string, ModelLineage>> | undefined;

/** Undefined for a table that no model makes. */
export function columnLineage(table: string): ModelLineage | undefined {
  all ??= JSON.parse(readFileSync(new URL('./column-lineage.json', import.meta.url), 'utf8')) as typeof all;
  return all?.[table];
}
