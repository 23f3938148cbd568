// What a client does: one small operation after the other, computed again when another writer won, written down in a
// history.

import { isLakeError, LakeError } from '../src/common/errors.js';
import { uuid, type Runtime } from '../src/common/runtime.js';
import type { Storage } from '../src/storage/storage.js';
import { commit, type TableRead } from '../src/table/commit.js';
import { expire } from '../src/table/maintenance/expire.js';
import { listTags } from '../src/table/snapshot-lookup.js';
import { rollback } from '../src/table/history/rollback.js';
import { tagSnapshot, untag } from '../src/table/history/tags.js';
import { vacuum } from '../src/table/maintenance/vacuum.js';
import { openHead, openView, type LakeView } from '../src/table/view.js';
import { announceWriter } from '../src/table/writers.js';
import type { Attempt, History } from './history.js';
import type { Random } from './random.js';
import {
  contentsText,
  counterFile,
  counterOf,
  counters,
  days,
  discardReplacements,
  filesOf,
  log,
  logFile,
  readContents,
  sumOf,
  total,
  totalFile,
  writeReplacements,
  type Contents,
  type Replacement,
} from './tables.js';

/** A process that works on the lake: its storage, its clock and chance, and the history that it enters what it did in. */
interface Client {
  readonly number: number;
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly random: Random;
  readonly history: History;
}

/** What a client can do. */
export type Operation =
  | 'append'
  | 'increment'
  | 'copy'
  | 'total'
  | 'merge'
  | 'rollback'
  | 'read'
  | 'tag'
  | 'untag'
  | 'expire'
  | 'vacuum';

/** How often a client computes again before it gives up: conflicts are no failure. */
const maxAttempts = 8;

/** What is expected of an operation that others disturb. */
const disturbed: readonly string[] = ['conflict', 'not-found'];

/** Does one operation. @throws what no other client explains */
export async function perform(client: Client, operation: Operation): Promise<void> {
  switch (operation) {
    case 'append':
    case 'increment':
    case 'copy':
    case 'total':
    case 'merge':
      return change(client, operation);
    case 'rollback':
      return rollBack(client);
    case 'read':
      return observe(client);
    case 'tag':
    case 'untag':
    case 'expire':
    case 'vacuum':
      return maintain(client, operation).catch((error: unknown) => {
        if (!(error instanceof LakeError && disturbed.includes(error.code))) throw error;
      });
  }
}

/** To any snapshot that can be opened. */
async function rollBack(client: Client): Promise<void> {
  const { number, storage, runtime, random, history } = client;
  const invokedAt = history.moment();
  const [commitId, name] = [uuid(runtime), `rollback ${number}.${invokedAt}`];
  let attempt: Attempt | undefined;
  try {
    const head = await openHead(storage);
    if (head === null) return;
    const to = await openView(storage, 1 + random.below(head.snapshot.snapshotId));
    const saw = await readContents(head);
    attempt = {
      name,
      commitId,
      client: number,
      invokedAt,
      saw,
      effect: (_, all) => all.get(to.snapshot.snapshotId)!,
      holdsOn: (then, before) => contentsText(then) === contentsText(before),
      outcome: 'open',
    };
    history.attempts.push(attempt);
    const { snapshot } = await rollback(storage, runtime, { head, to, commitId });
    attempt.outcome = snapshot === null ? 'failed' : { snapshotId: snapshot, endedAt: history.moment() };
  } catch (error) {
    if (!isLakeError(error, 'conflict') && !isLakeError(error, 'not-found')) throw error;
    if (attempt !== undefined) attempt.outcome = 'failed';
  }
}

async function observe({ number, storage, history }: Client): Promise<void> {
  const invokedAt = history.moment();
  try {
    const view = await openHead(storage);
    const contents = await readContents(view);
    history.observations.push({
      client: number,
      invokedAt,
      snapshotId: view?.snapshot.snapshotId ?? 0,
      contents,
    });
  } catch (error) {
    if (!isLakeError(error, 'not-found')) throw error; // it expired while it was read
  }
}

async function maintain(client: Client, operation: 'tag' | 'untag' | 'expire' | 'vacuum'): Promise<void> {
  const { storage, runtime, random } = client;
  if (operation === 'expire')
    return void (await expire(storage, runtime, {
      keep: 1 + random.below(2),
      olderThanMicros: runtime.now(),
    }));
  if (operation === 'vacuum')
    return void (await vacuum(storage, runtime, { graceMs: random.pick([0, 0, 1]) }));
  return operation === 'tag' ? tag(client) : takeOff(client);
}

async function tag({ number, storage, runtime, random, history }: Client): Promise<void> {
  const view = await openHead(storage);
  if (view === null) return;
  const snapshotId = Math.max(1, view.snapshot.snapshotId - random.below(3));
  const name = `t${number}-${history.moment()}`;
  await tagSnapshot(storage, runtime, { name, snapshotId });
  history.tags.set(name, snapshotId);
}

async function takeOff({ storage, random, history }: Client): Promise<void> {
  const names = [...history.tags.keys()];
  if (names.length === 0) return;
  const name = random.pick(names);
  history.tags.delete(name);
  await untag(storage, name);
}

type Change = 'append' | 'increment' | 'copy' | 'total' | 'merge';

