// A lake as readers of Iceberg find it: read back by another program, served, published by every run, or not at all.

import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import type { IcebergSettings } from '../../src/lake/settings/settings.js';
import type { Serving } from '../../src/lake/iceberg/serve.js';
import { runHere } from '../cli/run-here.js';
import { saasSettings } from './saas-lake.js';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const batches = [join(golden, '01-basic/batch-1'), join(golden, '04-timestamps/batch-1')] as const;
const root = mkdtempSync(join(tmpdir(), 'lake-iceberg-'));
afterAll(() => rmSync(root, { recursive: true }));

function lakeAt(
  name: string,
  iceberg: IcebergSettings,
  warnings: string[] = [],
): ReturnType<typeof openLake> {
  return openLake({
    location: join(root, name),
    settings: { ...saasSettings, iceberg },
    log: (level, message) => void (level === 'warn' && warnings.push(message)),
  });
}

const always: IcebergSettings = { publish: 'always' };
const never: IcebergSettings = { publish: 'never' };
const main = join(root, 'main');
const metadata = (lake: string, table: string): string => join(lake, '_iceberg', table, 'metadata');

beforeAll(async () => {
  const lake = lakeAt('main', always);
  await lake.ingest({ paths: [batches[0]], ingestDate: '2024-03-10' });
  await lake.ingest({ paths: [join(golden, '03-refunds/batch-1')], ingestDate: '2024-03-11' });
}, 60_000);

describe('lake iceberg verify', () => {
  it('finds every table that a run has published as it is, with a reader that is not ours', async () => {
    const { snapshot, tables, foreign } = await lakeAt('main', never).verifyIceberg();
    expect([snapshot, foreign]).toEqual([2, []]);
    expect(tables.filter(({ status }) => status !== 'right')).toEqual([]);
    expect(tables.find(({ table }) => table === 'silver.events')?.rows).toBeGreaterThan(10);
    expect((await runHere(['iceberg', 'verify', '--lake', main])).code).toBe(0);
  });

  it('takes bytes that are no text for what they are', async () => {
    const lake = lakeAt('bytes', always);
    await lake.ingest({ paths: [join(golden, '05-rejects/batch-1')], ingestDate: '2024-03-10' });
    const { tables } = await lake.verifyIceberg({ table: 'bronze.events' });
    expect(tables).toMatchObject([{ table: 'bronze.events', status: 'right' }]);
  }, 60_000);

  it('says what is wrong, and how to go on', async () => {
    const copy = join(root, 'copy');
    cpSync(main, copy, { recursive: true });
    const verified = async (...args: string[]): Promise<readonly [number, string]> => {
      const { code, stdout } = await runHere(['iceberg', 'verify', ...args, '--lake', copy]);
      return [code, stdout];
    };
    expect(await verified('--table', 'users')).toEqual([2, expect.stringContaining('it is for file://')]);
    const { stdout } = await runHere(['iceberg', 'publish', '--lake', copy]);
    expect(stdout.match(/Previously it was published for .*/g)).toEqual([
      `Previously it was published for file://${main}`,
    ]);
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes('file://'))).toEqual([]);
    expect((await verified())[0]).toBe(0);
    await runHere(['ingest', batches[1], '--lake', copy]);
    expect(await verified('--table', 'users')).toEqual([
      2,
      expect.stringMatching(/snapshot 2 is published, the\s+newest is 3/),
    ]);
    await runHere(['iceberg', 'publish', '--lake', copy]);
    writeFileSync(join(metadata(copy, 'silver.users'), 'v4.metadata.json'), '{}');
    expect(await verified('--table', 'users')).toEqual([2, expect.stringContaining('another program')]);
  });

  it('sees a manifest that leads to other rows', async () => {
    const copy = join(root, 'swapped');
    cpSync(main, copy, { recursive: true });
    await runHere(['iceberg', 'publish', '--lake', copy]);
    const manifests = (table: string): readonly string[] => {
      const names = readdirSync(metadata(copy, table)).filter((name) => name.endsWith('-m0.avro'));
      return names.map((name) => join(metadata(copy, table), name));
    };
    const [gross] = manifests('gold.daily_revenue_gross');
    for (const net of manifests('gold.daily_revenue_net')) cpSync(gross!, net);
    expect(await lakeAt('swapped', never).verifyIceberg({ table: 'gold.daily_revenue_net' })).toMatchObject({
      tables: [{ status: 'wrong' }],
    });
    expect((await runHere(['iceberg', 'verify', '--table', 'daily_revenue_net', '--lake', copy])).code).toBe(
      4,
    );
  });
});

describe('settings', () => {
  it('never: no run writes for readers of Iceberg', async () => {
    await lakeAt('never', never).ingest({ paths: [batches[0]] });
    expect(readdirSync(join(root, 'never'))).not.toContain('_iceberg');
  });

  it('always: expiry and compaction publish too', async () => {
    const lake = lakeAt('main', always);
    await lake.compact({});
    const versions = (): readonly string[] =>
      readdirSync(metadata(main, 'silver.events')).filter((name) => name.endsWith('.metadata.json'));
    expect((await lake.verifyIceberg({ table: 'silver.events' })).tables[0]?.status).toBe('right');
    const lists = (): number =>
      readdirSync(metadata(main, 'silver.events')).filter((name) => name.startsWith('snap-')).length;
    const before = lists();
    await lake.expire({ keep: 1 });
    expect([before, lists()]).toEqual([expect.any(Number), 1]);
    expect(versions().length).toBeLessThan(3);
  });

  it('a publication that fails is a warning, and the run stands', async () => {
    const warnings: string[] = [];
    const lake = lakeAt('warned', { publish: 'always', location: 's3://bucket/a#b' }, warnings);
    expect((await lake.ingest({ paths: [batches[0]] })).snapshot).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('The run is not affected.')]);
  });
});

describe('lake serve', () => {
  let serving: Serving;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${serving.url}${path}`, { headers });
  beforeAll(async () => {
    cpSync(main, join(root, 'served'), { recursive: true });
    serving = await lakeAt('served', never).serve({ port: 0, token: 'secret' });
  });
  afterAll(() => serving.close());
  const known = { authorization: 'Bearer secret' };

  it('wants the token, and its own name', async () => {
    for (const headers of [{}, { authorization: 'Bearer secre' }, { authorization: 'secret' }])
      expect((await get('/v1/config', headers as Record<string, string>)).status).toBe(401);
    expect((await get('/v1/config', known)).status).toBe(200);
  });

  it('serves the newest snapshot, also one that came while it ran', async () => {
    const load = async (): Promise<{
      'metadata-location': string;
      metadata: { properties: Record<string, string> };
    }> => (await (await get('/v1/namespaces/silver/tables/users', known)).json()) as never;
    const before = (await load()).metadata.properties['lake.snapshot'];
    await lakeAt('served', never).ingest({ paths: [batches[1]] });
    const { metadata: now, 'metadata-location': location } = await load();
    expect(Number(now.properties['lake.snapshot'])).toBe(Number(before) + 1);
    expect(location).toBe(`file://${root}/served/_iceberg/silver.users/metadata/v${now.properties['lake.snapshot']}.metadata.json`); // prettier-ignore
  });

  it('answers many at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => get('/v1/namespaces/gold/tables/mrr_daily', known)),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(serving.url).port);
    await expect(lakeAt('served', never).serve({ port })).rejects.toThrow(`Cannot listen on port ${port}`);
  });
});
