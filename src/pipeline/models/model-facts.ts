// What is known of a model from the tables of the run, for the decision what of it must be made.

import type { Pipeline } from '../define/pipeline.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import { modelFingerprint } from '../define/recorded/fingerprint.js';
import { partitionValue } from '../stage/partitions.js';
import type { LogChange } from '../stage/log-changes.js';
import type { StagedTables } from '../stage/staged-tables.js';
import type { ModelFacts } from './model-plan.js';
import { partitionKind } from './spread.js';

/** The tables of a run, and whether it makes every model whole. */
interface FactsOf {
  readonly tables: StagedTables;
  readonly everything: boolean;
  /** What changed in logs. */
  readonly changes: readonly LogChange[];
}

/** The facts as far as the run has come. */
export async function modelFacts(
  model: Model,
  { sources }: Pipeline,
  { tables, everything, changes }: FactsOf,
): Promise<ModelFacts> {
  const fingerprint = tables.fingerprintBefore(model.table.name);
  const isSo = fingerprint?.startsWith(modelFingerprint(model)) === true;
  const logs = sources.filter(({ kind }) => kind === 'log');
  const unheld = new Set(changes.filter(({ held }) => held === null).map(({ table }) => table.name));
  return {
    everything,
    madeBefore: fingerprint === undefined ? 'never' : isSo ? 'so' : 'otherwise',
    rangeChanged: model.usesRange && (await tables.rangeChanged()),
    logKeys: new Map(
      logs.filter(({ table }) => !unheld.has(table.name)).map(({ table }) => [table.name, table.key]),
    ),
    lastMonth: await lastMonth(model, new Set(logs.map(({ table }) => table.name)), tables),
  };
}

/** The last month in which an input has rows, or the table had. */
async function lastMonth(
  { inputs, table }: Model,
  logs: ReadonlySet<string>,
  tables: StagedTables,
): Promise<string | undefined> {
  const ofInputs = inputs.map(async (input) =>
    logs.has(input.table)
      ? [...(await tables.partitionRows(input.table)).keys()]
      : partitionsOf(tables, input.table, await tables.files(input.table)),
  );
  const ofTable = partitionsOf(tables, table.name, await tables.filesBefore(table.name));
  const months = [...(await Promise.all(ofInputs)), ofTable].flat().map((value) => value.slice(0, 7));
  return months.reduce<string | undefined>(
    (last, month) => (last === undefined || month > last ? month : last),
    undefined,
  );
}

/** The days or months in which a table's files lie. */
function partitionsOf(
  tables: StagedTables,
  table: string,
  files: Awaited<ReturnType<StagedTables['files']>>,
): readonly string[] {
  const definition = tables.definition(table);
  if (!['day', 'month'].includes(partitionKind(definition))) return [];
  return files.map((file) => partitionValue(definition, file));
}
