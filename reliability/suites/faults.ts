// One fault at one call of one operation, for every call and every kind of fault. The operation must succeed, or fail
// with an error that says what to do; the lake reads as before or as after it; and run again it succeeds.

import { isLakeError, LakeError } from '../../src/common/errors.js';
import type { Runtime } from '../../src/common/runtime.js';
import type { FileSystem } from '../../src/storage/file-system.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { listSnapshots, listTags } from '../../src/table/snapshot-lookup.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { buildLake, faultOperations, type FaultOperation } from '../fault-operations.js';
import { faultAt, faultsOf, type Fault } from '../fault-kinds.js';
import { randomOf, type Random } from '../random.js';
import { rowsTable } from '../row-files.js';
import {
  simulatedDisk,
  simulatedProcesses,
  type DiskCall,
  type DiskHook,
  type SimulatedDisk,
} from '../simulated-disk.js';
import { check, eachRun, type Suite, type SuiteOptions, type SuiteResult, type Tally } from '../suite.js';
import { contentsText, filesOf, readContents } from '../tables.js';

/** A disk that fails at every call. */
export const faults: Suite = {
  name: 'faults',
  promise:
    'A failing disk costs the operation at most, and says so: the lake reads as before or after it, and running it again succeeds.',
  method:
    'ENOSPC, EIO, EACCES, EMFILE, short reads and writes, failed syncs, calls that fail after their effect, slow calls; once or for good; at every call of every operation; a power cut after each success',
  unit: 'faults',
  fullRuns: 12_000,
  plantedBug: 'writes and syncs that fail are taken for done',
  divisible: true,
  run,
};

/** A case: where the fault comes, and which. */
interface Case {
  readonly scene: Scene;
  /** Of the operation's calls, from 0. */
  readonly at: number;
  readonly call: DiskCall;
  readonly fault: Fault;
}

/** An operation, and how it goes without faults. */
interface Scene {
  readonly operation: FaultOperation;
  readonly disk: SimulatedDisk;
  readonly startMicros: number;
  readonly calls: readonly DiskCall[];
  readonly before: string;
  readonly after: string;
  /** The call that commits; infinite where there is none. */
  readonly commitAt: number;
}

async function run(options: SuiteOptions): Promise<SuiteResult> {
  const scenes = await prepareScenes();
  const cases = scenes.flatMap(casesOf);
  const result = await eachRun(options, async (random, tally, number) => {
    const one = cases[spread(number, cases.length)]!;
    await tryFault(one, random, tally, options.plant).catch((error: unknown) => {
      const { scene, at, call, fault } = one;
      throw new Error(
        `${scene.operation.name}, call ${at} (${call.operation} ${call.path}), ${fault.name}: ${String(error)}`,
        { cause: error },
      );
    });
  });
  return { ...result, facts: { cases: String(cases.length), ...result.facts } };
}

/** Every case once in as many runs as there are; the first few runs meet cases from everywhere. */
function spread(number: number, count: number): number {
  const step = [7919, 6007, 4001, 2003, 1009].find((prime) => count % prime !== 0) ?? 1;
  return (number * step) % count;
}

async function prepareScenes(): Promise<readonly Scene[]> {
  const lake = newDisk();
  await buildLake(storageOn(lake.disk, lake.runtime), lake.runtime);
  const empty = newDisk();
  return Promise.all(
    faultOperations.map((operation) => rehearse(operation, operation.on === 'lake' ? lake : empty)),
  );
}

interface World {
  readonly disk: SimulatedDisk;
  readonly runtime: Runtime & { clock: number };
}

function newDisk(): World {
  const runtime = worldAt(Date.UTC(2024, 5, 1) * 1000);
  return { disk: simulatedDisk({ now: () => runtime.now() / 1000, renames: 'split' }), runtime };
}

/** Sleeping takes no time but its own; the same chance each time. */
function worldAt(startMicros: number): World['runtime'] {
  const random = randomOf(1);
  const world = {
    clock: startMicros,
    now: () => ++world.clock,
    random: () => random.next(),
    sleep: (ms: number) => Promise.resolve(void (world.clock += ms * 1000)),
    log: () => undefined,
  };
  return world;
}

function storageOn(disk: SimulatedDisk, runtime: Runtime, hook?: DiskHook, boot = 1): Storage {
  return localStorage('/lake', runtime, disk.fileSystem(hook), simulatedProcesses(boot));
}

async function rehearse(operation: FaultOperation, { disk, runtime }: World): Promise<Scene> {
  const calls: DiskCall[] = [];
  const startMicros = runtime.now() + 3_600_000_000;
  const world = worldAt(startMicros);
  const own = disk.copy();
  const before = await stateOf(storageOn(own, world));
  await operation.run(
    storageOn(own, world, (call) => void calls.push(call)),
    world,
  );
  const after = await stateOf(storageOn(own, world));
  const commitAt = calls.findIndex(
    ({ operation: kind, to = '' }) => kind === 'rename' && /_manifests\/\d{10}$/.test(to),
  );
  return { operation, disk, startMicros, calls, before, after, commitAt: commitAt < 0 ? Infinity : commitAt };
}

