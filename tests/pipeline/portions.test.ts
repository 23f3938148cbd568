// A run that works in portions: in what it ends, and what it leaves behind. That no byte depends on portions is a law
// (portions.slow.test.ts).

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScratchFile } from '../../src/pipeline/stage/scratch-file.js';
import type { PortionLimits } from '../../src/pipeline/stage/portions.js';
import { newLake, sharedResources, type TestLake } from './lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());

const before = process.env['TMPDIR'];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-portions-'));
  process.env['TMPDIR'] = folder;
});
afterEach(async () => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await rm(folder, { recursive: true });
});

const event = (id: number, day: number, amount: number): string =>
  `${JSON.stringify({
    event_id: `e-${id}`,
    event_type: 'purchase',
    user_id: `u-${id % 3}`,
    timestamp: `2024-03-${String(day).padStart(2, '0')}T10:00:00Z`,
    amount,
    currency: 'USD',
    schema_version: 2,
  })}\n`;

/** Twenty events, later repeated, corrected to another day, and in conflict; one line is none. */
const first = Array.from({ length: 20 }, (_, id) => event(id, 1 + (id % 5), 10)).join('');
const second = [event(3, 1, 10), event(4, 9, 20), event(5, 1, 5), '{"torn\n', event(30, 2, 1)].join('');

const files = (name: string, text: string): { name: string; bytes: Uint8Array }[] => [
  { name, bytes: Buffer.from(text) },
];

const lakeWith = (portions: PortionLimits): TestLake => newLake(shared.resources, undefined, { portions });

describe('a run in portions', () => {
  it('ends as one that holds everything, with duplicates, corrections and conflicts between portions', async () => {
    const filled = async (portions: PortionLimits): Promise<TestLake> => {
      const lake = lakeWith(portions);
      await lake.ingest(files('events-1.ndjson', first));
      await lake.ingest(files('events-2.ndjson', second));
      return lake;
    };
    const whole = await filled({ logBytes: Infinity, rows: Infinity });
    expect((await whole.rows('silver.event_conflicts')).length).toBeGreaterThan(0);
    expect((await whole.rows('silver.quarantine')).length).toBe(1);
    const cut = await filled({ logBytes: 100, rows: 4 });
    expect(await cut.contents()).toEqual(await whole.contents());
  }, 240_000);

  it('writes nothing when it is only tried', async () => {
    const lake = lakeWith({ logBytes: 0, rows: 4 });
    const { plan, snapshot } = await lake.run(files('events.ndjson', first), true);
    expect(snapshot).toBeNull();
    expect(plan?.partitions['silver.events']).toHaveLength(5);
    expect(await lake.contents()).toEqual({});
  });

  it('leaves no file behind, and says where it found no room', async () => {
    const lake = lakeWith({ logBytes: 0, rows: 4 });
    await lake.ingest(files('events.ndjson', first));
    expect(await readdir(folder)).toEqual([]);
    process.env['TMPDIR'] = join(folder, 'missing');
    await expect(openScratchFile()).rejects.toThrow(`${join(folder, 'missing')}, which fails (ENOENT)`);
  });

  it('gives back what was put away', async () => {
    const file = await openScratchFile();
    const places = [await file.append(Buffer.from('first')), await file.append(Buffer.from('second'))];
    expect(Buffer.from(await file.read(places[1]!, 6)).toString()).toBe('second');
    expect(Buffer.from(await file.read(places[0]!, 5)).toString()).toBe('first');
    await file.close();
    await file.close();
  });
});
