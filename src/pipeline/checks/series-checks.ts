// Daily figures as checks: the days that a run brought, against what was usual.

import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import { textsOf } from '../../parquet/texts.js';
import { statedResult, type CheckResult, type SampleCells } from './check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { DailySeries } from '../define/spec/pipeline-spec.js';
import { rangeText } from './metric-checks.js';
import type { ModelRunner } from '../models/model-runner.js';
import { severityOf, type CheckPolicy } from '../define/spec/check-policy.js';
import { seriesCheckName } from './check-names.js';
import { daysAfter, unusualDays, type Observation } from './daily-series.js';
import type { TableDelta } from '../models/spread.js';
import type { StagedTables } from '../stage/staged-tables.js';

/** What the checks of daily series read, and how strict they are. */
interface SeriesRun {
  readonly engine: Engine;
  readonly runner: ModelRunner;
  readonly tables: StagedTables;
  readonly policy: CheckPolicy;
  /** What the run changed. */
  readonly deltas: ReadonlyMap<string, TableDelta>;
}

/** One check for each series; none where the run changed no day. */
export async function seriesChecks(pipeline: Pipeline, run: SeriesRun): Promise<readonly CheckResult[]> {
  const { first, last } = await run.tables.range();
  const judged = await judgedDays(pipeline, run);
  if (first === null || last === null || judged.size === 0) return [];
  const results: CheckResult[] = [];
  for (const series of pipeline.series) {
    const severity = severityOf(run.policy, seriesCheckName(series), run.policy.anomalies.severity);
    if (severity === 'off') continue;
    const days = await observations(series, pipeline, run);
    const limit = run.policy.limits[series.name];
    const unusual = unusualDays({
      kind: series.kind,
      days,
      judged,
      last,
      settings: run.policy.anomalies,
      ...(limit && { limit }),
    });
    const sample = unusual.map(({ date, value, usual }): SampleCells => ({
      date,
      value: String(Number(value.toFixed(2))),
      expected: rangeText(usual),
    }));
    const found = { isFailed: unusual.length > 0, value: unusual.length, expected: 0, sample };
    results.push(statedResult({ name: seriesCheckName(series), severity, reason: series.reason }, found));
  }
  return results;
}

/** A hole shows next to days that have rows; a wild day years ahead makes no years to judge. */
const NEXT_DAYS = 7;

/** Changed days, and those that follow them or the last day that was known, with rows or without. */
async function judgedDays(pipeline: Pipeline, { tables, deltas }: SeriesRun): Promise<ReadonlySet<string>> {
  const delta = deltas.get(pipeline.range ?? '');
  if (delta?.kind !== 'days') return new Set();
  const { last } = await tables.rangeBefore();
  const changed = last === null ? [...delta.days] : [...delta.days, last];
  return new Set([...delta.days, ...changed.flatMap((day) => daysAfter(day, NEXT_DAYS))]);
}

async function observations(
  { from }: DailySeries,
  pipeline: Pipeline,
  { engine, runner, tables }: SeriesRun,
): Promise<ReadonlyMap<string, Observation>> {
  if ('partitionsOf' in from) return rowsPerPartition(from.partitionsOf, tables);
  for (const name of from.tables) {
    const made = pipeline.table(name)?.definition;
    if (made === undefined) throw new Error(`a series reads ${name}, which the pipeline does not have`);
    await runner.relations.show(made, 'all');
  }
  const columns = `${engine.dialect.text('date')} AS date, CAST(value AS DOUBLE) AS value, CAST(things AS DOUBLE) AS things`;
  const statement = `SELECT ${columns} FROM (${from.sql}) AS series ORDER BY date NULLS LAST`;
  const table = await readResult(await engine.query(statement));
  const number = (name: string, row: number): number => Number(table.getChild(name)?.get(row) ?? 0);
  return new Map(
    textsOf(table).map((date, row) => [date, { value: number('value', row), things: number('things', row) }]),
  );
}

async function rowsPerPartition(
  name: string,
  tables: StagedTables,
): Promise<ReadonlyMap<string, Observation>> {
  const rows = await tables.partitionRows(name);
  return new Map([...rows].map(([value, count]) => [value, { value: count, things: count }]));
}