function casesOf(scene: Scene): readonly Case[] {
  return scene.calls.flatMap((call, at) => faultsOf(call).map((fault) => ({ scene, at, call, fault })));
}

/** All that readers can see: contents, rows of Parquet by file, tags, and which snapshots there are. */
async function stateOf(storage: Storage): Promise<string> {
  const head = await openHead(storage);
  const contents = contentsText(await readContents(head));
  const rows = (await filesOf(head, rowsTable.name)).map(({ sha256 }) => sha256.slice(0, 8));
  const tags = [...(await listTags(storage))];
  const ids = (await listSnapshots(storage, 100)).map(({ snapshotId }) => snapshotId);
  return JSON.stringify({ contents, rows, tags, ids });
}

async function tryFault(
  { scene, at, call, fault }: Case,
  random: Random,
  tally: Tally,
  plant: boolean,
): Promise<void> {
  const disk = scene.disk.copy();
  const runtime = worldAt(scene.startMicros);
  const hook = faultAt(fault, at, runtime);
  const fs = disk.fileSystem(hook);
  const storage = localStorage('/lake', runtime, plant ? swallowing(fs) : fs, simulatedProcesses(1));
  const error = await failureOf(scene.operation.run(storage, runtime));
  tally.add(error === undefined ? 'succeeded all the same' : `failed with ${error.code}`);
  checkError(error, scene, at, fault);
  await checkState(storageOn(disk, runtime), scene, error);
  const isLock = call.path.includes('/.lock-'); // what is left of a lock is vacuum's
  if (fault.leavesCleaning && !isLock && !isLakeError(error, 'commit-unknown')) checkClean(disk, scene);
  const left = error === undefined ? disk.afterPowerCut(random) : disk;
  await finish(left, runtime, scene);
}

/** What an operation failed with; anything but a LakeError is a bug. */
async function failureOf(work: Promise<void>): Promise<LakeError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof LakeError) return error;
    throw error;
  }
}

function checkError(error: LakeError | undefined, { commitAt }: Scene, at: number, fault: Fault): void {
  if (error === undefined) return;
  check(error.message.length > 20, `the error says only "${error.message}"`);
  if (error.code === 'commit-unknown')
    check(at >= commitAt, `the commit is called unknown before it was tried: ${error.message}`);
  else check(fault.codes.includes(error.code), `the error is ${error.code}: ${error.message}`);
}

/** Old or new; new after success, old after a failure that is no open question. Work in many steps may stop between. */
async function checkState(
  storage: Storage,
  { before, after, commitAt, operation }: Scene,
  error: LakeError | undefined,
): Promise<void> {
  const state =
    operation.on === 'nothing' && error !== undefined && (await openHead(storage)) === null
      ? before
      : await stateOf(storage);
  if (error === undefined)
    return check(state === after, () => `after success it holds ${state}, expected ${after}`);
  if (commitAt === Infinity) return; // the next run ends what was begun
  const isOpen = error.code === 'commit-unknown';
  check(
    state === before || (isOpen && state === after),
    () => `after "${error.message}" it holds ${state}, expected ${before}`,
  );
}

/** No temporary of ours stays, but those that the lake had before. */
function checkClean(disk: SimulatedDisk, scene: Scene): void {
  const before = scene.disk.files();
  const left = [...disk.files().keys()].filter(
    (path) => /\.tmp-|\.staging-|\.probe-|\.aside-/.test(path) && !before.has(path),
  );
  check(left.length === 0, () => `it leaves ${left[0]} behind`);
}

/** The fault is gone: the same operation succeeds, with the same outcome, and every byte is right. */
async function finish(disk: SimulatedDisk, runtime: Runtime, { operation, after }: Scene): Promise<void> {
  const storage = storageOn(disk, runtime, undefined, 2);
  await operation.run(storage, runtime);
  const state = await stateOf(storage);
  check(state === after, () => `run again it holds ${state}, expected ${after}`);
  const { problems } = await verify(storage, { snapshots: 'all' });
  check(problems.length === 0, () => `verify finds ${JSON.stringify(problems[0])}`);
}

/** The planted bug. */
function swallowing(fs: FileSystem): FileSystem {
  return {
    ...fs,
    open: async (path, flags) => {
      const file = await fs.open(path, flags);
      return {
        ...file,
        write: (bytes) => file.write(bytes).catch(() => bytes.length),
        sync: () => file.sync().catch(() => undefined),
      };
    },
  };
}
