// The product as the laws know a lake: runs of the real pipeline with a real engine, on a storage in memory.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daysOfIso } from '../../src/common/calendar.js';
import { sha256 } from '../../src/common/sha256.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { rows } from '../../src/lake/read/table-rows.js';
import {
  runBackfill,
  runRepair,
  type DayRange,
  type RebuildOutcome,
} from '../../src/pipeline/run/backfill.js';
import { runIngest, type Resources, type RunBasis, type RunOutcome } from '../../src/pipeline/run/ingest.js';
import { runReplay, type ReplayOutcome } from '../../src/pipeline/run/replay.js';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';
import { startLogWorkers } from '../../src/records/hot-path.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { openHead } from '../../src/table/view.js';
import type { Delivery } from '../reference/reference.js';
import { INGEST_DATE, type LakeUnderTest } from './laws.js';
import { defaultSettings, type SaasSettings, saasPipeline } from '../pipelines/built-in-saas.js';

/** One engine and one pool for all lakes of a suite: starting them takes longer than a run. */
export function sharedResources(): { readonly resources: Resources; close(): Promise<void> } {
  const pool = startLogWorkers(2);
  const engine = startDuckDbWasm();
  return {
    resources: {
      expect: () => undefined,
      pool: () => pool,
      engine: () => Promise.resolve(engine),
      engineName: () => engine.name,
      memoryBytes: Infinity,
    },
    close: async () => void (await Promise.all([pool.close(), engine.close()])),
  };
}

export interface TestLake<Settings extends object = SaasSettings> extends LakeUnderTest {
  readonly storage: Storage;
  ingest(files: readonly Delivery[]): Promise<void>;
  /** Like `ingest`, with the outcome. */
  run(files: readonly Delivery[], dryRun?: boolean): Promise<RunOutcome>;
  backfill(days?: DayRange): Promise<RunOutcome>;
  /** Repairs the head. */
  repair(): Promise<RebuildOutcome>;
  replay(corrections?: { readonly name: string; readonly text: string }): Promise<ReplayOutcome>;
  /** The same lake under other settings. */
  under(settings: Partial<Settings>): TestLake<Settings>;
  /** The hashes of every table's files, in order; tables that are left out aside. */
  contents(leftOut?: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>>;
}

/** A new, empty lake. */
export function newLake(
  resources: Resources,
  settings: SaasSettings = defaultSettings,
  other: OtherBasis = {},
): TestLake {
  return lakeOn(memoryStorage(systemRuntime()), resources, settings, other);
}

/** What a suite wants otherwise: checks, policy, sizes of portions, ways to trace rows. */
export type OtherBasis = Partial<Pick<RunBasis, 'pipeline' | 'policy' | 'portions' | 'trace' | 'runtime'>> & {
  /** Of ingests. */
  readonly parseFrom?: number;
};

export function lakeOn(
  storage: Storage,
  resources: Resources,
  settings: SaasSettings = defaultSettings,
  otherBasis: OtherBasis = {},
): TestLake {
  return testLake({ storage, resources, pipelineUnder: saasPipeline, settings, otherBasis });
}

export interface TestLakeOptions<Settings extends object> {
  readonly storage?: Storage;
  readonly resources: Resources;
  readonly pipelineUnder: (settings: Settings) => Pipeline;
  readonly settings: Settings;
  readonly otherBasis?: OtherBasis;
}

/** A lake of any pipeline; a new one unless a storage is given. */
export function testLake<Settings extends object>(options: TestLakeOptions<Settings>): TestLake<Settings> {
  const { resources, pipelineUnder, settings } = options;
  const { parseFrom, ...otherBasis } = options.otherBasis ?? {};
  const runtime = systemRuntime();
  const { storage = memoryStorage(runtime) } = options;
  const basis: RunBasis = {
    storage,
    runtime,
    resources,
    dryRun: false,
    pipeline: pipelineUnder(settings),
    ...otherBasis,
  };
  const ingestDate = daysOfIso(INGEST_DATE) ?? 0;
  const run = (files: readonly Delivery[], dryRun = false): Promise<RunOutcome> =>
    withFolder(files, (folder) =>
      runIngest({
        ...basis,
        dryRun,
        paths: [folder],
        ingestDate,
        ...(parseFrom !== undefined && { parseFrom }),
      }),
    );
  const hashes = async (table: string): Promise<readonly string[]> => {
    const state = await (await openHead(storage))?.table(table);
    return ((await state?.files()) ?? []).map((file) => file.sha256);
  };
  return {
    storage,
    run,
    backfill: (days) => runBackfill({ ...basis, ...(days && { days }) }),
    repair: () => runRepair(basis, 'head'),
    replay: (corrections) =>
      runReplay({
        ...basis,
        pipelineUnder: (recorded) => pipelineUnder({ ...settings, ...recorded }),
        ...(corrections && {
          corrections: { path: corrections.name, bytes: Buffer.from(corrections.text), ingestDate },
        }),
      }),
    under: (other) => testLake({ ...options, storage, settings: { ...settings, ...other } }),
    ingest: async (files) => void (await run(files)),
    rows: async (table) => {
      const view = await openHead(storage);
      if (view?.tables.includes(table) !== true) return [];
      const result = await rows({ storage }, table, {});
      const all: (readonly unknown[])[] = [];
      for await (const row of result.rows) all.push(row);
      return all;
    },
    contentHash: async (table) => sha256(new TextEncoder().encode((await hashes(table)).join('\n'))),
    contents: async (leftOut = []) => {
      const tables = (await openHead(storage))?.tables.filter((name) => !leftOut.includes(name)) ?? [];
      const all = await Promise.all(tables.map(async (name) => [name, await hashes(name)] as const));
      return Object.fromEntries(all);
    },
  };
}

async function withFolder<T>(files: readonly Delivery[], use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-deliveries-'));
  try {
    for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
