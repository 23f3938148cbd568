// `lake` on stores of every kind: from one into the other, served, published; and what is said when one cannot be used.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConfiguredLake } from '../../src/lake/open.js';
import { accountKey, sharedAccess } from '../stores/azurite.mjs';
import { storeServers, type Emulator } from '../stores/emulators.js';
import { eventsFolder } from '../stores/lake-on-store.js';
import { runCli } from './run-cli.js';
import { runHere } from './run-here.js';

const data = eventsFolder();
const servers = await storeServers();
const running = new Map<string, Emulator>();
beforeAll(async () => {
  for (const { name, installed, start } of servers)
    if ('program' in installed) running.set(name, await start(installed));
}, 120_000);
afterAll(async () => {
  for (const server of running.values()) await server.stop();
});

type Variables = Readonly<Record<string, string>>;
const env = (): Variables =>
  Object.assign({}, ...[...running.values()].map((server) => server.env)) as Variables;
const run = (line: string, more: Variables = {}) => runHere(line.split(' '), { env: { ...env(), ...more } });
const done = async (line: string): Promise<string> => {
  const { code, stdout, stderr } = await run(line);
  if (code !== 0) throw new Error(`lake ${line}: exit code ${code}\n${stdout}\n${stderr}`);
  return stdout;
};

it('copies a lake from store to store and back onto the disk, and each copy is a lake like the first', async () => {
  const places = [...running.values()].map(({ lake }) => `${lake}/copy`);
  const stops = [join(data, 'lake'), ...places, join(data, 'back')];
  await done(`ingest ${data} --lake ${stops[0]}`);
  for (const [i, to] of stops.slice(1).entries()) {
    expect(await done(`copy ${stops[i]} ${to}`)).toContain('every one checked');
    expect(await done(`verify --all --lake ${to}`)).toContain('Every byte is right');
    expect(await done(`show silver.events --lake ${to} --format csv`)).toMatch(/^e2,/m);
  }
  const head = '_manifests/0000000001/snapshot.json';
  expect(readFileSync(join(data, 'back', head))).toEqual(readFileSync(join(data, 'lake', head)));
}, 240_000);

it('wants the addresses of two kinds of stores by their variables', async () => {
  const { code, stderr } = await run('copy s3://b-1/x gs://b-2/x --endpoint http://127.0.0.1:1234');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/stores of two kinds\. .*STORAGE_EMULATOR_HOST/) as string,
  ]);
});

