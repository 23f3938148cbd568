// Eight processes commit to one real folder as fast as they can. Every commit that one of them was told of is there
// once, at the number that it was told, in a chain of parents without holes.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { findHead, openSnapshot } from '../../src/table/snapshot-lookup.js';
import { readDataFile } from '../../src/table/read.js';
import { openHead } from '../../src/table/view.js';
import { compiledProduct, programPath } from '../places.js';
import { check, type Failure, type Suite, type SuiteOptions, type SuiteResult } from '../suite.js';
import { filesOf } from '../tables.js';

/** Many processes commit at once. */
export const contention: Suite = {
  name: 'contention',
  promise: 'Any number of processes commit to one plain folder at once, and no acknowledged commit is lost.',
  method:
    '8 processes begin together and commit as fast as they can; afterwards every acknowledged commit is looked up in the chain of snapshots',
  unit: 'commits',
  fullRuns: 40_000,
  plantedBug: 'the commit renames files into place, which replaces those of another winner',
  run,
};

const processes = 8;

interface Acknowledged {
  readonly commitId: string;
  readonly snapshotId: number;
}

async function run(options: SuiteOptions): Promise<SuiteResult> {
  const { runs, seed, workFolder } = options;
  const root = join(workFolder, 'lake');
  const each = Math.max(1, Math.round(runs / processes));
  const started = performance.now();
  const failures: Failure[] = [];
  const facts: Record<string, string | number> = {};
  try {
    const acknowledged = await runWriters(root, each, options);
    facts['commits a second'] = Math.round((acknowledged.length / (performance.now() - started)) * 1000);
    await checkChain(localStorage(root, systemRuntime()), acknowledged, each * processes);
  } catch (error) {
    failures.push({ run: 0, seed, what: error instanceof Error ? error.message : String(error) });
  }
  return { runs: each * processes, failures, failed: failures.length, facts: { processes, ...facts } };
}

async function runWriters(
  root: string,
  commits: number,
  options: SuiteOptions,
): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  const writers: ChildProcess[] = [];
  let ready = 0;
  const exits = Array.from({ length: processes }, async (_, writer) => {
    const args = [compiledProduct.href, root, String(writer), String(commits), options.plant ? 'plant' : ''];
    const child = fork(programPath('contention-writer.mjs'), args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    writers.push(child);
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('message', (message: Acknowledged | 'ready') => {
      if (message === 'ready') {
        if (++ready === processes) for (const each of writers) each.send('go');
        return;
      }
      acknowledged.push(message);
      options.onProgress(acknowledged.length, commits * processes);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (ready < processes) for (const each of writers) each.kill(); // the others would wait for it
    check(
      code === 0,
      () =>
        `writer ${writer} ended with ${code}: ${/\w*Error: [^\n]*/.exec(errors)?.[0] ?? errors.slice(-300)}`,
    );
  });
  for (const exit of await Promise.allSettled(exits)) if (exit.status === 'rejected') throw exit.reason;
  return acknowledged;
}

async function checkChain(
  storage: Storage,
  acknowledged: readonly Acknowledged[],
  expected: number,
): Promise<void> {
  const byNumber = new Map(acknowledged.map(({ snapshotId, commitId }) => [snapshotId, commitId]));
  const lost = acknowledged.length - byNumber.size;
  check(lost === 0, `${lost} of ${acknowledged.length} acknowledged commits share a number with another`);
  const head = await findHead(storage);
  check(
    head === expected && acknowledged.length === expected,
    `${acknowledged.length} of ${expected} commits were acknowledged, and the head is ${head}`,
  );
  let parent: string | null = null;
  for (let id = 1; id <= head; id++) {
    const { snapshot, sha256 } = await openSnapshot(storage, id);
    check(
      snapshot.commitId === byNumber.get(id),
      `snapshot ${id} is of another commit than the one that was told so`,
    );
    check(snapshot.parentSha256 === parent, `snapshot ${id} names another parent than the one before it`);
    parent = sha256;
  }
  await checkHead(storage, expected);
}

/** Every shared commit left its file in the shared table, and everything reads. */
async function checkHead(storage: Storage, expected: number): Promise<void> {
  const view = (await openHead(storage))!;
  const shared = await filesOf(view, 'bronze.shared');
  const each = expected / processes;
  check(shared.length === Math.floor(each / 25) * processes, `the shared table has ${shared.length} files`);
  for (const table of view.tables)
    for (const file of await filesOf(view, table)) await readDataFile(storage, file);
}
