// Explanations are true: for any row of gold, the rows behind a cell come to the cell, and the changes of rows between two
// snapshots come to the change of the cell.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { generate } from '../../src/generate/generate.js';
import { generateIncrement } from '../../src/generate/increment.js';
import { changedColumns } from '../../src/lake/explain/changed-columns.js';
import { ExplainSession } from '../../src/lake/explain/explain-session.js';
import type { RowRecord } from '../../src/lake/read/row-set.js';
import { daysOfIso, isoOfDays } from '../../src/common/calendar.js';
import { openHead, openView } from '../../src/table/view.js';
import { newLake, sharedResources, type TestLake } from '../pipeline/lake-under-test.js';
import { deliveries } from '../reference/arbitraries.js';
import type { Delivery } from '../reference/reference.js';
import { chooseEngine } from '../../src/engine/choose-engine.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { expectTrueCells, explainedTables, isExplained, keyIn, makingsOf, recordsOf } from './explain-law.js';
import { saasPipeline } from '../pipelines/built-in-saas.js';

const shared = sharedResources();
afterAll(() => shared.close());

const pipeline = saasPipeline();
const tables = explainedTables(pipeline);

/** A table's rows by column. */
const rowsOf = async (lake: TestLake, definition: TableDefinition): Promise<readonly RowRecord[]> =>
  recordsOf(await lake.rows(definition.name), definition);

const pick = <T>(items: readonly T[], seed: number): T | undefined => items[seed % items.length];

it(
  'of a small messy lake, the rows behind every cell of gold come to the cell',
  async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.nat(), async (runs, seed) => {
        const lake = newLake(shared.resources);
        for (const files of runs) await lake.ingest(files);
        const session = new ExplainSession(
          (await openHead(lake.storage))!,
          pipeline,
          chooseEngine({ engine: 'wasm' }),
        );
        for (const table of tables) {
          const row = pick(await rowsOf(lake, table), seed);
          if (row !== undefined) await expectTrueCells(session, table, row);
        }
        await session.close();
      }),
      { numRuns: lawRuns(2), endOnFailure: true },
    );
  },
  lawTimeout(120_000),
);

describe('of a generated data set and the day after it', () => {
  const lake = newLake(shared.resources);
  const rows = new Map<string, readonly RowRecord[]>();
  const before = new Map<string, ReadonlyMap<string, RowRecord>>();
  let sessions: { readonly before: ExplainSession; readonly after: ExplainSession };

  beforeAll(async () => {
    const options = { seed: 5, users: 300, days: 40 };
    await lake.ingest([...(await filesOf((outDir) => generate({ ...options, outDir }))), tangled(1)]);
    for (const table of tables) {
      const keyed = (await rowsOf(lake, table)).map(
        (row) => [JSON.stringify(keyIn(row, table)), row] as const,
      );
      before.set(table.name, new Map(keyed));
    }
    await lake.ingest([
      ...(await filesOf((outDir) => generateIncrement({ ...options, outDir }))),
      tangled(2),
    ]);
    for (const table of tables) rows.set(table.name, await rowsOf(lake, table));
    const views = { before: await openView(lake.storage, 1), after: await openView(lake.storage, 2) };
    sessions = {
      before: new ExplainSession(views.before, pipeline, chooseEngine({ engine: 'wasm' })),
      after: new ExplainSession(views.after, pipeline, chooseEngine({ engine: 'wasm' })),
    };
  }, 120_000);
  afterAll(() => Promise.all([sessions.before.close(), sessions.after.close()]));

  const cases = fc.tuple(fc.constantFrom(...tables), fc.nat());

  it(
    'the rows behind every cell of gold come to the cell',
    async () => {
      await fc.assert(
        fc.asyncProperty(cases, ([table, at]) =>
          expectTrueCells(sessions.after, table, pick(rows.get(table.name)!, at)!),
        ),
        { numRuns: lawRuns(80), endOnFailure: true },
      );
    },
    lawTimeout(120_000),
  );

  it(
    'the changes of the rows behind a cell come to the change of the cell',
    async () => {
      await fc.assert(
        fc.asyncProperty(cases, async ([table, at]) => {
          const row = pick(changedIn(table), at);
          if (row === undefined) return;
          const old = before.get(table.name)?.get(JSON.stringify(keyIn(row, table))) ?? null;
          const { columns } = await changedColumns(
            { before: { session: sessions.before, row: old }, after: { session: sessions.after, row } },
            await makingsOf(sessions.after, table, row),
            { rules: { pipeline }, options: { all: true }, news: new Set() },
          );
          expect(columns.filter((column) => !isExplained(column))).toEqual([]);
        }),
        { numRuns: lawRuns(40), endOnFailure: true },
      );
    },
    lawTimeout(120_000),
  );

  /** Rows that are new or differ; a day that is new may hide what it lacks, so those that differ come first. */
  function changedIn(table: TableDefinition): readonly RowRecord[] {
    const old = before.get(table.name)!;
    const others = rows.get(table.name)!.filter((row) => {
      const was = old.get(JSON.stringify(keyIn(row, table)));
      return JSON.stringify(was) !== JSON.stringify(row);
    });
    const moved = others.filter((row) => old.has(JSON.stringify(keyIn(row, table))));
    return moved.length > 0 ? moved : others;
  }
});

const dayAfter = (day: string, days: number): string => isoOfDays((daysOfIso(day) ?? 0) + days);

/** Subscriptions that overlap, are free, end and come back; the second delivery has some of them otherwise. */
function tangled(delivery: number): Delivery {
  const records = Array.from({ length: 90 }, (_, at) => {
    const turn = at % 4 === 0 ? at + delivery : at;
    const start = (at * 7) % 38;
    return {
      subscription_id: `tangled-${at}`,
      user_id: `user-${at % 13}`,
      plan_id: 'pro',
      status: 'active',
      price: [20, 0, 35, 10][turn % 4],
      start_date: dayAfter('2024-01-01', start),
      end_date: turn % 5 === 0 ? null : dayAfter('2024-01-01', start + ((turn * 5) % 17)),
    };
  });
  return { name: 'subscriptions-tangled.json', bytes: Buffer.from(JSON.stringify(records)) };
}

async function filesOf(write: (outDir: string) => Promise<unknown>): Promise<readonly Delivery[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-explain-'));
  try {
    await write(folder);
    const names = await readdir(folder);
    return await Promise.all(
      names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
