import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/common/sha256.js';
import { snapshotPath } from '../../src/format/paths.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { listSnapshots } from '../../src/table/snapshot-lookup.js';
import { readDataFile } from '../../src/table/read.js';
import { openHead } from '../../src/table/view.js';
import { runtime } from './lake-fixture.js';

interface Acknowledged {
  readonly id: string;
  readonly snapshotId: number;
}

describe('real processes on one lake', () => {
  let root: string;
  let storage: Storage;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lake-race-'));
    storage = localStorage(root, runtime);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('lose no acknowledged commit in a race of 4 × 50, and leave a chain without holes', async () => {
    const lists = await Promise.all(['a', 'b', 'c', 'd'].map((name) => runWriter(name, 50).ended));
    const acknowledged = lists.flat();
    expect(acknowledged).toHaveLength(200);
    expect(new Set(acknowledged.map((each) => each.snapshotId)).size).toBe(200);
    await expectWhole(acknowledged);
    expect((await readdir(join(root, '_manifests'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('keep every acknowledged commit when they are killed, once each, and the lake stays writable', async () => {
    const acknowledged: Acknowledged[] = [];
    for (let round = 0; round < 6; round++) {
      const writers = [`k${round}`, `l${round}`].map((name) => runWriter(name, 1000));
      await Promise.all(writers.map((writer) => writer.first));
      await runtime.sleep(round * 17);
      for (const writer of writers) writer.kill();
      acknowledged.push(...(await Promise.all(writers.map((writer) => writer.ended))).flat());
    }
    acknowledged.push(...(await runWriter('last', 1).ended));
    await expectWhole(acknowledged);
  });

  function runWriter(
    name: string,
    commits: number,
  ): { first: Promise<unknown>; ended: Promise<Acknowledged[]>; kill: () => void } {
    const child = fork(new URL('./commit-loop.mjs', import.meta.url), [root, name, String(commits)]);
    const acknowledged: Acknowledged[] = [];
    child.on('message', (message) => acknowledged.push(message as Acknowledged));
    return {
      first: once(child, 'message'),
      ended: once(child, 'exit').then(() => acknowledged),
      kill: () => void child.kill('SIGKILL'),
    };
  }

  /** The chain has no holes, names its parents, and every acknowledged row is in the head exactly once, readable. */
  async function expectWhole(acknowledged: readonly Acknowledged[]): Promise<void> {
    const snapshots = (await listSnapshots(storage, 100_000)).toReversed();
    expect(snapshots.map((each) => each.snapshotId)).toEqual(snapshots.map((_, i) => i + 1));
    for (const { snapshotId, parentSha256 } of snapshots.slice(1)) {
      expect(parentSha256).toBe(await sha256(await storage.read(snapshotPath(snapshotId - 1))));
    }
    const files = (await (await (await openHead(storage))?.table('bronze.log'))?.files()) ?? [];
    const ids = files.map((file) => String(file.columns['1']?.min));
    expect(new Set(ids).size).toBe(ids.length);
    expect(acknowledged.filter(({ id }) => !ids.includes(id))).toEqual([]);
    for (const file of files) await readDataFile(storage, file);
  }
});