/** What a change does to tables that hold certain contents. */
interface Computed {
  readonly replacements: readonly Replacement[];
  readonly reads: readonly TableRead[];
  readonly effect: Attempt['effect'];
  readonly holdsOn: Attempt['holdsOn'];
}

async function change(client: Client, operation: Change): Promise<void> {
  const started = client.runtime.now();
  const writer = await announceWriter(client.storage, client.runtime);
  try {
    for (let i = 0; i < maxAttempts; i++) if (await tryChange(client, operation, started)) return;
  } finally {
    await writer.release();
  }
}

/** False when another writer won. */
async function tryChange(client: Client, operation: Change, startedAt: number): Promise<boolean> {
  const { number, storage, runtime, random, history } = client;
  const invokedAt = history.moment();
  const commitId = uuid(runtime);
  const name = `${operation} ${number}.${invokedAt}`;
  let attempt: Attempt | undefined;
  let written: Awaited<ReturnType<typeof writeReplacements>> = [];
  try {
    const base = await openHead(storage);
    const saw = await readContents(base);
    const { replacements, reads, effect, holdsOn } = await compute(operation, base, saw, { random, name });
    written = await writeReplacements(storage, base, commitId, replacements);
    attempt = { name, commitId, client: number, invokedAt, saw, effect, holdsOn, outcome: 'open' };
    history.attempts.push(attempt);
    const { snapshotId } = await commit(storage, runtime, {
      base,
      commitId,
      operation: name,
      summary: {},
      changes: written,
      reads,
      startedAt,
    });
    attempt.outcome = { snapshotId, endedAt: history.moment() };
    return true;
  } catch (error) {
    if (!isLakeError(error, 'conflict') && !isLakeError(error, 'not-found')) throw error;
    if (attempt !== undefined) attempt.outcome = 'failed';
    await discardReplacements(storage, written);
    return false;
  }
}

interface Chance {
  readonly random: Random;
  /** Of the attempt: what it appends. */
  readonly name: string;
}

async function compute(
  operation: Change,
  base: LakeView | null,
  saw: Contents,
  { random, name }: Chance,
): Promise<Computed> {
  switch (operation) {
    case 'append':
      return append(name.replace(' ', '-'));
    case 'merge':
      return merge(base, saw);
    case 'increment': {
      const day = random.pick(days);
      return setCounter(base, saw, { day, from: [day], value: (before) => counterOf(before, day) + 1 });
    }
    case 'copy': {
      const [day, ...from] = [random.pick(days), random.pick(days), random.pick(days)] as const;
      const value = (before: Contents): number =>
        from.reduce((sum, each) => sum + counterOf(before, each), 1) % 1000;
      return setCounter(base, saw, { day, from: [day, ...from], value });
    }
    case 'total':
      return setTotal(base, saw);
  }
}

async function append(id: string): Promise<Computed> {
  return {
    replacements: [{ definition: log, removed: [], files: [await logFile([id])] }],
    reads: [],
    effect: (before) => ({ ...before, log: [...before.log, id].sort() }),
    holdsOn: () => true,
  };
}

/** As compaction does: many files become one, whatever comes beside them meanwhile. */
async function merge(base: LakeView | null, saw: Contents): Promise<Computed> {
  const removed = (await filesOf(base, log.name)).map(({ path }) => path);
  const files = removed.length === 0 ? [] : [await logFile(saw.log)];
  return {
    replacements: [{ definition: log, removed, files }],
    reads: [],
    effect: (before) => before,
    holdsOn: (then, before) => then.log.every((id) => before.log.includes(id)),
  };
}

interface NewValue {
  readonly day: string;
  /** The counters that the value is made of. */
  readonly from: readonly string[];
  readonly value: (before: Contents) => number;
}

async function setCounter(
  base: LakeView | null,
  saw: Contents,
  { day, from, value }: NewValue,
): Promise<Computed> {
  const files = await filesOf(base, counters.name);
  const removed = files.filter(({ partition }) => partition['day'] === day).map(({ path }) => path);
  return {
    replacements: [{ definition: counters, removed, files: [await counterFile(day, value(saw))] }],
    reads: [{ table: counters.name, partitions: from }],
    effect: (before) => ({ ...before, counters: { ...before.counters, [day]: value(before) } }),
    holdsOn: (then, before) => from.every((each) => counterOf(then, each) === counterOf(before, each)),
  };
}

async function setTotal(base: LakeView | null, saw: Contents): Promise<Computed> {
  const removed = (await filesOf(base, total.name)).map(({ path }) => path);
  const value = (before: Contents): number => sumOf(before);
  return {
    replacements: [{ definition: total, removed, files: [await totalFile(value(saw))] }],
    reads: [{ table: counters.name }],
    effect: (before) => ({ ...before, total: value(before) }),
    holdsOn: (then, before) => contentsText({ ...then, log: [] }) === contentsText({ ...before, log: [] }),
  };
}

/** Every tag that was acknowledged is there, and its snapshot can be opened. */
export async function checkTags(storage: Storage, history: History): Promise<void> {
  const found = await listTags(storage);
  for (const [name, snapshotId] of history.tags) {
    if (found.get(name) !== snapshotId) throw new Error(`tag ${name} of snapshot ${snapshotId} is lost`);
    await openView(storage, snapshotId);
  }
}
