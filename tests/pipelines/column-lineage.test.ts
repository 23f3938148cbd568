// Which input columns the models' columns are made of, as the engine itself sees it: of a statement that asks for one
// column, the optimizer leaves exactly those columns of the inputs that it needs. Here over rows far apart, in the loader over
// empty tables: both must say the same.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckDbType } from '../../src/engine/duckdb-sql.js';
import { readResult } from '../../src/engine/read-result.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import type { Engine } from '../../src/engine/engine.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import type { Model, ModelInput } from '../../src/pipeline/define/spec/pipeline-spec.js';
import type { ModelLineage } from '../../src/pipeline/define/spec/lineage.js';
import { saasPipeline } from './built-in-saas.js';

const pipeline = saasPipeline();
const definitions = new Map(pipeline.definitions.map((definition) => [definition.name, definition]));

/** Far apart, so that no filter of a model can be answered from a column's range. */
const EXTREMES: Readonly<Record<string, readonly string[]>> = {
  string: [`''`, `'zzzz'`],
  date: [`DATE '1990-01-01'`, `DATE '2190-01-01'`],
  timestamp: [`TIMESTAMP '1990-01-01 00:00:00'`, `TIMESTAMP '2190-01-01 00:00:00'`],
  boolean: ['false', 'true'],
};
const extremesOf = (type: string): readonly string[] => EXTREMES[type] ?? ['-1000', '1000'];

async function fill(engine: Engine, relation: string, columns: readonly ColumnDefinition[]): Promise<void> {
  const row = (value: (type: string) => string | undefined): string =>
    columns.map(({ name, type }) => `CAST(${value(type)} AS ${duckDbType(type)}) AS "${name}"`).join(', ');
  const rows = [row((type) => extremesOf(type)[0]), row((type) => extremesOf(type)[1]), row(() => 'NULL')];
  await engine.keep(relation, rows.map((each) => `SELECT ${each}`).join(' UNION ALL '));
}

interface PlanNode {
  readonly extra_info?: {
    readonly Table?: string;
    readonly Projections?: string | readonly string[];
    readonly Filters?: string | readonly string[];
  };
  readonly children?: readonly PlanNode[];
}

/** What scans read: columns that they give, and conditions whose columns need not be among those. */
function* scans({
  extra_info: { Table: table, Projections = [], Filters = [] } = {},
  children = [],
}: PlanNode): Generator<readonly [relation: string, text: string]> {
  if (table !== undefined) for (const text of [Projections, Filters].flat()) yield [table, text];
  for (const child of children) yield* scans(child);
}

/** `silver.users.user_id` for every input column that a column of a model needs. */
async function needed(engine: Engine, { sql, inputs }: Model, column: string): Promise<ReadonlySet<string>> {
  const plan = await readResult(
    await engine.query(`EXPLAIN (FORMAT JSON) SELECT ${column} FROM (${sql}) AS made`),
  );
  const roots = JSON.parse(String(plan.getChildAt(1)?.get(0))) as readonly PlanNode[];
  const found = new Set<string>();
  for (const [relation, text] of roots.flatMap((root) => [...scans(root)])) {
    const input = inputs.find((each) => relationOf(each) === relation);
    for (const name of input?.columns ?? [])
      if (new RegExp(`\\b${name}\\b`).test(text)) found.add(`${input?.table}.${name}`);
  }
  return found;
}

const relationOf = ({ as, table }: ModelInput): string => (as ?? table).split('.')[1] ?? '';

async function lineageOf(engine: Engine, model: Model): Promise<ModelLineage> {
  for (const { table, as, columns } of model.inputs)
    await fill(engine, as ?? table, definitions.get(table)!.columns.filter(({ name }) => columns.includes(name))); // prettier-ignore
  const all = new Map<string, ReadonlySet<string>>();
  for (const { name } of model.table.columns) all.set(name, await needed(engine, model, name));
  const rows = [...all.values()].reduce(
    (common, set) => new Set([...common].filter((each) => set.has(each))),
  );
  const fields = [...all].map(([name, set]): [string, readonly string[]] => {
    const own = [...set].filter((each) => !rows.has(each) || each.endsWith(`.${name}`));
    return [name, (own.length > 0 ? own : [...set]).sort()];
  });
  return { rows: [...rows].sort(), columns: Object.fromEntries(fields) };
}

describe('column lineage', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = startDuckDbWasm();
    await fill(engine, 'run.days', [{ name: 'date', type: 'date', required: true }]);
    await fill(engine, 'run.event_range', [
      { name: 'first_date', type: 'date', required: false },
      { name: 'last_date', type: 'date', required: false },
    ]);
  });
  afterAll(() => engine.close());

  it('is what the engine needs of each input for each column of each model', async () => {
    const lineage: Record<string, ModelLineage> = {};
    for (const model of pipeline.models) lineage[model.table.name] = await lineageOf(engine, model);
    const declared = Object.entries(pipeline.lineage).map(([table, { rows, columns }]) => [
      table,
      { rows, columns },
    ]);
    expect(Object.fromEntries(declared)).toEqual(lineage);
  });

  it('names only columns that the models read', () => {
    for (const { table, inputs } of pipeline.models) {
      const read = inputs.flatMap((input) => input.columns.map((column) => `${input.table}.${column}`));
      const { rows, columns } = pipeline.lineage[table.name]!;
      for (const name of [...rows, ...Object.values(columns).flat()]) expect(read).toContain(name);
      expect(Object.keys(columns)).toEqual(table.columns.map(({ name }) => name));
    }
  });

  it('knows the columns that hold the value of a key, and none for one that is computed', () => {
    expect(pipeline.lineage['gold.daily_revenue_net']?.keys).toEqual({
      date: ['silver.payments.effective_date', 'silver.payments.event_date'],
    });
    for (const { table } of pipeline.models) {
      const keys = pipeline.lineage[table.name]?.keys ?? {};
      expect(Object.keys(keys).toSorted()).toEqual(table.key.toSorted());
    }
  });

  it('knows where the revenue of a day comes from', () => {
    const { rows, columns } = pipeline.lineage['gold.daily_revenue_net']!;
    expect(columns['refunds']).toEqual(['silver.payments.amount_usd']);
    expect(rows).toContain('silver.payments.kind');
    expect(rows).toContain('silver.payments.effective_date');
    expect(pipeline.lineage['silver.users']?.columns['acquisition_channel']).toEqual([
      'silver.user_months.acquisition_channel',
    ]);
  });
});