describe.each(servers.filter(({ name }) => name !== 'versitygw'))(
  'a lake on $name',
  ({ name, installed }) => {
    if ('reason' in installed) return it.skip(installed.reason);
    const lakeAt = (prefix: string): string => `${running.get(name)!.lake}/${prefix}`;
    const [isAzure, bucket] = [name === 'Azurite', name === 'Azurite' ? 'container' : 'bucket'];

    it('is written, kept, published and read by another program', async () => {
      const lake = `--lake ${lakeAt('all')}`;
      await done(`ingest ${data} ${lake}`);
      expect(await done(`ingest ${data} ${lake}`)).toContain('Nothing new');
      expect(await done(`files silver.events ${lake}`)).toMatch(/^(gs|az):\/\/.*\.parquet$/m);
      const uri = isAzure ? 'abfss://lake@laketests.dfs.core.windows.net/all' : 'gs://lake/all';
      expect(await done(`iceberg publish ${lake}`)).toContain(`${uri}/_iceberg/TABLE`);
      const read = await runCli(`iceberg verify ${lake}`.split(' '), { env: env() });
      expect(read).toMatchObject({ code: 0, stderr: '' });
      await done(`snapshot tag kept ${lake}`);
      await done(`vacuum --grace 0s ${lake}`);
      expect(await done(`verify --all ${lake}`)).toContain('Every byte is right');
    }, 240_000);

    it('is served to a browser and as a catalog', async () => {
      const lake = lakeAt('served');
      await done(`ingest ${data} --lake ${lake}`);
      const opened = await openConfiguredLake({ location: lake, env: env() });
      const [page, catalog] = [await opened.serveUi({ port: 0 }), await opened.serve({ port: 0 })];
      const jsonAt = async (url: string): Promise<unknown> => (await fetch(url)).json();
      expect(await jsonAt(`${page.url}lake/_manifests/0000000001/snapshot.json`)).toMatchObject({
        snapshotId: 1,
      });
      expect(await jsonAt(`${catalog.url}/v1/namespaces`)).toMatchObject({
        namespaces: [['bronze'], ['gold'], ['silver']],
      });
      await Promise.all([page.close(), catalog.close()]);
    }, 120_000);

    it('says what is wrong, in one line', async () => {
      const somewhere = isAzure ? 'az://laketests/no-such/x' : 'gs://no-such/x';
      const wrongs: readonly (readonly [string, Variables, number, RegExp])[] = [
        [`ingest ${data} --lake ${somewhere}`, {}, 5, new RegExp(`make the ${bucket}`)],
        [`tables --lake ${lakeAt('nothing')}`, {}, 5, /holds no lake yet/],
        [`tables --lake ${lakeAt('x')} --region eu`, {}, 1, /--region is for s3:\/\//],
        [
          `tables --lake ${lakeAt('x')} --endpoint http://127.0.0.1:2`,
          {},
          1,
          /127\.0\.0\.1:2 cannot be reached .*check/,
        ],
        [`tables --lake ${isAzure ? 'az://laketests' : 'gs://'}`, {}, 1, new RegExp(`names no ${bucket}`)],
      ];
      for (const [line, more, code, text] of wrongs) {
        const result = await run(line, more);
        expect(result).toMatchObject({ code, stderr: expect.stringMatching(text) as string });
        expect(result.stderr.trim().split('\n')).toHaveLength(1);
      }
    }, 120_000);
  },
);

describe.skipIf('reason' in servers[2]!.installed)('who asks Azure', () => {
  const lake = 'az://laketests/lake/who';
  const nobody = { AZURE_STORAGE_KEY: '' };
  const other = Buffer.from('another key').toString('base64');
  const tables = async (more: Variables) =>
    (await run(`tables --lake ${lake}`, { ...nobody, ...more })).stderr;

  it('proves it by a key, a signature or a connection string', async () => {
    const connection = (key: string): string =>
      `AccountName=laketests;AccountKey=${key};BlobEndpoint=${running.get('Azurite')!.endpoint}`;
    for (const more of [
      { AZURE_STORAGE_KEY: accountKey },
      { AZURE_STORAGE_SAS_TOKEN: `?${sharedAccess({ permissions: 'rwdlc' })}` },
      { AZURE_STORAGE_CONNECTION_STRING: connection(accountKey), AZURE_STORAGE_BLOB_ENDPOINT: '' },
    ])
      expect(await tables(more)).toContain('holds no lake yet');
  }, 60_000);

  it.each([
    [
      'another key',
      { AZURE_STORAGE_KEY: other },
      /failed to authenticate.*give valid ones: AZURE_STORAGE_KEY/,
    ],
    ['a key that is none', { AZURE_STORAGE_KEY: '!' }, /not base64/],
    [
      'a connection string of another account',
      { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=x;AccountKey=aaaa' },
      /of the account x/,
    ],
    ['an empty connection string', { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=laketests' }, /neither/],
    [
      'a signature that lapsed',
      { AZURE_STORAGE_SAS_TOKEN: sharedAccess({ permissions: 'rl', seconds: -60 }) },
      /authenticate.*give valid ones/,
    ],
    [
      'a signature for nothing',
      { AZURE_STORAGE_SAS_TOKEN: sharedAccess({ permissions: 'w' }) },
      /lack the permission/,
    ],
  ])('is told what is wrong with %s', async (_, more, text) => {
    expect(await tables(more as Variables)).toMatch(text);
  });
});
