// Two to five clients over one storage, their steps interleaved by a seed. Whatever they were told and saw must be what
// some order of their operations explains, and that order must respect what had ended before what began.

import { localStorage } from '../../src/storage/local.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import type { Storage } from '../../src/storage/storage.js';
import { checkTags, perform, type Operation } from '../clients.js';
import { checkHistory, History } from '../history.js';
import { MemoryObjects, type RequestFault } from '../object-store-in-memory.js';
import { randomOf, type Random } from '../random.js';
import { Scheduler } from '../scheduler.js';
import { simulatedDisk, simulatedProcesses } from '../simulated-disk.js';
import { eachRun, type Suite, type Tally } from '../suite.js';

/** Every order of the calls of several processes. */
export const schedule: Suite = {
  name: 'schedule',
  promise: 'Commits are strictly serializable across all tables, and every reader sees exactly one snapshot.',
  method:
    'a seeded scheduler decides which storage call of 2–5 writers, readers and maintainers goes next, on a disk, in memory and in an object store that doubles requests and loses answers; the history is explained by one order or it is not',
  unit: 'schedules',
  fullRuns: 100_000,
  plantedBug: 'the commit looks whether the number is free and then writes it, instead of one exclusive step',
  divisible: true,
  run: (options) => eachRun(options, (random, tally) => oneSchedule(random, tally, options.plant)),
};

const operations: readonly Operation[] = [
  'append',
  'append',
  'increment',
  'increment',
  'increment',
  'copy',
  'copy',
  'total',
  'merge',
  'rollback',
  'read',
  'read',
  'read',
  'tag',
  'untag',
  'expire',
  'vacuum',
];

async function oneSchedule(random: Random, tally: Tally, plant: boolean): Promise<void> {
  const scheduler = new Scheduler(random);
  const history = new History();
  const kind = random.pick(['disk', 'memory', 'store', 'store'] as const);
  const open = { disk: onDisk, memory: inMemory, store: inStore }[kind](scheduler, random, plant);
  const clients = Array.from({ length: 2 + random.below(4) }, (_, i) => i);
  const work = clients.map(async (number) => {
    const storage = plant && kind !== 'store' ? checkThenWrite(open(number)) : open(number);
    const chance = randomOf(random.below(2 ** 31));
    const client = { number, storage, runtime: scheduler.runtime(number), random: chance, history };
    for (let left = 1 + chance.below(3); left > 0; left--) await perform(client, chance.pick(operations));
  });
  await scheduler.run(Promise.all(work));
  const storage = open(-1);
  const { head } = await checkHistory(storage, history);
  await checkTags(storage, history);
  tally.add('steps', scheduler.steps);
  tally.add('snapshots', head);
  tally.add('conflicts', history.attempts.filter(({ outcome }) => outcome === 'failed').length);
  tally.add('reads', history.observations.length);
}

/** The storage as a client sees it; client -1 looks on and waits for nobody. */
type OpenFor = (client: number) => Storage;

function inMemory(scheduler: Scheduler): OpenFor {
  const memory = memoryStorage(scheduler.runtime(-1));
  return (client) => {
    if (client < 0) return memory;
    const gate = (): Promise<void> => scheduler.gate(client);
    return gatedLocks(memory.seenBy(scheduler.runtime(client), gate), gate);
  };
}

function onDisk(scheduler: Scheduler): OpenFor {
  const disk = simulatedDisk({ now: () => scheduler.now() / 1000, renames: 'whole' });
  return (client) => {
    if (client < 0) return localStorage('/lake', scheduler.runtime(client), disk.fileSystem());
    const gate = (): Promise<undefined> => scheduler.gate(client).then(() => undefined);
    const storage = localStorage(
      '/lake',
      scheduler.runtime(client),
      disk.fileSystem(gate),
      simulatedProcesses(1),
    );
    return { ...storage, read: async (...read) => (await gate(), storage.read(...read)) };
  };
}

/**
 * An object store: each request is a step. Some arrive twice, and the answer to some commits is lost. The planted bug is the
 * store's own: it looks whether the condition holds, and writes later.
 */
function inStore(scheduler: Scheduler, random: Random, plant: boolean): OpenFor {
  const objects = new MemoryObjects();
  const now = (): number => scheduler.now() / 1000;
  return (client) => {
    const before = async (operation: string, key: string): Promise<RequestFault> => {
      if (client < 0) return 'none';
      await scheduler.gate(client);
      if (operation === 'create' && key.endsWith('/snapshot.json') && random.chance(0.1)) return 'lost after';
      return random.chance(0.05) ? 'doubled' : 'none';
    };
    const store = objects.client({ before, now, ...(plant && { bug: 'checks, then writes' as const }) });
    return objectStorage(store, scheduler.runtime(client), simulatedProcesses(1));
  };
}

/** In memory a lock is no step of its own. */
function gatedLocks(storage: Storage, gate: () => Promise<void>): Storage {
  return {
    ...storage,
    lock: async (...lock) => (await gate(), storage.lock(...lock)),
    heldLocks: async (prefix) => (await gate(), storage.heldLocks(prefix)),
  };
}

/** The planted bug. */
function checkThenWrite(storage: Storage): Storage {
  return {
    ...storage,
    publish: async (folder, files, token) => {
      if ((await storage.names(folder)).length > 0) return 'taken';
      await storage.delete(folder);
      return storage.publish(folder, files, token);
    },
  };
}
