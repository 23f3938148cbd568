// A lake belongs to the pipeline that made it, whatever else was done to it; no run of another touches it.

import { afterAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { commit } from '../../src/table/commit.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { openHead } from '../../src/table/view.js';
import { otherLayers } from '../pipelines/definitions/other-layers.js';
import { extractsOnly } from '../pipelines/definitions/extracts-only.js';
import type { PipelineUnderLaw } from '../pipelines/definitions/under-law.js';
import { newLake, lakeOn, sharedResources, testLake, type TestLake } from './lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());

const lakeOf = ({ under, lenient }: PipelineUnderLaw, on?: TestLake<object>): TestLake<object> =>
  testLake({
    resources: shared.resources,
    pipelineUnder: under,
    settings: lenient,
    ...(on && { storage: on.storage }),
  });

const teams = { name: 'teams.csv', bytes: Buffer.from('author,since,team\nann,2024-01-01,red\n') };
const prices = { name: 'prices.csv', bytes: Buffer.from('good,day,price\ntea,2024-01-01,1.5\n') };

const runs: readonly [string, (lake: TestLake<object>) => Promise<unknown>][] = [
  ['an ingest', (lake) => lake.ingest([prices])],
  ['a dry ingest', (lake) => lake.run([prices], true)],
  ['a backfill', (lake) => lake.backfill()],
  ['a backfill of days', (lake) => lake.backfill({ from: '2024-01-01', to: '2024-01-02' })],
  ['a replay', (lake) => lake.replay()],
  ['a replay of corrections', (lake) => lake.replay({ name: 'fixed.ndjson', text: '{}\n' })],
  ['a repair', (lake) => lake.repair()],
];

describe('a lake of another pipeline', () => {
  it.each(runs)('is left alone by %s', async (_, run) => {
    const lake = lakeOf(otherLayers);
    await lake.ingest([teams]);
    const before = await lake.contents();
    await expect(run(lakeOf(extractsOnly, lake))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(
        'The lake is of the pipeline "other_layers", and this is "extracts_only"',
      ) as string,
    });
    expect(await lake.contents()).toEqual(before);
  });

  it('is known by its tables where no run recorded a name', async () => {
    const runtime = systemRuntime();
    const old = newLake(shared.resources);
    await old.ingest([{ name: 'events.ndjson', bytes: Buffer.from('{}\n') }]);
    const head = await openHead(old.storage);
    await commit(old.storage, runtime, {
      base: head,
      commitId: '00000000-0000-4000-8000-000000000000',
      operation: 'ingest',
      summary: { pipeline: undefined },
      changes: [],
      reads: [],
    });
    await expect(lakeOf(extractsOnly, old as TestLake<object>).ingest([prices])).rejects.toThrow(
      'The lake is of another pipeline',
    );
    await lakeOn(old.storage, shared.resources).ingest([
      { name: 'events-2.ndjson', bytes: Buffer.from('{"no":"event"}\n') },
    ]);
  });

  it('stays so when what ran last is not a run, and the runs have expired', async () => {
    const runtime = systemRuntime();
    const lake = lakeOf(otherLayers);
    await lake.ingest([teams]);
    await commit(lake.storage, runtime, {
      base: await openHead(lake.storage),
      commitId: '00000000-0000-4000-8000-000000000001',
      operation: 'compact',
      summary: {},
      changes: [],
      reads: [],
    });
    await expire(lake.storage, runtime, { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER });
    expect((await openHead(lake.storage))?.snapshot.summary).toEqual({ pipeline: 'other_layers' });
    await expect(lakeOf(extractsOnly, lake).ingest([prices])).rejects.toThrow('"other_layers"');
  });
});
