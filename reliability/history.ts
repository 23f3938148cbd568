// What clients asked for and were told, and whether any one order explains it: strict serializability, checked against
// the line of snapshots that the lake has in the end.

import { isLakeError } from '../src/common/errors.js';
import type { Storage } from '../src/storage/storage.js';
import { findHead, openSnapshot, readExpired } from '../src/table/snapshot-lookup.js';
import { openView } from '../src/table/view.js';
import { check } from './suite.js';
import { contentsText, nothing, readContents, type Contents, type FileCache } from './tables.js';

/** One attempt of a client to commit: unknown until it was told how it ended. */
export interface Attempt {
  /** Unique; the snapshot's `operation`, so that it is known even when the snapshot expired (a rollback has its own). */
  readonly name: string;
  readonly commitId: string;
  readonly client: number;
  readonly invokedAt: number;
  /** What it saw of the lake when it computed. */
  readonly saw: Contents;
  /** The contents after it, computed on those before it; compared in parts that it read. */
  effect(before: Contents, all: ReadonlyMap<number, Contents>): Contents;
  /** Whether what it rests on is the same in both. */
  holdsOn(saw: Contents, before: Contents): boolean;
  outcome: 'open' | 'failed' | { readonly snapshotId: number; readonly endedAt: number };
}

/** What a reader saw. */
export interface Observation {
  readonly client: number;
  readonly invokedAt: number;
  readonly snapshotId: number;
  readonly contents: Contents;
}

/** What was tried on a lake, what came of it, and the tags that were acknowledged. */
export class History {
  readonly attempts: Attempt[] = [];
  readonly observations: Observation[] = [];
  /** Acknowledged, and not taken off since. */
  readonly tags = new Map<string, number>();
  #moment = 0;

  /** After a power cut nobody is told anything any more: what is in the line happened, all else never will. */
  settle({ places }: Line): void {
    for (const attempt of this.attempts) {
      if (attempt.outcome !== 'open') continue;
      const snapshotId = places.get(attempt.name);
      attempt.outcome = snapshotId === undefined ? 'failed' : { snapshotId, endedAt: this.moment() };
    }
  }

  /** A moment: later than all before. */
  moment(): number {
    return ++this.#moment;
  }
}

/** What is left of a history in the lake. */
export interface Line {
  readonly head: number;
  /** By snapshot, 0 for the empty lake. */
  readonly contents: ReadonlyMap<number, Contents>;
  /** The snapshots of attempts, by name. */
  readonly places: ReadonlyMap<string, number>;
}

/**
 * Checks that the line of snapshots explains the history, that every snapshot which did not expire is whole, and that
 * every tag which was acknowledged is there.
 */
export async function checkHistory(storage: Storage, history: History): Promise<Line> {
  const line = await replay(storage, history);
  checkOrder(history);
  checkObservations(history, line);
  return line;
}

async function replay(storage: Storage, history: History): Promise<Line> {
  const head = await findHead(storage);
  const missing = new Set(history.attempts);
  const contents = new Map([[0, nothing]]);
  const cache: FileCache = new Map();
  const places = new Map<string, number>();
  let parentSha256: string | null | undefined = null;
  for (let id = 1; id <= head; id++) {
    const entry = await entryOf(storage, id);
    const { operation, sha256, parent } = entry;
    check(
      parent === undefined || parentSha256 === undefined || parent === parentSha256,
      `snapshot ${id} names another parent`,
    );
    parentSha256 = sha256;
    const attempt = [...missing].find((each) => isOf(entry, id, each));
    check(attempt !== undefined, `snapshot ${id} (${operation}) is there twice, or nobody made it`);
    missing.delete(attempt);
    places.set(attempt.name, id);
    const after = place(attempt, id, contents);
    contents.set(id, after);
    if (parent !== undefined) await checkSnapshot(storage, id, after, cache);
  }
  for (const { name, outcome } of missing)
    check(typeof outcome !== 'object', () => `${name} was acknowledged and is not there`);
  return { head, contents, places };
}

