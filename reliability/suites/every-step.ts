// A process that dies at any of its storage calls: readers then see the lake before or after, never between, and the
// same command again ends in the same bytes.

import { LakeError } from '../../src/common/errors.js';
import type { Runtime } from '../../src/common/runtime.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import type { Resources } from '../../src/pipeline/run/ingest.js';
import { startLogWorkers } from '../../src/records/hot-path.js';
import type { MemoryHook } from '../../src/storage/memory.js';
import type { FileToWrite, Storage } from '../../src/storage/storage.js';
import { listSnapshots } from '../../src/table/snapshot-lookup.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openView } from '../../src/table/view.js';
import {
  contentsOf,
  operations,
  replayableRuntime,
  storageWith,
  type Contents,
  type CrashLake,
  type Operation,
} from '../crash-lake.js';
import { expectWhole, lakeSignature } from '../lake-signature.js';
import { check, eachRun, type Suite, type SuiteOptions, type SuiteResult, type Tally } from '../suite.js';

/** A crash at every storage call. */
export const everyStep: Suite = {
  name: 'every-step',
  promise:
    'A process that dies at any storage call leaves the old lake or the new one; the same command again ends in the same bytes.',
  method: `A crash at every storage call in turn of ${operations.map(({ name }) => name).join(', ')}, in memory, each once with and once without a power cut; then every byte verified, the command run again and compared with an undisturbed run.`,
  unit: 'crash points',
  fullRuns: 5_000,
  plantedBug: 'the commit writes its files into the snapshot folder one by one',
  run: runEveryStep,
};

/** The process is dead: nothing that it still tries reaches the storage. */
class Crash extends Error {
  override readonly name = 'Crash';
}

interface Point {
  readonly operation: Operation;
  readonly base: Contents;
  readonly before: string;
  readonly after: string;
  readonly step: number;
  readonly cut: boolean;
}

async function runEveryStep(options: SuiteOptions): Promise<SuiteResult> {
  const shared = startResources();
  try {
    const points = await pointsOf(options, shared.resources);
    const stride = Math.max(1, points.length / options.runs);
    const chosen = Math.min(options.runs, points.length);
    return await eachRun({ ...options, runs: chosen }, (_random, tally, run) =>
      crashAt(points[Math.floor(run * stride)]!, options, shared.resources, tally),
    );
  } finally {
    await shared.close();
  }
}

/** One engine and one pool for all: starting them takes longer than a run. */
function startResources(): { readonly resources: Resources; close(): Promise<void> } {
  const pool = startLogWorkers(1);
  const engine = startDuckDbWasm();
  const resources: Resources = {
    expect: () => undefined,
    pool: () => pool,
    engine: () => Promise.resolve(engine),
    engineName: () => engine.name,
    memoryBytes: Infinity,
  };
  return { resources, close: async () => void (await Promise.all([pool.close(), engine.close()])) };
}

/** The planted bug is in every commit; a few kinds of them do. */
const plantedIn = new Set(['compact', 'rollback', 'tag']);

/** Every storage call of every operation, twice; with the bug planted only the calls in which it acts. */
async function pointsOf({ seed, plant }: SuiteOptions, resources: Resources): Promise<readonly Point[]> {
  const points: Point[] = [];
  const chosen = plant ? operations.filter(({ name }) => plantedIn.has(name)) : operations;
  for (const operation of chosen) {
    const calm = lakeOn(new Map(), seed, resources);
    await operation.prepare(calm);
    const base = await contentsOf(calm.storage);
    let steps = 0;
    const publishing = new Set<number>();
    const counted = lakeOn(base, seed + 1, resources, {
      hook: () => void steps++,
      plant,
      onPlanted: () => publishing.add(steps + 1),
    });
    const before = await lakeSignature(counted.storage);
    steps = 0;
    publishing.clear();
    await operation.perform(counted);
    const last = steps;
    const after = await lakeSignature(counted.storage);
    for (let step = 1; step <= last; step++) {
      if (plant && !publishing.has(step)) continue;
      for (const cut of [false, true]) points.push({ operation, base, before, after, step, cut });
    }
  }
  return points;
}

interface Disturbance {
  readonly hook?: MemoryHook;
  readonly plant?: boolean;
  /** Called before each storage call that only the planted bug makes. */
  readonly onPlanted?: () => void;
}

type DisturbedLake = CrashLake & { readonly storage: ReturnType<typeof storageWith> };

