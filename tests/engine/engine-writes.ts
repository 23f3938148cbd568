// Results that Spark writes itself: the rows are those that our writer has, in their order; where the server can write field
// ids its files are taken as they are, elsewhere our writer makes the usual bytes of them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { startSpark } from '../../src/engine/spark/engine.js';
import { openLake } from '../../src/lake/open.js';
import { defaultSettingsFor } from '../../src/lake/settings/settings.js';
import type { TableWritten } from '../../src/pipeline/run/summary.js';
import { builtInProject } from '../../src/project/built-in/compiled-project.js';
import { localStorage } from '../../src/storage/local.js';
import { contentHash } from '../../src/table/maintenance/content-hash.js';
import { openHead } from '../../src/table/view.js';
import { goldenCases } from '../golden/cases.js';
import type { RunningSpark } from '../sparks/spark4.mjs';
import { relationsContract } from './contract-relations.js';
import { trialOf } from './contract-trial.js';
import { bytesOf } from './same-bytes.js';

/** A few rows: most tables of the golden cases have more. */
const WRITE_FROM = 3;

/** The tests, on a server that `start` starts; `writesFieldIds` says whether it can. */
export function engineWrites(
  start: () => Promise<RunningSpark>,
  { writesFieldIds, cases }: { readonly writesFieldIds: boolean; readonly cases: RegExp },
): void {
  let server: RunningSpark;
  let folder: string;
  beforeAll(async () => {
    server = await start();
    folder = await mkdtemp(join(tmpdir(), 'lake-engine-writes-'));
  });
  afterAll(async () => {
    await server.kill();
    await rm(folder, { recursive: true });
  });

  describe('what is kept', () =>
    relationsContract(trialOf(() => startSpark({ address: server.address, writeFrom: 1 }))));

  const pipeline = builtInProject('saas');
  const settings = { ...defaultSettingsFor(pipeline), spark: { writeFrom: WRITE_FROM } };

  /** A lake of deliveries, one run each. */
  async function ingest(name: string, deliveries: readonly string[]): Promise<string> {
    const location = join(folder, name);
    const lake = name.startsWith('spark')
      ? openLake({ location, pipeline, settings, engine: 'spark', spark: server.address })
      : openLake({ location, pipeline });
    for (const path of deliveries) await lake.ingest({ paths: [path], ingestDate: '2024-05-01' });
    await lake.close();
    return location;
  }

  it.each(goldenCases().filter(({ name }) => cases.test(name)))(
    'the golden case $name has equal rows, and its summary tells',
    async ({ name, batchDirs }) => {
      const ours = await ingest(`wasm-${name}`, batchDirs);
      const theirs = await ingest(`spark-${name}`, batchDirs);
      expect(await hashes(theirs)).toEqual(await hashes(ours));
      if (!writesFieldIds) expect(await bytesOf(storageAt(theirs))).toEqual(await bytesOf(storageAt(ours)));
      for (const [table, { rowsAdded, changedPartitions, writtenBy }] of await written(theirs)) {
        if (!table.startsWith('gold.') || changedPartitions > 1) continue;
        const by = writesFieldIds ? 'engine' : 'engine, encoded again';
        expect([table, writtenBy]).toEqual([table, rowsAdded < WRITE_FROM ? undefined : by]);
      }
      const left = (await storageAt(theirs).list('gold')).filter(({ path }) => path.includes('_engine-'));
      expect(left).toEqual([]);
    },
  );
}

const storageAt = (location: string) => localStorage(location, systemRuntime());

/** The content hash of every table of the head. */
async function hashes(location: string): Promise<Readonly<Record<string, unknown>>> {
  const storage = storageAt(location);
  const view = (await openHead(storage))!;
  const found: [string, unknown][] = [];
  for (const name of view.tables) found.push([name, await contentHash(storage, (await view.table(name))!)]);
  return Object.fromEntries(found);
}

async function written(location: string): Promise<readonly (readonly [string, TableWritten])[]> {
  const { summary } = (await openHead(storageAt(location)))!.snapshot;
  return Object.entries(summary['tables'] as Readonly<Record<string, TableWritten>>);
}
