// Runs told of as OpenLineage events: valid by the published schemas, one graph, whatever becomes of the run.

import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { startEmitter } from '../../src/lake/lineage/emit.js';
import type { Facet, Facets, RunEvent } from '../../src/lake/lineage/events.js';
import { openLake } from '../../src/lake/open.js';
import type { LakeSettings } from '../../src/lake/settings/settings.js';
import { saasSettings } from './saas-lake.js';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-lineage-'));
afterAll(() => rmSync(root, { recursive: true }));

const schemas = fileURLToPath(new URL('../fixtures/openlineage/', import.meta.url));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
for (const file of readdirSync(schemas).filter((name) => name.endsWith('.json')))
  ajv.addSchema(JSON.parse(readFileSync(join(schemas, file), 'utf8')) as AnySchema);

/** What the schemas say against an event and against each facet in it; facets name their own schemas. */
function problemsOf(event: RunEvent): readonly string[] {
  return [event.schemaURL, ...facetsIn(event).map(({ _schemaURL }) => _schemaURL)].flatMap((url, at) => {
    const validate = ajv.getSchema(url);
    if (validate === undefined) return [`${url}: no such schema`];
    const isValid = validate(at === 0 ? event : facetsIn(event)[at - 1]);
    return isValid === true ? [] : [`${url}: ${ajv.errorsText(validate.errors)}`];
  });
}

function facetsIn({ run, job, inputs, outputs }: RunEvent): readonly Facet[] {
  const sets: readonly (Facets | undefined)[] = [
    ...[run.facets, job.facets],
    ...[...inputs, ...outputs].map(({ facets }) => facets),
    ...inputs.map(({ inputFacets }) => inputFacets),
    ...outputs.map(({ outputFacets }) => outputFacets),
  ];
  return sets.flatMap((set) => Object.values(set ?? {}));
}

function eventsOf(file: string): readonly RunEvent[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent); // prettier-ignore
}

const lakeUnder = (name: string, settings: Partial<LakeSettings>, warnings: string[] = []): ReturnType<typeof openLake> =>
  openLake({
    location: join(root, name),
    settings: { ...saasSettings, ...settings },
    log: (level, message) => void (level === 'warn' && warnings.push(message)),
  }); // prettier-ignore

const said = ({ eventType, job }: RunEvent): string => `${eventType} ${job.name}`;
const refunds = join(golden, '03-refunds/batch-1');
const basic = join(golden, '01-basic/batch-1');

