// A lake of any pipeline: its own shows figures, charts and explanations; for another it is tables and snapshots, nothing
// is asked for that it does not have.

import { chooseEngine } from '../../src/engine/choose-engine.js';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { ExplainSession } from '../../src/lake/explain/explain-session.js';
import { assembleLake } from '../../src/lake/open.js';
import type { Lake } from '../../src/lake/operations.js';
import { definePipeline } from '../../src/pipeline/define/define-pipeline.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { openHead } from '../../src/table/view.js';
import { shownSpec, visitsPart } from '../pipeline/define/shown-spec.js';
import { expectTrueCells, explainedTables, recordsOf } from './explain-law.js';

const root = mkdtempSync(join(tmpdir(), 'lake-other-'));
afterAll(() => rmSync(root, { recursive: true }));

const runtime = systemRuntime();
const storage = memoryStorage(runtime);
/** The lake as its own pipeline sees it, and as the built-in one does. */
const own: Lake = assembleLake({ storage, runtime, location: 'memory', pipeline: visitsPart });
const other: Lake = assembleLake({ storage, runtime, location: 'memory' });

const visit = (id: string, seenAt: string, before: string | null = null): string =>
  `${JSON.stringify({ visit_id: id, seen_at: seenAt, before_id: before })}\n`;

beforeAll(async () => {
  const deliver = async (name: string, text: string): Promise<void> => {
    const path = join(root, name);
    writeFileSync(path, text);
    await own.ingest({ paths: [path], ingestDate: '2024-03-12' });
  };
  await deliver(
    'visits.ndjson',
    visit('a', '2024-03-01T10:00:00Z') + visit('b', '2024-03-02T10:00:00Z', 'a'),
  );
  await deliver('prices.csv', 'city,since,price\nOslo,2024-01-01,12.5\nRome,2024-01-01,9\n');
  await deliver('visits-2.ndjson', `${visit('c', '2024-03-02T11:00:00Z')}no JSON\n`);
}, 60_000);

const reportOf = async (lake: Lake): Promise<string> => {
  const out = join(root, 'report.html');
  await lake.report({ out });
  return readFileSync(out, 'utf8');
};

describe('a lake of a pipeline of its own', () => {
  it('shows its figures, with and without SQL', async () => {
    const { headline, lastDate, firstLook } = await own.overview();
    expect(lastDate).toBe('2024-03-02');
    expect(firstLook).toBe('gold.days');
    expect(headline).toEqual([
      { name: 'Visits', value: 2, about: 'on 2024-03-02' },
      { name: 'All visits', value: 3, about: 'so far' },
      { name: 'Dearest', value: '12.50', about: 'price' },
    ]);
  });

  it('says which figures moved', async () => {
    const { headline } = await own.diff('2', '3', {});
    expect(headline).toEqual([
      { name: 'Visits', then: 1, now: 2, about: 'on 2024-03-02' },
      { name: 'All visits', then: 2, now: 3, about: 'so far' },
    ]);
  });

  it('draws its charts', async () => {
    const page = await reportOf(own);
    expect(Array.from(page.matchAll(/<h3>([^<]*)<\/h3>/g), ([, title]) => title)).toEqual([
      ...['Visits', 'Prices', 'The days', 'Refused records of the run'],
    ]);
    expect(page).toContain('<h2 id="headline">');
  });

  it('explains its numbers down to the line', async () => {
    const { columns, batches } = await own.explain('gold.days', { where: ['seen_on=2024-03-02'] });
    expect(columns).toMatchObject([
      {
        column: 'visits',
        kind: 'count',
        about: 'visits before 2024-03-03',
        cell: 2,
        sum: 2,
        from: 'silver.visits',
      },
    ]);
    const places = columns[0]?.sample?.flatMap(({ records }) =>
      records.map(({ sourceFile, lineNumber }) => `${sourceFile}:${lineNumber}`),
    );
    expect(places).toEqual(['visits.ndjson:2', 'visits-2.ndjson:1']);
    expect(Object.values(batches).map(({ snapshot }) => snapshot?.id)).toEqual([1, 3]);
  });

  it('explains rows of its sources by their keys, and of models as it says', async () => {
    const price = await own.explain('silver.prices', { where: ['city=Oslo', 'since=2024-01-01'] });
    expect(price.records).toMatchObject([{ source: 'prices', lineNumber: 2, role: 'winner' }]);
    const returned = await own.explain('silver.returns', { where: ['visit_id=b'] });
    expect(returned.records).toMatchObject([
      { source: 'visits', sourceFile: 'visits.ndjson', lineNumber: 2 },
    ]);
  });

  it('says what moved a number', async () => {
    const { columns } = await own.whyChanged('gold.days', { where: ['seen_on=2024-03-02'], since: '1' });
    expect(columns).toMatchObject([{ column: 'visits', before: 1, after: 2, change: 1, changed: 1 }]);
  });

  it('keeps the law of explanations', async () => {
    const pipeline = definePipeline(shownSpec);
    const view = (await openHead(storage))!;
    const session = new ExplainSession(view, pipeline, chooseEngine({ engine: 'wasm' }));
    for (const table of explainedTables(pipeline)) {
      const { rows } = await own.rows(table.name, {});
      const all: (readonly unknown[])[] = [];
      for await (const row of rows) all.push(row);
      for (const row of recordsOf(all, table)) await expectTrueCells(session, table, row);
      expect(all).toHaveLength(2);
    }
    await session.close();
  });
});

describe('a lake of another pipeline', () => {
  it('is its tables and snapshots', async () => {
    const { head, tables, headline, lastDate, firstLook } = await other.overview();
    expect([head?.id, headline, lastDate, firstLook]).toEqual([3, [], null, null]);
    expect(tables.map(({ name }) => name)).toContain('silver.visits');
    expect((await other.tables({})).tables).toEqual(tables);
    expect((await other.snapshots(9)).map(({ id }) => id)).toEqual([3, 2, 1]);
    expect((await other.snapshot('head')).tables).toHaveLength(tables.length);
  });

  it('reads and answers SQL', async () => {
    const days: (readonly unknown[])[] = [];
    for await (const row of (await other.rows('days', {})).rows) days.push(row);
    expect(days).toEqual([
      ['2024-03-01', 1],
      ['2024-03-02', 2],
    ]);
    const found: (readonly unknown[])[] = [];
    for await (const row of (await other.query('SELECT SUM(visits) FROM gold.days', {})).rows)
      found.push(row);
    expect(found).toHaveLength(1);
  });

  it('is compared and looked back at, by whole rows', async () => {
    const { tables, headline } = await other.diff('1', '3', { rowLimit: 9 });
    expect(headline).toEqual([]);
    expect(tables.find(({ table }) => table === 'gold.days')).toMatchObject({ rowsAdded: 1, rowsRemoved: 1 });
    const { headline: then } = await other.travel('1');
    expect(then).toEqual([]);
  });

  it('has a report of its quality without figures and charts', async () => {
    const page = await reportOf(other);
    expect(page).not.toContain('id="headline"');
    expect(page).not.toContain('href="#business"');
    expect(page).toContain('id="quarantine"');
    expect(page).toContain('invalid_json');
  });

  it('is explained by its own pipeline alone', async () => {
    await expect(other.explain('gold.days', { where: ['seen_on=2024-03-02'] })).rejects.toThrow(
      /made by visits;.*this is saas/,
    );
  });
});
