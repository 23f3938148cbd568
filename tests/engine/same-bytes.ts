// Switching engines changes no byte of any table: the same runs on lakes that differ in nothing but their engine.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { Engine } from '../../src/engine/engine.js';
import { startLogWorkers } from '../../src/records/hot-path.js';
import type { Resources } from '../../src/pipeline/run/ingest.js';
import { localStorage } from '../../src/storage/local.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { openHead } from '../../src/table/view.js';
import type { WorkerPool } from '../../src/common/worker-pool.js';
import { lakeOn, type OtherBasis } from '../pipeline/lake-under-test.js';
import type { Delivery } from '../reference/reference.js';

/** Deliveries, one run each. */
export type Runs = readonly (readonly Delivery[])[];

/** An engine, and where the lakes lie that it is tried on: it reads files of a disk itself, where it can. */
export interface EngineOnStorage {
  readonly name: string;
  readonly start: () => Engine;
  readonly storage: 'disk' | 'memory';
}

/** Every data file of a table, in order: its partition and the hash of its bytes. */
export type LakeBytes = Readonly<Record<string, readonly string[]>>;

/** Engines and worker threads that all lakes of a suite share. */
export interface SharedEngines {
  /** The tables after each run, under one engine. */
  bytesUnder(engine: EngineOnStorage, runs: Runs, basis?: OtherBasis): Promise<readonly LakeBytes[]>;
  close(): Promise<void>;
}

export function sharedEngines(): SharedEngines {
  const pool = startLogWorkers(1);
  const started = new Map<string, Engine>();
  return {
    async bytesUnder({ name, start, storage: place }, runs, basis) {
      const engine = started.get(name) ?? start();
      started.set(name, engine);
      const folder = await mkdtemp(join(tmpdir(), 'lake-same-bytes-'));
      try {
        const runtime = systemRuntime();
        const storage = place === 'disk' ? localStorage(folder, runtime) : memoryStorage(runtime);
        const lake = lakeOn(storage, resourcesOf(pool, engine), undefined, basis);
        const states: LakeBytes[] = [];
        for (const files of runs) {
          await lake.ingest(files);
          states.push(await bytesOf(storage));
        }
        return states;
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    close: async () =>
      void (await Promise.all([pool.close(), ...[...started.values()].map((each) => each.close())])),
  };
}

function resourcesOf(pool: WorkerPool, engine: Engine): Resources {
  return {
    expect: () => undefined,
    pool: () => pool,
    engine: () => Promise.resolve(engine),
    engineName: () => engine.name,
    memoryBytes: Infinity,
  };
}

/** Of the head of a lake. */
export async function bytesOf(storage: Storage): Promise<LakeBytes> {
  const view = await openHead(storage);
  const tables = (view?.tables ?? []).map(async (name): Promise<[string, readonly string[]]> => {
    const files = (await (await view?.table(name))?.files()) ?? [];
    return [name, files.map(({ partition, sha256 }) => `${JSON.stringify(partition)} ${sha256}`)];
  });
  return Object.fromEntries(await Promise.all(tables));
}
