// Containers on one machine often share a host name, and their process numbers say nothing to each other. Writers and
// rollbacks work in namespaces of their own while this process cleans up beside them without any grace.

import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeFileSync } from 'node:fs';
import { uuid, type Runtime } from '../../src/common/runtime.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { localStorage } from '../../src/storage/local.js';
import { nodeFileSystem } from '../../src/storage/file-system.js';
import { systemProcesses, type Processes } from '../../src/storage/processes.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openHead } from '../../src/table/view.js';
import { expectWhole } from '../lake-signature.js';
import { spawnInNamespace, whyNoNamespaces } from '../namespaces.js';
import { compiledProduct, programPath } from '../places.js';
import type { Random } from '../random.js';
import { check, eachRun, type Suite, type SuiteOptions, type Tally } from '../suite.js';
import { log, logFile, writeReplacements } from '../tables.js';

/** Processes in containers that share a host name. */
export const namespaces: Suite = {
  name: 'namespaces',
  promise:
    'A process in another container under the same host name is never taken for dead: nothing that it is about to name is deleted, and its commit succeeds.',
  method:
    'Writers, rollbacks and `lake ingest` in PID namespaces of their own, on a real folder, with vacuum and expire without grace beside them all the time, at least once in the middle of their work; some are killed, and their files go an hour later.',
  unit: 'processes',
  fullRuns: 120,
  plantedBug: 'owners of locks are told by host name and process number alone',
  unavailable: whyNoNamespaces,
  run: (options) => eachRun(options, (random, tally, run) => oneProcess(options, random, tally, run)),
};

const kinds = ['write', 'rollback', 'write', 'killed', 'ingest'] as const;
type Kind = (typeof kinds)[number];

async function oneProcess(options: SuiteOptions, random: Random, tally: Tally, run: number): Promise<void> {
  const kind = kinds[run % kinds.length]!;
  const root = join(options.workFolder, `lake-${run}`);
  const clean = cleaner(root, kind, options.plant);
  if (kind === 'ingest') await workBeside(ingestArgs(root), kind, 0, () => Promise.resolve());
  else await makeLake(localStorage(root, systemRuntime()));
  if (kind === 'killed') await killInTheMiddle(root, clean);
  else if (kind === 'ingest') await workBeside(ingestArgs(root), kind, 0, clean);
  else await workBeside(workerArgs(root, kind), kind, random.below(150), clean);
  await expectWhole(localStorage(root, systemRuntime()), kind);
  tally.add(kind);
}

/** Three snapshots, of which an expiry would keep the last. */
async function makeLake(storage: Storage): Promise<void> {
  const runtime = systemRuntime();
  for (const id of ['a', 'b', 'c']) {
    const base = await openHead(storage);
    const removed = ((await (await base?.table(log.name))?.files()) ?? []).map(({ path }) => path);
    const commitId = uuid(runtime);
    const replacements = [{ definition: log, removed, files: [await logFile([id])] }];
    const changes = await writeReplacements(storage, base, commitId, replacements);
    await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
  }
}

/** Cleans up once, without grace, as a process of this namespace. */
function cleaner(root: string, kind: Kind, plant: boolean): (runtime?: Runtime) => Promise<void> {
  return async (runtime = systemRuntime()) => {
    const storage = localStorage(root, runtime, nodeFileSystem, plant ? credulous : systemProcesses);
    if (kind === 'rollback')
      await expire(storage, runtime, { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER });
    await vacuum(storage, runtime, { graceMs: 0 });
  };
}

/** The planted bug: every owner is a neighbour. */
const credulous: Processes = {
  ...systemProcesses,
  fateOf: ({ pid, host, processStart }) =>
    systemProcesses.fateOf({ ...systemProcesses.self, pid, host, processStart }),
};

/**
 * One process, and the clean-up again and again for as long as it works. Once it is in the middle of its work, it goes on
 * only after a clean-up that began then has ended, and `waitMs` more.
 */
async function workBeside(
  args: readonly string[],
  kind: Kind,
  waitMs: number,
  clean: () => Promise<void>,
): Promise<void> {
  const child = spawnInNamespace(args);
  const ended = once(child, 'close') as Promise<[number | null]>;
  let last = '';
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => (last = line));
  if (kind !== 'ingest') await Promise.race([once(lines, 'line'), ended]);
  const isOver = ended.then(([code]) => {
    if (kind === 'ingest') last = code === 0 ? 'published' : errors;
    return true;
  });
  await clean();
  setTimeout(() => child.stdin.end(), waitMs);
  while (!(await Promise.race([isOver, sleep(5).then(() => false)]))) await clean();
  check(last === 'published', () => `the ${kind} ended with: ${last} ${errors.slice(-300)}`);
}

/** Whoever is killed leaves a lock that nobody here can judge: its files stay for an hour, and then go. */
async function killInTheMiddle(root: string, clean: (runtime?: Runtime) => Promise<void>): Promise<void> {
  const child = spawnInNamespace(workerArgs(root, 'write'));
  await once(createInterface({ input: child.stdout }), 'line');
  const storage = localStorage(root, systemRuntime());
  const before = (await storage.list('bronze')).length;
  child.kill('SIGKILL');
  await once(child, 'close');
  await clean();
  const stayed = (await storage.list('bronze')).length;
  check(
    stayed >= before - 2,
    () => `${before - stayed} files of a process that nobody can judge were deleted`,
  );
  const runtime = systemRuntime();
  await clean({ ...runtime, now: () => runtime.now() + 2 * 3_600_000_000 });
  check((await storage.heldLocks('')).length === 0, 'the lock of a dead process stays for ever');
  check((await storage.list('bronze')).length < before - 2, 'the files of a dead process stay for ever');
}

function workerArgs(root: string, kind: 'write' | 'rollback'): readonly string[] {
  return [programPath('namespace-worker.mjs'), compiledProduct.href, root, kind];
}

let batches = 0;

/** Ingests new events each time. */
function ingestArgs(root: string): readonly string[] {
  const batch = (batches += 1);
  const file = join(dirname(root), `events-${batch}.ndjson`);
  const record = (i: number): string =>
    JSON.stringify({
      event_id: `e${batch}-${i}`,
      event_type: 'purchase',
      user_id: `u${i % 5}`,
      schema_version: 2,
      timestamp: `2024-01-0${1 + (i % 9)}T10:00:00Z`,
      amount: i,
      currency: 'USD',
      tax: 0,
    });
  writeFileSync(file, `${Array.from({ length: 40 }, (_, i) => record(i)).join('\n')}\n`);
  const program = fileURLToPath(new URL('cli/main.js', compiledProduct));
  return [program, 'ingest', file, '--ingest-date', '2024-06-02', '--lake', root, '--quiet'];
}
