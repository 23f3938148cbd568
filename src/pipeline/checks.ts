// Checks of the snapshot being made: SQL over its tables, and facts about records that no table holds.

import { LakeError } from '../common/errors.js';
import type { Engine } from '../engine/engine.js';
import { readIpc } from '../parquet/ipc.js';
import type { Check, Pipeline } from './definition.js';
import type { Relations } from './relations.js';

/** Part of a run's summary and of its report. */
export interface CheckResult {
  readonly name: string;
  readonly severity: 'error' | 'warn';
  readonly status: 'pass' | 'fail';
  readonly value: number;
  readonly expected: number;
  /** Why it matters; shown when it fails. */
  readonly reason: string;
}

/** Runs the checks that read a table that was made again. `definitions` of unpartitioned tables are loaded where missing. */
export async function runChecks(
  engine: Engine,
  relations: Relations,
  pipeline: Pipeline,
  made: ReadonlySet<string>,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of pipeline.checks.filter(({ tables }) => tables.some((table) => made.has(table)))) {
    await ensureTables(relations, pipeline, check);
    const value = Number(
      readIpc(await engine.query(check.sql))
        .getChildAt(0)
        ?.get(0) ?? 0,
    );
    results.push(checkResult(check, value, 0));
  }
  return results;
}

/** Unless a check needs the whole, tables in partitions are checked as far as they are loaded: what was made again is. */
async function ensureTables(relations: Relations, pipeline: Pipeline, check: Check): Promise<void> {
  const definitions = [...pipeline.models, ...pipeline.sources].map(({ table }) => table);
  for (const name of check.tables) {
    const definition = definitions.find((table) => table.name === name);
    if (definition === undefined)
      throw new Error(`check ${check.name} reads ${name}, which the pipeline does not have`);
    const isWhole = check.whole === true || definition.partition === undefined;
    await relations.ensure(definition, isWhole ? 'all' : new Set());
  }
}

/** `pass` when the value is as expected. */
export function checkResult(
  { name, severity, reason }: Pick<Check, 'name' | 'severity' | 'reason'>,
  value: number,
  expected: number,
): CheckResult {
  return { name, severity, reason, value, expected, status: value === expected ? 'pass' : 'fail' };
}

/** Results of this run, and those of the parent for checks whose tables did not change. */
export function carryOver(
  results: readonly CheckResult[],
  parent: readonly CheckResult[],
): readonly CheckResult[] {
  const names = new Set(results.map(({ name }) => name));
  return [...results, ...parent.filter(({ name }) => !names.has(name))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** @throws LakeError `check-failed` if an error-level check failed */
export function refuseFailures(results: readonly CheckResult[]): void {
  const failed = results.filter(({ severity, status }) => severity === 'error' && status === 'fail');
  if (failed.length === 0) return;
  const list = failed
    .map(({ name, value, expected }) => `${name} is ${value}, expected ${expected}`)
    .join('; ');
  throw new LakeError(
    'check-failed',
    `${failed.length} check(s) failed on the tables of this run: ${list}. Nothing was published. ${failed[0]?.reason ?? ''}`,
    { details: Object.fromEntries(failed.map(({ name, value }) => [name, value])) },
  );
}
