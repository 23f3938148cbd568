// One model: its inputs are shown as far as its scope needs them, its statement is run, and its rows take the place of the
// old ones. Every statement is a SELECT; which rows of a table are replaced is decided here.

import type { TaskRunner } from '../../common/worker-pool.js';
import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { textsOf } from '../../parquet/texts.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import { partitionValue, UNPARTITIONED } from '../stage/partitions.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { held } from './held-names.js';
import type { LogRows } from './log-rows.js';
import { partitionText } from './partition-sql.js';
import { placeRows, type Placed } from './place-rows.js';
import { unionOf, type Relations } from './relations.js';
import { daysOfMonth, extentOf, monthsOf, partitionKind, type Extent, type Scope } from './spread.js';

/** The days for which rows are wanted, as models see them. */
export const DAYS = 'run.days';

/** What a model is made with. */
export interface ModelRoom {
  readonly engine: Engine;
  readonly tables: StagedTables;
  readonly relations: Relations;
  readonly logs: ReadonlyMap<string, LogRows>;
  readonly pool: () => TaskRunner;
}

/** Shows a model's inputs: logs by the rows that changed where that is enough, other tables by their partitions. */
export async function showInputs(
  { tables, relations, logs }: ModelRoom,
  model: Model,
  scope: Scope,
): Promise<void> {
  for (const input of model.inputs) {
    const log = logs.get(input.table);
    if (log !== undefined) {
      await log.show(input, scope);
      continue;
    }
    const definition = tables.definition(input.table);
    await relations.show(definition, extentOf(input, definition, scope));
    if (input.as !== undefined) await relations.showAs(definition, input.as);
  }
}

/** Runs a model's statement over the inputs that are shown, and puts its rows in their place. */
export async function runModel(room: ModelRoom, model: Model, scope: Scope): Promise<Placed> {
  const { engine, tables } = room;
  const made = held(model.table.name, 'made');
  await engine.keep(made, statementOf(room, model, scope));
  tables.madeBy(model);
  const part = await partOf(room, model.table, scope);
  const replaced =
    part.kind === 'whole' ? { relation: made, ...part } : await mergeOld(room, model.table, part);
  if (replaced === undefined) return { read: Promise.resolve(), changed: Promise.resolve(new Set()) };
  const { relation, covers, partitions } = replaced;
  room.relations.replace(model.table, relation, covers);
  return placeRows({
    engine,
    tables,
    pool: room.pool(),
    table: model.table,
    relation,
    partitions,
    isWhole: part.kind === 'whole',
  });
}

/** The model's statement; what it gives beyond the days of its scope is left out. */
function statementOf({ engine: { dialect } }: ModelRoom, { table, sql }: Model, scope: Scope): string {
  if (scope.kind !== 'days' && scope.kind !== 'months') return sql;
  const date = dialect.quoted(table.partition?.source ?? '');
  return `SELECT * FROM (${sql}) AS made WHERE ${date} IN (SELECT date FROM ${DAYS})`;
}

/** The part of a table that a scope makes again. */
type Part =
  /** Whole partitions: none of their old rows stays. */
  | { readonly kind: 'whole'; readonly covers: Extent; readonly partitions: readonly string[] }
  /** Some rows of partitions, by a condition on the alias `old`. */
  | { readonly kind: 'rows'; readonly within: Extent; readonly isReplaced: string };

async function partOf(room: ModelRoom, table: TableDefinition, scope: Scope): Promise<Part> {
  const old = await oldPartitions(room, table);
  if (scope.kind === 'days' && partitionKind(table) === 'day')
    return {
      kind: 'whole',
      covers: (day) => scope.days.has(day),
      partitions: old.filter((day) => scope.days.has(day)),
    };
  if (scope.kind === 'months') {
    const covers = (partition: string): boolean => scope.months.has(partition.slice(0, 7));
    return { kind: 'whole', covers, partitions: old.filter(covers) };
  }
  const { quoted } = room.engine.dialect;
  if (scope.kind === 'days') {
    const months = monthsOf(scope);
    const isReplaced = `EXISTS (SELECT 1 FROM ${DAYS} AS day WHERE day.date = old.${quoted(table.partition!.source)})`;
    return { kind: 'rows', within: (month) => months.has(month), isReplaced };
  }
  if (scope.kind === 'rows') return changedRowsOf(room, table, scope.log);
  return { kind: 'whole', covers: 'all', partitions: old };
}

