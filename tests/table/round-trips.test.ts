// How many requests follow each other when a lake lies in a store, where each takes tens of milliseconds: those that are
// sent beside each other count once.

import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { readDataFile } from '../../src/table/read.js';
import { openAt, openHead, requireTable } from '../../src/table/view.js';
import { MemoryObjects } from '../../reliability/object-store-in-memory.js';
import { add, dayFile, events, plainFile, runtime, totals, written } from './lake-fixture.js';

/** Long beside what is computed between requests. */
const latencyMs = 40;

/** A storage whose requests take their time, and how many of them were in sequence. */
class CountedStore {
  readonly storage: Storage;
  #spans: { readonly start: number; readonly end: number }[] = [];
  constructor(objects: MemoryObjects) {
    const before = async (): Promise<'none'> => {
      const start = performance.now();
      await new Promise((go) => setTimeout(go, latencyMs));
      this.#spans.push({ start, end: performance.now() });
      return 'none';
    };
    this.storage = objectStorage(objects.client({ before }), runtime);
  }

  /** The longest row of requests of which each began after the one before had ended; and how many there were in all. */
  async count(
    work: (storage: Storage) => Promise<unknown>,
  ): Promise<{ readonly sequence: number; readonly all: number }> {
    this.#spans = [];
    await work(this.storage);
    let [sequence, endedAt] = [0, -Infinity];
    for (const { start, end } of this.#spans.toSorted((a, b) => a.end - b.end)) {
      if (start < endedAt) continue;
      sequence++;
      endedAt = end;
    }
    return { sequence, all: this.#spans.length };
  }
}

/** A lake of so many days: each adds a file of events, and makes the totals anew. The store counts from then on. */
async function lakeOf(days: number): Promise<CountedStore> {
  const objects = new MemoryObjects();
  const quick = objectStorage(objects.client(), runtime);
  for (let i = 0; i < days; i++) {
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    await add(quick, events, [await dayFile(day, `e${i}`)]);
    const before = await (await (await openHead(quick))?.table(totals.name))?.files();
    await add(
      quick,
      totals,
      [await plainFile(`t${i}`)],
      before?.map(({ path }) => path),
    );
  }
  return new CountedStore(objects);
}

describe('requests in sequence', () => {
  it('are at most 3 to open the newest snapshot', async () => {
    const { sequence } = await (await lakeOf(3)).count(openHead);
    expect(sequence).toBeLessThanOrEqual(3);
  });

  it('are at most 5 to read a table of gold', async () => {
    const { sequence } = await (
      await lakeOf(3)
    ).count(async (storage) => {
      const table = await requireTable(await openAt(storage, 'head'), totals.name);
      await Promise.all((await table.files()).map((file) => readDataFile(storage, file)));
    });
    expect(sequence).toBeLessThanOrEqual(5);
  });

  const commitTables = async (storage: Storage, files: number): Promise<void> => {
    const base = (await openHead(storage))!;
    const commitId = uuid(runtime);
    const days = Array.from({ length: files }, (_, i) =>
      dayFile(`2025-01-${String(i + 1).padStart(2, '0')}`, 'x'),
    );
    const added = await written(storage, base, events, await Promise.all(days), commitId);
    const more = await written(storage, base, totals, [await plainFile(commitId)], commitId);
    const changes = [
      { definition: events, removed: [], added },
      { definition: totals, removed: [], added: more },
    ];
    await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
  };

  /** Beside the commit: the base is opened (2), its tables (1 each), their files written (1 each). */
  const aroundIt = 6;

  it.each([1, 20])('are at most 8 for a commit that writes %d files', async (files) => {
    const { sequence } = await (await lakeOf(3)).count((storage) => commitTables(storage, files));
    expect(sequence - aroundIt).toBeLessThanOrEqual(8);
  });

  it('are as many for a commit to an old lake as to a young one, and so are all requests', async () => {
    // Both have more files than a manifest takes, so that a commit may fill one up and begin the next.
    const [young, old] = [await lakeOf(60), await lakeOf(180)];
    const counts = [young, old].map((lake) => lake.count((storage) => commitTables(storage, 1)));
    const [first, second] = await Promise.all(counts);
    expect(second!.all - first!.all).toBeLessThanOrEqual(1);
    expect(second!.sequence - first!.sequence).toBeLessThanOrEqual(1);
  });
});
