// The catalog as clients ask it: paths, pages, entity tags, and errors in their words.

import { describe, expect, it } from 'vitest';
import { answer, type Catalog, type RestResponse } from '../../src/iceberg/rest.js';

const metadata = {
  refs: { main: { 'snapshot-id': 3 }, audit: { 'snapshot-id': 1 } },
  snapshots: [{ 'snapshot-id': 1 }, { 'snapshot-id': 2 }, { 'snapshot-id': 3 }],
};
const tables = new Map([
  ['gold', ['mrr_daily', 'mrr_monthly', 'revenue']],
  ['silver', ['events']],
]);
const catalog: Catalog = {
  namespaces: () => Promise.resolve([...tables.keys()]),
  tables: (namespace) => Promise.resolve(tables.get(namespace)),
  load: (namespace, table) =>
    Promise.resolve(
      tables.get(namespace)?.includes(table) === true
        ? { location: `file:///lake/${namespace}.${table}.json`, metadata }
        : undefined,
    ),
};
const ask = (url: string, more: { method?: string; ifNoneMatch?: string } = {}): Promise<RestResponse> =>
  answer(catalog, { method: 'GET', url, ...more });
const body = async (url: string): Promise<unknown> => JSON.parse((await ask(url)).body);

describe('the catalog', () => {
  it('says that it is for reading', async () => {
    const { endpoints, overrides } = (await body('/v1/config?warehouse=lake')) as {
      endpoints: string[];
      overrides: object;
    };
    expect(endpoints.every((endpoint) => /^(GET|HEAD) \/v1\/\{prefix\}\//.test(endpoint))).toBe(true);
    expect(overrides).toEqual({ 'rest-metrics-reporting-enabled': 'false' });
  });

  it('lists namespaces and tables', async () => {
    expect(await body('/v1/namespaces')).toEqual({ namespaces: [['gold'], ['silver']] });
    expect(await body('/v1/namespaces?parent=&pageToken=')).toEqual({ namespaces: [['gold'], ['silver']] });
    expect(await body('/v1/namespaces?parent=gold')).toEqual({ namespaces: [] });
    expect(await body('/v1/namespaces/gold')).toEqual({ namespace: ['gold'], properties: {} });
    expect(await body('/v1/namespaces/silver/tables')).toEqual({
      identifiers: [{ namespace: ['silver'], name: 'events' }],
    });
  });

  it('gives pages that come to the whole, and refuses sizes that are none', async () => {
    const names: string[] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const page: unknown = await body(`/v1/namespaces/gold/tables?pageSize=2&pageToken=${token}`);
      const { identifiers, 'next-page-token': next } = page as { identifiers: { name: string }[]; 'next-page-token'?: string }; // prettier-ignore
      names.push(...identifiers.map(({ name }) => name));
      token = next;
    }
    expect(names).toEqual(tables.get('gold'));
    for (const query of ['pageSize=0', 'pageSize=x', 'pageSize=-1', 'pageToken=x', 'pageToken=-1&pageSize=1'])
      expect((await ask(`/v1/namespaces?${query}`)).status).toBe(400);
  });

  it('loads a table with all snapshots, or with those that have a name', async () => {
    const all = (await body('/v1/namespaces/gold/tables/mrr_daily?snapshots=all')) as Record<string, unknown>;
    expect(all).toEqual({
      'metadata-location': 'file:///lake/gold.mrr_daily.json',
      metadata,
      config: {},
      'storage-credentials': [],
    });
    expect(await body('/v1/namespaces/gold/tables/mrr_daily?snapshots=refs')).toMatchObject({
      metadata: { snapshots: [{ 'snapshot-id': 1 }, { 'snapshot-id': 3 }] },
    });
    expect(await body('/v1/namespaces/gold/tables/mrr_daily/credentials')).toEqual({
      'storage-credentials': [],
    });
  });

  it('sends nothing to a client that has it already', async () => {
    const url = '/v1/namespaces/gold/tables/revenue';
    const { headers } = await ask(url);
    const etag = headers['etag'] ?? '';
    for (const ifNoneMatch of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
      expect(await ask(url, { ifNoneMatch })).toMatchObject({ status: 304, body: '' });
    expect((await ask(url, { ifNoneMatch: '"x"' })).status).toBe(200);
    expect(
      (await ask('/v1/namespaces/gold/tables/revenue?snapshots=refs', { ifNoneMatch: etag })).status,
    ).toBe(200);
  });

  it.each([
    ['/v1/namespaces/nope', 404, 'NoSuchNamespaceException'],
    ['/v1/namespaces/nope/tables', 404, 'NoSuchNamespaceException'],
    ['/v1/namespaces/gold/tables/nope', 404, 'NoSuchTableException'],
    ['/v1/namespaces/lake%1Fdemo/tables/snapshots', 404, 'NoSuchTableException'],
    ['/v1/namespaces/gold/views', 404, 'NoSuchEndpointException'],
    ['/v2/namespaces', 404, 'NoSuchEndpointException'],
    ['/v1/namespaces/%ff', 400, 'BadRequestException'],
  ])('answers %s in the words of clients', async (url, code, type) => {
    const response = await ask(url);
    expect(response.status).toBe(code);
    expect(JSON.parse(response.body)).toMatchObject({ error: { type, code } });
    expect((await ask(url, { method: 'HEAD' })).body).toBe('');
  });

  it('answers HEAD without a body', async () => {
    expect(await ask('/v1/namespaces/gold/tables/revenue', { method: 'HEAD' })).toMatchObject({
      status: 204,
      body: '',
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s and says how to write', async (method) => {
    const response = await ask('/v1/namespaces/gold/tables', { method });
    expect(response.status).toBe(403);
    expect(response.body).toContain('lake ingest');
  });
});