async function oldPartitions({ tables }: ModelRoom, table: TableDefinition): Promise<readonly string[]> {
  if (table.partition === undefined) return [UNPARTITIONED];
  const files = await tables.filesBefore(table.name);
  return [...new Set(files.map((file) => partitionValue(table, file)))];
}

/**
 * The rows whose key is among a log's changed rows. A column that partitions both tables has the same value in both;
 * a table that is cut by another one is searched whole.
 */
async function changedRowsOf(
  { engine, tables, logs }: ModelRoom,
  table: TableDefinition,
  name: string,
): Promise<Part> {
  const { quoted, relation } = engine.dialect;
  const log = logs.get(name);
  const definition = tables.definition(name);
  if (log === undefined) throw new Error(`${name} is no log`);
  const rows = relation(await log.changedRows());
  const sameKey = definition.key.map((column) => `changed.${quoted(column)} = old.${quoted(column)}`);
  const isReplaced = `EXISTS (SELECT 1 FROM ${rows} AS changed WHERE ${sameKey.join(' AND ')})`;
  if (table.partition?.source !== definition.partition?.source)
    return { kind: 'rows', within: 'all', isReplaced };
  const times = await log.changedRowTimes();
  const months = new Set([...times].map((time) => time.slice(0, 7)));
  const within = (value: string): boolean =>
    partitionKind(table) === 'month' ? months.has(value) : times.has(value) || times.has(value.slice(0, 7));
  return { kind: 'rows', within, isReplaced };
}

interface Replaced {
  readonly relation: string;
  readonly covers: Extent;
  readonly partitions: readonly string[];
}

/**
 * The partitions in which the made rows are not what the table holds, with the old rows that stay. Most corrections
 * change a row that few models read: undefined when all is as it was.
 */
async function mergeOld(
  { engine, tables, relations }: ModelRoom,
  table: TableDefinition,
  { within, isReplaced }: Extract<Part, { kind: 'rows' }>,
): Promise<Replaced | undefined> {
  const files = (await tables.filesBefore(table.name)).filter(
    (file) => within === 'all' || within(partitionValue(table, file)),
  );
  const [made, old, now] = [held(table.name, 'made'), held(table.name, 'old'), held(table.name, 'now')];
  await engine.register(old, relations.filesSource(files, table.columns));
  const { relation, quoted } = engine.dialect;
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const replacedRows = `SELECT ${columns} FROM ${relation(old)} AS old WHERE ${isReplaced}`;
  const partitions = await differingPartitions(
    engine,
    table,
    unionOf(engine, table.columns, [made]),
    replacedRows,
  );
  if (partitions.length === 0) return undefined;
  const stays = `SELECT ${columns} FROM ${relation(old)} AS old WHERE NOT ${isReplaced}`;
  await engine.keep(now, `${unionOf(engine, table.columns, [made])} UNION ALL ${stays}`);
  return { relation: now, covers: within, partitions };
}

/** Partitions that have a row of one statement that the other lacks, or not as often. */
async function differingPartitions(
  engine: Engine,
  table: TableDefinition,
  now: string,
  before: string,
): Promise<readonly string[]> {
  const except = table.key.length > 0 ? 'EXCEPT' : 'EXCEPT ALL'; // rows with a key are distinct
  const value = partitionText(engine.dialect, table);
  const sql = `SELECT DISTINCT ${value} AS value
    FROM ((${now} ${except} ${before}) UNION ALL (${before} ${except} ${now})) AS changed`;
  return [...textsOf(await readResult(await engine.query(sql)))].sort();
}

/** The days that a scope's `run.days` has; all of the calendar for scopes without days. */
export function daysOf(scope: Scope): 'all' | readonly string[] {
  if (scope.kind === 'days') return [...scope.days].sort();
  return scope.kind === 'months' ? [...scope.months].sort().flatMap(daysOfMonth) : 'all';
}
