// How much of its logs a run holds changes no byte of any table: portions of a few rows against one of all, for every
// pipeline, in every kind of run.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordedSettings } from '../../src/pipeline/define/spec/pipeline-spec.js';
import type { RunOutcome } from '../../src/pipeline/run/run-basis.js';
import type { PortionLimits } from '../../src/pipeline/stage/portions.js';
import { openHead } from '../../src/table/view.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { extractsOnly } from '../pipelines/definitions/extracts-only.js';
import { otherLayers } from '../pipelines/definitions/other-layers.js';
import { saas } from '../pipelines/definitions/saas.js';
import { twoLogs } from '../pipelines/definitions/two-logs.js';
import type { PipelineUnderLaw, Runs } from '../pipelines/definitions/under-law.js';
import { checkLaw } from './check-law.js';
import { sharedResources, testLake, type TestLake } from './lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());

type Lake = TestLake<RecordedSettings>;

/** Every file of every table in order: where it lies in the table, and the hashes of what it holds. */
async function bytesOf({ storage }: Lake): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const view = await openHead(storage);
  const tables = (view?.tables ?? []).map(async (name) => {
    const files = (await (await view?.table(name))?.files()) ?? [];
    return [
      name,
      files.map(({ partition, sha256, index, batches }) => ({
        partition,
        sha256,
        index: index?.sha256,
        batches,
      })),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** What each check came to; samples may show other rows. */
const valuesOf = ({ checks }: RunOutcome): readonly unknown[] =>
  checks.map(({ name, status, value }) => [name, status, value]);

/** Nothing is held: portions of one row, of a few, and of more than there are; and a bound that is met on the way. */
const sizes: fc.Arbitrary<PortionLimits> = fc.oneof(
  fc.constantFrom(1, 7, 100).map((rows) => ({ logBytes: 0, rows })),
  fc.nat(5000).map((logBytes) => ({ logBytes, rows: 7 })),
);

const held: PortionLimits = { logBytes: Infinity, rows: Infinity };

function lakeOf({ under, strict }: PipelineUnderLaw, portions: PortionLimits): Lake {
  const { resources } = shared;
  return testLake({ resources, pipelineUnder: under, settings: strict, otherBasis: { portions } });
}

describe.each([saas, extractsOnly, otherLayers, twoLogs])(
  'the pipeline $name',
  (tried) => {
    const law = (
      runs: number,
      same: (lakes: readonly [Lake, Lake], runs: Runs) => Promise<void>,
    ): Promise<void> =>
      checkLaw(
        { numRuns: lawRuns(runs), endOnFailure: true },
        fc.tuple(tried.deliveries, sizes),
        async ([each, portions]) => same([lakeOf(tried, held), lakeOf(tried, portions)], each),
      );

    it('is after every run in the same bytes', () =>
      law(3, async ([whole, cut], runs) => {
        for (const files of [...runs, runs.at(-1) ?? []]) {
          const [a, b] = [await whole.run(files), await cut.run(files)];
          expect(await bytesOf(cut)).toEqual(await bytesOf(whole));
          expect([b.written, valuesOf(b)]).toEqual([a.written, valuesOf(a)]);
        }
      }));

    it('is made again from bronze in the same bytes', () =>
      law(2, async ([whole, cut], runs) => {
        for (const files of runs) for (const lake of [whole, cut]) await lake.ingest(files);
        const before = await bytesOf(whole);
        expect([(await cut.backfill()).written, await bytesOf(cut)]).toEqual([{}, before]);
        await cut.backfill({ from: '2024-01-10', to: '2024-02-10' });
        expect(await bytesOf(cut)).toEqual(before);
        for (const lake of [whole, cut]) await lake.under(tried.lenient).replay();
        expect(await bytesOf(cut)).toEqual(await bytesOf(whole));
      }));
  },
  lawTimeout(300_000),
);