function lakeOn(
  base: Contents,
  seed: number,
  resources: Resources,
  { hook, plant = false, onPlanted }: Disturbance = {},
): DisturbedLake {
  const runtime: Runtime = replayableRuntime(seed, newest(base));
  const storage = storageWith(base, runtime, hook);
  return { storage: plant ? fileByFile(storage, onPlanted) : storage, runtime, resources };
}

/** Later than anything that the lake holds. */
function newest(base: Contents): number {
  const times = [...base.values()].map(({ modifiedAtMs }) => modifiedAtMs * 1000);
  return Math.max(Date.UTC(2026, 0, 1) * 1000, ...times) + 1_000_000;
}

/** The planted bug: a snapshot's files appear one after the other. */
function fileByFile<S extends Storage>(storage: S, onPlanted: () => void = () => undefined): S {
  const publish = async (folder: string, files: readonly FileToWrite[]): Promise<'published' | 'taken'> => {
    if ((await storage.names(folder)).length > 0) return 'taken';
    for (const { path, bytes } of files) {
      onPlanted();
      await storage.write([{ path: `${folder}/${path}`, bytes }]);
    }
    return 'published';
  };
  return { ...storage, publish };
}

async function crashAt(
  point: Point,
  { seed, plant }: SuiteOptions,
  resources: Resources,
  tally: Tally,
): Promise<void> {
  const { operation, base, before, after, step, cut } = point;
  const place = `${operation.name}, call ${step}${cut ? ' and a power cut' : ''}`;
  const crashed = await crash(point, seed, plant, resources);
  const lake = lakeOn(crashed, seed + 2, resources, { plant });
  const seen = await lakeSignature(lake.storage).catch((error: unknown) => String(error));
  check(
    seen === before || seen === after,
    `${place}: a reader sees neither the old lake nor the new one: ${seen.slice(0, 300)}`,
  );
  if (operation.name !== 'repair') await expectWhole(lake.storage, place);
  await operation.perform(lake);
  check(
    (await lakeSignature(lake.storage)) === after,
    `${place}: the same command again ends in another lake`,
  );
  await expectWhole(lake.storage, place);
  await expectNoLeftovers(lake, base, place);
  tally.add(`${operation.name}: calls`, cut ? 0 : 1);
  tally.add(seen === after && before !== after ? 'new lake seen' : 'old lake seen');
}

/** What is left on the storage when the process dies at its step; a call that is under way has not happened. */
async function crash(
  { operation, base, step, cut }: Point,
  seed: number,
  plant: boolean,
  resources: Resources,
): Promise<Contents> {
  let calls = 0;
  let isDead = false;
  const hook: MemoryHook = () => {
    isDead ||= ++calls >= step;
    if (isDead && !isLooking) throw new Crash('the process is dead');
  };
  let isLooking = false;
  const lake = lakeOn(base, seed + 1, resources, { hook, plant });
  await operation.perform(lake).catch((error: unknown) => {
    if (!(error instanceof Crash || isCausedByCrash(error))) throw error;
  });
  isLooking = true;
  return contentsOf(cut ? lake.storage.afterPowerCut() : lake.storage);
}

const isCausedByCrash = (error: unknown): boolean =>
  error instanceof LakeError && (error.cause instanceof Crash || isCausedByCrash(error.cause));

/** After a clean-up the storage holds what the retained snapshots name, and nothing else. */
async function expectNoLeftovers(lake: CrashLake, base: Contents, place: string): Promise<void> {
  const { storage, resources } = lake;
  const later = lakeOn(await contentsOf(storage), base.size, resources);
  await vacuum(later.storage, later.runtime, { graceMs: 0 });
  const named = new Set<string>();
  for (const { snapshotId } of await listSnapshots(later.storage, Infinity)) {
    const view = await openView(later.storage, snapshotId);
    for (const name of view.tables)
      for (const { path, index } of await (await view.table(name))!.files())
        for (const each of [path, index?.path]) if (each !== undefined) named.add(each);
  }
  const isData = (path: string): boolean => !path.startsWith('_manifests/');
  const extra = (await later.storage.list(''))
    .map(({ path }) => path)
    .filter((path) => isData(path) && !named.has(path));
  check(
    extra.length === 0,
    () => `${place}: ${extra.length} files are left that nothing names, such as ${extra[0]}`,
  );
}