/** The contents after an attempt at its place. */
function place(attempt: Attempt, id: number, contents: ReadonlyMap<number, Contents>): Contents {
  const { name, outcome, saw } = attempt;
  check(outcome !== 'failed', () => `${name} failed and is there as snapshot ${id}`);
  check(outcome === 'open' || outcome.snapshotId === id, () => `${name} was told another number than ${id}`);
  const before = contents.get(id - 1)!;
  check(
    attempt.holdsOn(saw, before),
    () => `${name} saw ${contentsText(saw)}, but snapshot ${id} came after ${contentsText(before)}`,
  );
  return attempt.effect(before, contents);
}

interface Entry {
  /** Undefined of an expired one. */
  readonly commitId: string | undefined;
  readonly operation: string;
  readonly sha256: string | undefined;
  /** The hash of the parent; undefined of an expired one. */
  readonly parent: string | null | undefined;
}

async function entryOf(storage: Storage, id: number): Promise<Entry> {
  try {
    const { snapshot, sha256 } = await openSnapshot(storage, id);
    const { commitId, operation } = snapshot;
    return { commitId, operation, sha256, parent: snapshot.parentSha256 };
  } catch (error) {
    if (!isLakeError(error, 'not-found')) throw error;
    const expired = await readExpired(storage, id);
    check(expired !== undefined, `snapshot ${id} is missing and did not expire`);
    return { commitId: undefined, operation: expired.operation, sha256: expired.sha256, parent: undefined };
  }
}

function isOf(
  { commitId, operation }: Entry,
  id: number,
  { name, commitId: wanted, outcome }: Attempt,
): boolean {
  if (commitId !== undefined) return commitId === wanted;
  if (operation !== 'rollback') return operation === name;
  const isPossible = outcome === 'open' || (typeof outcome === 'object' && outcome.snapshotId === id);
  return name.startsWith('rollback ') && isPossible;
}

async function checkSnapshot(
  storage: Storage,
  id: number,
  expected: Contents,
  cache: FileCache,
): Promise<void> {
  const actual = contentsText(await readContents(await openView(storage, id), cache));
  check(
    actual === contentsText(expected),
    () => `snapshot ${id} holds ${actual}, expected ${contentsText(expected)}`,
  );
}

/** What was acknowledged before another began comes before it. */
function checkOrder({ attempts }: History): void {
  const ended = attempts.flatMap(({ name, outcome }) =>
    typeof outcome === 'object' ? [{ name, ...outcome }] : [],
  );
  for (const { name, invokedAt, outcome } of attempts) {
    if (typeof outcome !== 'object') continue;
    const late = ended.find((each) => each.endedAt < invokedAt && each.snapshotId >= outcome.snapshotId);
    check(late === undefined, () => `${name} began after ${late?.name} had ended, and comes before it`);
  }
}

/** A reader sees one snapshot, none older than what was acknowledged before, and never goes back. */
function checkObservations({ attempts, observations }: History, { head, contents }: Line): void {
  const newest = new Map<number, number>();
  for (const { client, invokedAt, snapshotId, contents: seen } of observations) {
    check(snapshotId <= head, `client ${client} saw snapshot ${snapshotId}, which is gone`);
    const expected = contents.get(snapshotId)!;
    check(
      contentsText(seen) === contentsText(expected),
      () =>
        `client ${client} saw ${contentsText(seen)} in snapshot ${snapshotId}, which holds ${contentsText(expected)}`,
    );
    check(snapshotId >= (newest.get(client) ?? 0), `client ${client} went back to snapshot ${snapshotId}`);
    newest.set(client, snapshotId);
    const missed = attempts.find(
      ({ outcome }) =>
        typeof outcome === 'object' && outcome.endedAt < invokedAt && outcome.snapshotId > snapshotId,
    );
    check(
      missed === undefined,
      () => `client ${client} saw snapshot ${snapshotId} after ${missed?.name} was acknowledged`,
    );
  }
}
