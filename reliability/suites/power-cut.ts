// Up to four writers on a disk that forgets what was not synced; the power fails at any call, the lake is opened again,
// checked, and worked on, until the power fails again. What was acknowledged must be there, whole, each time.

import type { Runtime } from '../../src/common/runtime.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { verify } from '../../src/table/verify/verify.js';
import { checkTags, perform, type Operation } from '../clients.js';
import { checkHistory, History } from '../history.js';
import { randomOf, type Random } from '../random.js';
import { Scheduler } from '../scheduler.js';
import {
  simulatedDisk,
  simulatedProcesses,
  type DiskCall,
  type DiskOptions,
  type SimulatedDisk,
} from '../simulated-disk.js';
import { check, eachRun, type Suite, type Tally } from '../suite.js';

/** A power cut at any moment. */
export const powerCut: Suite = {
  name: 'power cut',
  promise: 'What was acknowledged survives a power cut, whole; what was not leaves no trace that harms.',
  method:
    'a disk that keeps only what was synced, and of the rest any part in any order; cut at any call, opened again, checked, worked on',
  unit: 'histories',
  fullRuns: 100_000,
  plantedBug: 'syncs of folders, or of files, say that they worked and do nothing',
  divisible: true,
  run: (options) =>
    eachRun(options, (random, tally, run) => oneHistory(random, tally, options.plant ? plantOf(run) : {})),
};

const operations: readonly Operation[] = [
  'append',
  'append',
  'append',
  'increment',
  'increment',
  'copy',
  'total',
  'merge',
  'rollback',
  'tag',
  'untag',
  'expire',
  'vacuum',
];

/** Calls within which the power fails, if the work has not ended by then. */
const longestMoment = 700;

function plantOf(run: number): Pick<DiskOptions, 'deaf'> {
  return { deaf: run % 2 === 0 ? 'folders' : 'files' };
}

async function oneHistory(random: Random, tally: Tally, plant: Pick<DiskOptions, 'deaf'>): Promise<void> {
  let scheduler = new Scheduler(random);
  const now = (): number => scheduler.now() / 1000;
  let disk = simulatedDisk({ now, renames: random.pick(['whole', 'split']), ...plant });
  const history = new History();
  for (let boot = 1 + random.below(3); boot > 0; boot--) {
    scheduler = new Scheduler(random, scheduler.now());
    await work({ disk, scheduler, history, random, boot }, tally);
    disk = disk.afterPowerCut(random);
    await checkAfterCut(disk, scheduler.runtime(-1), history, random);
  }
  tally.add('snapshots', [...history.attempts].filter(({ outcome }) => typeof outcome === 'object').length);
}

interface Boot {
  readonly disk: SimulatedDisk;
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly random: Random;
  readonly boot: number;
}

/** Everybody works until the power fails, or until all is done: then it fails afterwards. */
async function work({ disk, scheduler, history, random, boot }: Boot, tally: Tally): Promise<void> {
  let left = 1 + random.below(longestMoment);
  let commits = random.chance(0.3) ? 1 + random.below(4) : Infinity;
  const slowSyncMs = random.pick([0, 0, 5000]); // others build on a commit before it is synced
  const committed = new Set<number>();
  const turn = async (client: number, call: DiskCall): Promise<undefined> => {
    await scheduler.gate(client, committed.delete(client) ? slowSyncMs : 0);
    if (isCommit(call)) committed.add(client);
    if (isCommit(call) && --commits <= 0) left = 1; // right after a commit that is not synced yet
    if (--left <= 0) scheduler.stop();
    if (left < 0) await ended();
  };
  const clients = Array.from({ length: 1 + random.below(4) }, (_, i) => boot * 10 + i);
  const all = clients.map(async (number) => {
    const runtime = scheduler.runtime(number);
    const storage = localStorage(
      '/lake',
      runtime,
      disk.fileSystem((call) => turn(number, call)),
      simulatedProcesses(boot),
    );
    const client = { number, storage, runtime, random: randomOf(random.below(2 ** 31)), history };
    for (let i = 1 + random.below(3); i > 0; i--) await perform(client, client.random.pick(operations));
  });
  await scheduler.run(Promise.all(all));
  tally.add('calls', scheduler.steps);
  tally.add('power cuts at work', left <= 0 ? 1 : 0);
}

function isCommit({ operation, to = '' }: DiskCall): boolean {
  return operation === 'rename' && /_manifests\/\d{10}$/.test(to);
}

/** Nothing of the process runs any more. (A promise of its own each time: one for all would keep all of them in memory.) */
function ended(): Promise<never> {
  return new Promise(() => undefined);
}

async function checkAfterCut(
  disk: SimulatedDisk,
  runtime: Runtime,
  history: History,
  random: Random,
): Promise<void> {
  const storage = localStorage('/lake', runtime, disk.fileSystem(), simulatedProcesses(0));
  history.observations.length = 0; // what was seen need not last, what was acknowledged must
  const line = await checkHistory(storage, history);
  history.settle(line);
  await checkTags(storage, history);
  if (line.head > 0 && random.chance(0.2)) await verifyAll(storage);
}

async function verifyAll(storage: Storage): Promise<void> {
  const { problems } = await verify(storage, { snapshots: 'all' });
  check(problems.length === 0, () => `verify found ${JSON.stringify(problems[0])}`);
}
