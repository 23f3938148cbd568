// Models in partitions, run for some months only, make the rows that a full run makes there: whether their inputs hold
// just the months that the declared spread asks for, or more.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import type { Model, ModelInput } from '../../src/pipeline/define/spec/pipeline-spec.js';
import { addMonths, daysOfMonth } from '../../src/pipeline/models/spread.js';
import type { Cell, Rows } from '../reference/tables.js';
import { get, put, runAll, runModel, showDays, type TableRows } from './model-lake.js';
import { lawRuns } from '../law-runs.js';
import { loadModels, tables } from './built-in-saas.js';

const engine = startDuckDbWasm();
afterAll(() => engine.close());

const definitions = new Map(
  [...Object.values(tables), ...loadModels().map(({ table }) => table)].map((table) => [table.name, table]),
);
const silverModels = loadModels().filter(({ table }) => table.name.startsWith('silver.'));
const inMonths = silverModels.filter(({ table }) => table.partition?.transform === 'month');

const month: fc.Arbitrary<string> = fc.constantFrom(
  '2023-11',
  '2023-12',
  '2024-01',
  '2024-02',
  '2024-03',
  '2024-04',
  '2024-06',
);
/** Days at which windows, weeks and months meet are drawn more often. */
const day = fc
  .tuple(month, fc.oneof(fc.constantFrom(0, 1, 2, 3, 26, 27), fc.nat(40)))
  .map(([name, index]) => daysOfMonth(name).at(Math.min(index, daysOfMonth(name).length - 1))!);

const types = ['login', 'login', 'page_view', 'signup', 'purchase', 'purchase', 'refund', 'trial_convert'];

const event = fc
  .record({
    user: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { freq: 8 }),
    type: fc.constantFrom(...types),
    date: day,
    second: fc.nat(3),
    amount: fc.nat(3),
    refersTo: fc.option(fc.nat(40)),
  })
  .map((drawn) => (id: string): readonly Cell[] => {
    const isPayment = drawn.type === 'purchase' || drawn.type === 'refund';
    const money = isPayment ? `${drawn.amount}.5000`.replace('0.5000', '0.0000') : null;
    return [
      id,
      drawn.user,
      drawn.type,
      `${drawn.date}T00:00:0${drawn.second}.000000Z`,
      drawn.date,
      2,
      money,
      isPayment ? 'USD' : null,
      money,
      null,
      drawn.type === 'refund' && drawn.refersTo !== null ? eventId(drawn.refersTo) : null,
      drawn.type === 'signup' ? `channel ${drawn.second}` : null,
    ];
  });

const eventId = (index: number): string => `e${String(index).padStart(2, '0')}`;
const events = fc
  .array(event, { minLength: 1, maxLength: 40, size: 'max' })
  .map((all) => all.map((make, index) => make(eventId(index))));
const someMonths = fc.uniqueArray(month, { minLength: 1, maxLength: 3 });

const monthOf = ({ columns, partition }: TableDefinition, row: readonly Cell[]): string =>
  String(row[columns.findIndex(({ name }) => name === partition?.source)]).slice(0, 7);

/** The rows of an input that its spread asks for, for these months of the output. */
function needed({ table, spread }: ModelInput, rows: Rows, wanted: readonly string[]): Rows {
  const definition = definitions.get(table)!;
  if (definition.partition === undefined) return rows;
  const [before, after] = spread.kind === 'months' ? [spread.before, spread.after] : [0, 0];
  const all = wanted.flatMap((name) =>
    Array.from({ length: before + after + 1 }, (_, step) => addMonths(name, step - before)),
  );
  return spread.kind === 'referenced' ? rows : rows.filter((row) => all.includes(monthOf(definition, row)));
}

/** The model's rows for these months, from the whole inputs or the needed part of them. */
async function slice(
  model: Model,
  wanted: readonly string[],
  full: TableRows,
  extent: 'needed' | 'whole',
): Promise<Rows> {
  for (const input of model.inputs) {
    const rows = full[input.table] ?? [];
    const shown = extent === 'whole' ? rows : needed(input, rows, wanted);
    await put(engine, definitions.get(input.table)!, shown, input.as);
  }
  await showDays(engine, wanted.flatMap(daysOfMonth));
  await runModel(engine, model);
  return get(engine, model.table);
}

describe('models in partitions', () => {
  it('make of some months what a full run makes there', async () => {
    await fc.assert(
      fc.asyncProperty(events, someMonths, async (rows, wanted) => {
        const sources = { 'silver.events': rows };
        const full: TableRows = { ...sources, ...(await runAll(engine, sources, silverModels)) };
        for (const model of inMonths) {
          const expected = (full[model.table.name] ?? []).filter((row) =>
            wanted.includes(monthOf(model.table, row)),
          );
          for (const extent of ['needed', 'whole'] as const) {
            expect(await slice(model, wanted, full, extent), `${model.table.name}, ${extent}`).toEqual(
              expected,
            );
          }
        }
      }),
      { numRuns: lawRuns(10) },
    );
  });
});
