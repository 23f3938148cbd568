// The laws of the machinery, for every pipeline that it accepts: however deliveries come, tables are a function of what
// was delivered; what runs did step by step is what one pass over everything gives, down to the bytes.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';
import type { RecordedSettings } from '../../src/pipeline/define/spec/pipeline-spec.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { extractsOnly } from '../pipelines/definitions/extracts-only.js';
import { nested } from '../pipelines/definitions/nested.js';
import { otherLayers } from '../pipelines/definitions/other-layers.js';
import { saas } from '../pipelines/definitions/saas.js';
import type { PipelineUnderLaw, Runs } from '../pipelines/definitions/under-law.js';
import { checkLaw, type LawCheck } from './check-law.js';
import { sharedResources, testLake, type TestLake } from './lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());

type Lake = TestLake<RecordedSettings>;

async function ingested({ under, lenient }: PipelineUnderLaw, runs: Runs, settings = lenient): Promise<Lake> {
  const lake = testLake({ resources: shared.resources, pipelineUnder: under, settings });
  for (const files of runs) await lake.ingest(files);
  return lake;
}

/** Tables that tell how records were delivered: what arrived, and the books. */
const aboutDeliveries = ({ tables }: Pipeline): readonly string[] =>
  tables
    .filter(({ role: { kind } }) => !['records', 'conflicts', 'elements', 'model'].includes(kind))
    .map(({ definition }) => definition.name);

/** Rows of a table as texts, in an order of their own. */
async function rowsIn(lake: Lake, pipeline: Pipeline, table: string): Promise<readonly string[]> {
  const columns = pipeline.table(table)!.definition.columns.map(({ name }) => name);
  const rows = await lake.rows(table);
  return rows.map((row) => textOf(Object.fromEntries(columns.map((name, at) => [name, row[at]])))).sort();
}

const textOf = (row: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

const times = (numRuns: number): LawCheck => ({ numRuns: lawRuns(numRuns), endOnFailure: true });

const someDays = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 40 }))
  .map(([first, length]) => {
    const day = (n: number): string => new Date(Date.UTC(2024, 0, n)).toISOString().slice(0, 10);
    return { from: day(first), to: day(first + length) };
  });

describe.each([saas, extractsOnly, otherLayers, nested])(
  'the pipeline $name',
  (tried) => {
    const { strict, lenient } = tried;
    const pipeline = tried.under(lenient);

    it('ends in the same bytes, however the same records are delivered', () =>
      checkLaw(times(2), tried.twoWays, async ([one, other]) => {
        const [a, b] = [await ingested(tried, one), await ingested(tried, other)];
        const apart = aboutDeliveries(pipeline);
        expect(await b.contents(apart)).toEqual(await a.contents(apart));
      }));

    it('changes nothing when the files of the last run come again', () =>
      checkLaw(times(2), tried.deliveries, async (runs) => {
        const lake = await ingested(tried, runs);
        const before = await lake.contents();
        await lake.ingest(runs.at(-1) ?? []);
        expect(await lake.contents()).toEqual(before);
      }));

    it('is after every run what everything made again from bronze is', () =>
      checkLaw(times(2), tried.deliveries, async (runs) => {
        const lake = await ingested(tried, []);
        for (const files of runs) {
          await lake.ingest(files);
          const before = await lake.contents();
          const { written } = await lake.backfill();
          expect([written, await lake.contents()]).toEqual([{}, before]);
        }
      }));

    it('keeps every byte when some days are made again', () =>
      checkLaw(times(2), fc.tuple(tried.deliveries, someDays), async ([runs, days]) => {
        const lake = await ingested(tried, runs);
        const before = await lake.contents();
        await lake.backfill(days);
        expect(await lake.contents()).toEqual(before);
      }));

    it('takes in what its rules refused before, as if they had always accepted it', () =>
      checkLaw(times(2), fc.tuple(tried.deliveries, fc.boolean()), async ([runs, all]) => {
        const relaxed = (await ingested(tried, runs, strict)).under(lenient);
        await expect(relaxed.ingest(runs[0] ?? [])).rejects.toThrow('another contract');
        await (all ? relaxed.backfill() : relaxed.replay());
        const { runs: runLog } = pipeline.books;
        const fromNothing = await ingested(tried, runs, lenient);
        expect(await relaxed.contents([runLog.name])).toEqual(await fromNothing.contents([runLog.name]));
      }));

    it.runIf(tried.truth !== undefined)('holds what follows from the records, after every run', () =>
      checkLaw(times(4), tried.deliveries, async (runs) => {
        const lake = await ingested(tried, []);
        for (const [at, files] of runs.entries()) {
          await lake.ingest(files);
          const truth = tried.truth!(runs.slice(0, at + 1), pipeline);
          for (const [table, rows] of Object.entries(truth))
            expect([table, await rowsIn(lake, pipeline, table)]).toEqual([table, rows.map(textOf).sort()]);
        }
      }),
    );
  },
  lawTimeout(120_000),
);
