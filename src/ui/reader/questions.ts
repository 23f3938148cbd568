// What the page asks of a lake: the operations of lake/ that read, and what only a page wants. Those that need an engine are
// loaded when they are first asked for.

import { LakeError } from '../../common/errors.js';
import type { Parts } from '../../lake/lake-context.js';
import type { ExplainOptions } from '../../lake/explain/explain-results.js';
import type { RowView } from '../../lake/look/row-window.js';
import { snapshots } from '../../lake/history/snapshot-list.js';
import { chartTables } from '../../lake/look/chart-tables.js';
import { figureAnswers } from '../../lake/look/figure-answers.js';
import { lineageGraph } from '../../lake/look/lineage-graph.js';
import { refusedRecords } from '../../lake/look/refused-records.js';
import { tableFacts } from '../../lake/look/table-facts.js';
import { tableHistory } from '../../lake/look/table-history.js';
import { checks, type ChecksOptions } from '../../lake/quality/checks.js';
import { metrics } from '../../lake/quality/metrics.js';
import { quarantine } from '../../lake/quarantine/quarantine.js';
import { tables } from '../../lake/read/table-listing.js';
import { findHead } from '../../table/snapshot-lookup.js';

/** A snapshot by reference; the head without one. */
interface At {
  readonly snapshot?: string;
}

/** By name: a question's function over the parts, loaded when it is asked. */
const questions = {
  /** The number of the newest snapshot; 0 before the first. */
  head: ({ storage }: Parts) => findHead(storage),
  /** Newest first. */
  snapshots: async (
    parts: Parts,
    // `upTo`, the head that was found, makes it another question when the lake went on.
    { limit }: { readonly limit: number; readonly upTo: number },
  ) => snapshots(parts, limit),
  diff: async (
    parts: Parts,
    { from, to, table, rowLimit }: { from: string; to: string; table?: string; rowLimit?: number },
  ) =>
    (await import('../../lake/history/diff.js')).diff(parts, from, to, {
      ...(table !== undefined && { table }),
      ...(rowLimit !== undefined && { rowLimit }),
    }),

  figures: (parts: Parts, given: At & { readonly compare?: string }) => figureAnswers(parts, given),
  charts: (parts: Parts, given: At) => chartTables(parts, given),
  lineage: (parts: Parts, given: At) => lineageGraph(parts, given),

  tables: (parts: Parts, given: At) => tables(parts, given),
  table: (parts: Parts, { table, ...at }: At & { readonly table: string }) => tableFacts(parts, table, at),
  rows: async (parts: Parts, { view, start, count }: { view: RowView; start: number; count: number }) =>
    (await import('../../lake/look/row-window.js')).rowWindow(parts, view, start, count),
  distribution: async (parts: Parts, { table, column, ...at }: At & { table: string; column: string }) =>
    (await import('../../lake/look/distribution.js')).distribution(parts, table, column, at),
  tableHistory: (parts: Parts, given: { readonly table: string; readonly limit: number }) =>
    tableHistory(parts, given),

  query: async (parts: Parts, { sql, ...at }: At & { readonly sql: string }) =>
    (await import('../../lake/look/page-query.js')).pageQuery(parts, sql, at),

  explain: async (parts: Parts, { table, ...options }: ExplainOptions & { readonly table: string }) =>
    (await import('../../lake/explain/explain.js')).explain(parts, table, options),
  whyChanged: async (
    parts: Parts,
    { table, ...options }: ExplainOptions & { readonly table: string; readonly since: string },
  ) => (await import('../../lake/explain/why-changed.js')).whyChanged(parts, table, options),

  checks: (parts: Parts, given: ChecksOptions) => checks(parts, given),
  metrics: (parts: Parts, given: At & { readonly limit?: number }) => metrics(parts, given),
  quarantine: (parts: Parts, given: At & { readonly reason?: string; readonly source?: string }) =>
    quarantine(parts, given),
  refused: async (
    parts: Parts,
    given: At & { readonly reason?: string; readonly source?: string; readonly limit: number },
  ) => refusedRecords(parts, given),
} as const;

/** The names of the questions. */
export type QuestionName = keyof typeof questions;
/** What a question takes. */
export type Asked<Name extends QuestionName> = Parameters<(typeof questions)[Name]>[1];
/** What it answers. */
export type Answered<Name extends QuestionName> = Awaited<ReturnType<(typeof questions)[Name]>>;

/** Asks a question by its name. @throws LakeError what the operation throws */
export async function ask(parts: Parts, name: string, given: never): Promise<unknown> {
  if (!Object.hasOwn(questions, name)) throw new LakeError('invalid-input', `There is no question ${name}.`);
  const question = questions[name as QuestionName] as (parts: Parts, given: never) => Promise<unknown>;
  return question(parts, given);
}