describe('lineage of an ingest', () => {
  const file = join(root, 'events/first.ndjson'); // its folder is made
  let events: readonly RunEvent[];
  /** Tables without rows, which no job has written. */
  let empty: ReadonlySet<string>;
  beforeAll(async () => {
    const lake = lakeUnder('first', { lineage: { file, namespace: 'shop' } });
    const others = [join(basic, 'subscriptions.json'), join(basic, 'marketing_spend.csv')];
    await lake.ingest({ paths: [refunds, ...others], ingestDate: '2024-03-10' });
    events = eventsOf(file);
    const { tables } = await lake.tables({});
    empty = new Set(
      tables.filter(({ rows }) => rows === 0).map(({ name }) => join(root, 'first', name.replace('.', '/'))),
    );
  }, 60_000);

  it('is valid by the schemas that the events name', () => {
    expect(events.flatMap(problemsOf)).toEqual([]);
  });

  it('starts before everything and completes after everything, each job once', () => {
    expect(said(events[0]!)).toBe('START saas.ingest');
    expect(said(events.at(-1)!)).toBe('COMPLETE saas.ingest');
    const typesOf = (id: string): readonly string[] =>
      events.filter(({ run }) => run.runId === id).map(({ eventType }) => eventType);
    for (const { run } of events) expect(typesOf(run.runId)).toEqual(['START', 'COMPLETE']);
    const parents = events.slice(1, -1).map(({ run }) => run.facets?.['parent']);
    expect(parents.every((parent) => JSON.stringify(parent).includes(events[0]!.run.runId))).toBe(true);
    expect(new Set(events.map(({ job }) => job.namespace))).toEqual(new Set(['shop']));
  });

  it('names the files that were read and the tables of their records', () => {
    const { inputs, outputs } = events.at(-1)!;
    const read = inputs.find(({ name }) => name.endsWith('events.ndjson'));
    expect(read).toMatchObject({ namespace: 'file', name: join(refunds, 'events.ndjson') });
    expect(read?.inputFacets?.['inputStatistics']).toMatchObject({ rowCount: 11, fileCount: 1 });
    const written = outputs.find(({ name }) => name === join(root, 'first/silver/events'));
    expect(written?.facets).toMatchObject({
      version: { datasetVersion: '1' },
      symlinks: { identifiers: [{ namespace: 'shop', name: 'silver.events', type: 'TABLE' }] },
    });
    expect(outputs.some(({ name }) => name.includes('/gold/'))).toBe(false); // models have their own jobs
  });

  it('leads from every input of a model to a dataset that a job has written', () => {
    const written = new Set(events.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
    const models = events.filter(
      ({ job, eventType }) => /\.(silver|gold)\./.test(job.name) && eventType === 'COMPLETE',
    );
    expect(models.length).toBeGreaterThan(10);
    for (const { name } of models.flatMap(({ inputs }) => inputs))
      if (!empty.has(name)) expect(written).toContain(name);
    expect([...empty].filter((name) => written.has(name))).toEqual([]);
  });

  it('says which columns a column is made of, with the SQL', () => {
    const net = events.find((event) => said(event) === 'COMPLETE saas.gold.daily_revenue_net');
    expect(net?.job.facets?.['sql']).toMatchObject({
      dialect: 'duckdb',
      query: expect.stringContaining('refunds') as string,
    });
    expect(net?.outputs[0]?.facets?.['columnLineage']).toMatchObject({
      fields: {
        refunds: { inputFields: [{ name: join(root, 'first/silver/payments'), field: 'amount_usd' }] },
      },
    });
  });

  it('says what the checks found, at the tables that they are about', () => {
    const { inputs } = events.find((event) => said(event) === 'COMPLETE saas.check')!;
    const about = (table: string) => inputs.find(({ name }) => name === join(root, 'first', table))?.inputFacets; // prettier-ignore
    expect(about('silver/payments')?.['dataQualityAssertions']).toMatchObject({
      assertions: expect.arrayContaining([
        expect.objectContaining({
          assertion: 'orphan_refunds',
          success: false,
          severity: 'warn',
          actual: '3',
        }),
      ]) as unknown,
    });
    expect(about('silver/events')?.['dataQualityMetrics']).toMatchObject({
      rowCount: 11,
      columnMetrics: { event_id: { nullCount: 0 } },
    });
    const checked = inputs.map(({ name }) => name);
    expect(new Set(checked).size).toBe(checked.length);
  });

  it('adds an idle run without outputs, and a backfill, to the same file', async () => {
    const lake = lakeUnder('first', { lineage: { file, namespace: 'shop' } });
    await lake.ingest({ paths: [refunds] });
    const idle = eventsOf(file).slice(events.length);
    expect(idle.map(said)).toEqual(['START saas.ingest', 'COMPLETE saas.ingest']);
    expect(idle.flatMap(({ outputs }) => outputs)).toEqual([]);
    await lake.backfill({ all: true });
    const rebuilt = eventsOf(file).slice(events.length + 2);
    expect([said(rebuilt[0]!), said(rebuilt.at(-1)!)]).toEqual([
      'START saas.backfill',
      'COMPLETE saas.backfill',
    ]);
    expect(rebuilt.flatMap(problemsOf)).toEqual([]);
  });
});

describe('lineage of a run that publishes nothing', () => {
  it('fails with what the checks found', async () => {
    const file = join(root, 'refused.ndjson');
    const lake = lakeUnder('refused', { checks: { orphan_refunds: 'error' } });
    await expect(lake.ingest({ paths: [refunds], lineage: { file } })).rejects.toThrow('orphan_refunds');
    const events = eventsOf(file);
    expect(events.flatMap(problemsOf)).toEqual([]);
    expect(events.map(said)).toEqual([
      'START saas.ingest',
      'START saas.check',
      'FAIL saas.check',
      'FAIL saas.ingest',
    ]);
    expect(JSON.stringify(events[2]?.inputs)).toContain('orphan_refunds');
    expect(events.at(-1)?.run.facets?.['errorMessage']).toMatchObject({ message: expect.stringContaining('orphan_refunds') as string }); // prettier-ignore
  });

  it('fails for input that cannot be read, and is aborted when it is interrupted', async () => {
    const file = join(root, 'ended.ndjson');
    const lake = lakeUnder('ended', {});
    await expect(lake.ingest({ paths: [join(root, 'nowhere')], lineage: { file } })).rejects.toThrow(
      'nowhere',
    );
    const signal = AbortSignal.abort(new LakeError('interrupted', 'Interrupted; nothing was published.'));
    await expect(lake.ingest({ paths: [refunds], lineage: { file }, signal })).rejects.toThrow('Interrupted');
    expect(eventsOf(file).map(said)).toEqual([
      ...['START saas.ingest', 'FAIL saas.ingest', 'START saas.ingest', 'ABORT saas.ingest'],
    ]);
    expect(eventsOf(file).flatMap(problemsOf)).toEqual([]);
  });

  it('is not told of a dry run', async () => {
    const file = join(root, 'dry.ndjson');
    await lakeUnder('dry', {}).ingest({ paths: [refunds], lineage: { file }, dryRun: true });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});

describe('lineage by URL', () => {
  const posted: RunEvent[] = [];
  let server: Server;
  let url: string;
  let status = 201;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        posted.push(JSON.parse(body) as RunEvent);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/lineage`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('posts the same events as the file has, in order', async () => {
    const file = join(root, 'both.ndjson');
    await lakeUnder('both', { lineage: { url, file } }).ingest({ paths: [refunds] });
    expect(posted).toEqual(eventsOf(file));
  });

  it('warns once, and the run stands, where nobody takes them', async () => {
    status = 503;
    const warnings: string[] = [];
    const report = await lakeUnder('away', { lineage: { url } }, warnings).ingest({ paths: [refunds] });
    expect(report.snapshot).toBe(1);
    const address = url.replace('api/v1/lineage', '…'); // a path may hold a key
    expect(warnings).toEqual([expect.stringMatching(/^(\d+) of \1 lineage events were not delivered to /)]);
    expect(warnings[0]).toContain(` ${address} and are lost: status 503. The run is not affected.`);
    const folder = join(root, 'a-file');
    writeFileSync(folder, '');
    const more: string[] = [];
    await lakeUnder('away', { lineage: { file: join(folder, 'x') } }, more).ingest({ paths: [refunds] });
    expect(more).toEqual([expect.stringContaining('The run is not affected.')]);
  });

  it('waits once for all events together, and says how many are lost', async () => {
    const taken: string[] = [];
    const slow = createServer((request, response) => {
      request.resume();
      taken.push(request.url ?? '');
      if (taken.length <= 2) response.end(); // and the third is never answered
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const warnings: string[] = [];
    const runtime = systemRuntime((level, message) => void (level === 'warn' && warnings.push(message)));
    const address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
    const emitter = startEmitter(runtime, { url: address }, { deadlineMs: 300 });
    emitter.tell(Array.from({ length: 40 }, () => ({}) as RunEvent));
    await emitter.delivered();
    expect(taken).toHaveLength(3);
    expect(warnings).toEqual([
      `38 of 40 lineage events were not delivered to ${address} and are lost: not accepted within 0.3 s. The run is not affected.`,
    ]);
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
  });

  it('has a second left when the user wants to stop', async () => {
    const silent = createServer((request) => request.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const warnings: string[] = [];
    const runtime = systemRuntime((level, message) => void (level === 'warn' && warnings.push(message)));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const stop = new AbortController();
    const emitter = startEmitter(runtime, { url: address }, { deadlineMs: 3_600_000, signal: stop.signal });
    emitter.tell([{} as RunEvent]);
    const delivered = emitter.delivered();
    stop.abort();
    await delivered;
    expect(warnings).toEqual([expect.stringContaining('1 of 1 lineage events were not delivered')]);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});
