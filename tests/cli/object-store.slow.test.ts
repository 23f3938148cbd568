// `--lake s3://…`: every command on a real S3 server as on a folder.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { event, eventsFolder, installed, lakeOnStore } from '../stores/lake-on-store.js';
import { startVersitygw } from '../stores/versitygw.mjs';
import { runHere } from './run-here.js';

const data = eventsFolder();

describe.skipIf('reason' in installed)('a lake on an S3 server', () => {
  const server = lakeOnStore();
  const { env, done, run } = server;

  it('takes every command as a folder does', async () => {
    const lake = '--lake s3://lake/all';
    await done(`ingest ${data} ${lake}`);
    writeFileSync(join(data, 'events.ndjson'), event(1) + event(2) + event(3));
    expect(await done(`ingest ${data} ${lake}`)).toContain('3');
    expect(await done(`show silver.events ${lake} --format csv`)).toMatch(/^e3,/m);
    expect(await done(`query SELECT\tcount(*)\tFROM\tsilver.events ${lake}`)).toContain('3');
    expect(await done(`files silver.events ${lake}`)).toMatch(
      /^s3:\/\/lake\/all\/silver\/events\/event_date=2024-03-01\/[0-9a-f]{16}-[0-9a-f]{8}\.parquet$/m,
    );
    expect(await done(`snapshot rollback 1 ${lake}`)).toContain('3');
    expect(await done(`snapshot tag kept ${lake}`)).toContain('kept');
    expect(await done(`iceberg publish ${lake}`)).toContain('s3://lake/all/_iceberg/TABLE');
    expect(await done(`quarantine ${lake}`)).not.toBe('');
    expect(await done(`snapshot expire --keep 1 ${lake}`)).toContain('1');
    expect(await done(`vacuum --grace 0s ${lake}`)).not.toBe('');
    expect(await done(`verify --all ${lake}`)).toContain('Every byte is right');
    expect(await done(`snapshot list ${lake}`)).toContain('kept');
    expect(await done(`copy s3://lake/all ${join(data, 'copy')}`)).toContain('every one checked');
    expect((await runHere(['verify', '--all', '--lake', join(data, 'copy')])).stdout).toContain('right');
    expect(await done(`report --out ${join(data, 'report.html')} ${lake}`)).toContain('report');
  }, 240_000);

  it('reads from the cache what it read before, and the store knows it no more', async () => {
    const [lake, cache] = ['--lake s3://lake/cached', `--cache ${join(data, 'cache')}`];
    await done(`ingest ${data} ${lake}`);
    const first = await done(`show silver.events ${lake} ${cache} --format csv`);
    const files = await done(`files silver.events ${lake} ${cache}`);
    for (const file of files.trim().split('\n'))
      rmSync(join(server.store.folder, file.slice('s3://'.length)));
    expect(await done(`show silver.events ${lake} ${cache} --format csv`)).toBe(first);
    const { code, stderr } = await run(`show silver.events ${lake}`);
    expect([code, stderr]).toEqual([4, expect.stringContaining('is missing') as string]);
    expect((await run(`verify ${lake} ${cache}`)).code).toBe(4);
  }, 120_000);

  it('is refused by a store that may only be read, and can be read there', async () => {
    await done(`ingest ${data} --lake s3://lake/readonly`);
    if ('reason' in installed) return;
    const reading = await startVersitygw({ ...installed, folder: server.store.folder, readOnly: true });
    const at = ['--lake', 's3://lake/readonly', '--endpoint', reading.endpoint];
    try {
      expect((await runHere(['tables', ...at], { env: env() })).code).toBe(0);
      const writing = await runHere(['ingest', data, ...at], { env: env() });
      expect(writing).toMatchObject({
        code: 6,
        stderr: expect.stringContaining('lack the permission') as string,
      });
    } finally {
      await reading.stop({ keep: true });
    }
  }, 120_000);
});
