// Logs and models on a cluster of Spark 4: a master and two workers as processes of this machine, and a worker that is killed
// in the middle of a run. It takes minutes, so it runs where it is asked for: LAKE_SPARK4 names the folder of Spark.

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { startSpark } from '../../src/engine/spark/engine.js';
import { snapshotFolder } from '../../src/format/paths.js';
import type { Progress } from '../../src/lake/operation-options.js';
import { openLake } from '../../src/lake/open.js';
import { localStorage } from '../../src/storage/local.js';
import { goldenCases } from '../golden/cases.js';
import { startCluster, startSpark4, type RunningCluster, type RunningSpark } from '../sparks/spark4.mjs';
import { withPrograms } from './programs-here.js';
import { bytesOf, type LakeBytes } from './same-bytes.js';
import { embeddedBytes, lakeBytes, longLog } from './spark-parsing.js';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 });

const program = process.env['LAKE_SPARK4'];
const deliveries = goldenCases().find(({ name }) => name === '17-deliveries')!.batchDirs;

describe.skipIf(program === undefined)(
  `a Spark cluster${program === undefined ? ' (not asked for: set LAKE_SPARK4 to the folder of Spark 4)' : ''}`,
  () => {
    let [cluster, server, folder]: [RunningCluster?, RunningSpark?, string?] = [];
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lake-cluster-'));
      cluster = await startCluster({ program: program!, workers: 2 });
      const conf = { 'spark.executor.memory': '512m', 'spark.cores.max': 2 };
      server = await startSpark4({ program: program!, master: cluster.master, memory: '1g', conf });
    });
    afterEach(async () => {
      await server?.stop();
      await cluster?.stop();
      await rm(folder!, { recursive: true });
    });

    /** A lake of deliveries, one run each. */
    async function ingest(name: string, onProgress?: (progress: Progress) => void): Promise<LakeBytes> {
      const location = join(folder!, name);
      const engine = name === 'wasm' ? {} : { engine: 'spark' as const, spark: server!.address };
      const lake = openLake({ location, ...engine });
      for (const dir of deliveries)
        await lake.ingest({ paths: [dir], ingestDate: '2024-05-01', ...(onProgress && { onProgress }) });
      return bytesOf(localStorage(location, systemRuntime()));
    }

    it('makes the same bytes', async () => {
      expect(await ingest('spark')).toEqual(await ingest('wasm'));
    });

    it('a worker that is killed changes no byte, or ends the run with nothing published', async () => {
      let killed: Promise<void> | undefined;
      const kill = ({ unit, done }: Progress): void => {
        if (unit === 'models' && done === 5) killed ??= cluster!.workers[0]!.kill();
      };
      const ran = await ingest('spark', kill).catch((error: unknown) => error);
      expect(killed).toBeDefined();
      await killed;
      if (!(ran instanceof Error)) return expect(ran).toEqual(await ingest('wasm'));
      expect(isLakeError(ran, 'out-of-resources')).toBe(true);
      expect(existsSync(join(folder!, 'spark', snapshotFolder(1)))).toBe(false);
    });

    it('parses logs; a worker that is killed in the middle of it changes no byte', async () => {
      const engine = await startSpark({ address: server!.address });
      const log = longLog(60);
      let killed: Promise<void> | undefined;
      let parsed = 0;
      const dying = withPrograms(engine, async (given) => {
        const answers = engine.run!(given);
        const isOver = answers.then(
          () => true,
          () => true,
        );
        while (killed === undefined && !(await Promise.race([setTimeout(20, false), isOver]))) {
          parsed = readdirSync(given.arguments[0]!).filter((name) => name.endsWith('.range')).length;
          if (parsed > 0) killed = cluster!.workers[0]!.kill();
        }
        return answers;
      });
      try {
        expect(await lakeBytes(dying, [[log]], { parseFrom: 1 })).toEqual(await embeddedBytes([[log]]));
        expect(killed).toBeDefined();
        expect(parsed).toBeLessThan(60);
        await killed;
      } finally {
        await engine.close();
      }
    });
  },
);
