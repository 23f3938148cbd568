import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initFromFiles } from '../../src/project/init/init-project.js';
import type { FileSourceDocument, SourceDocument } from '../../src/project/document.js';
import { readProject } from '../../src/project/read-project.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The sources that are drafted from files with these contents. */
async function drafted(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Readonly<Record<string, SourceDocument>>> {
  await mkdir(join(folder, 'in'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'in', name), content);
  await initFromFiles(
    join(folder, 'shop'),
    Object.keys(files).map((name) => join(folder, 'in', name)),
  );
  return (await readProject(join(folder, 'shop'))).document.sources;
}

const orders = [
  'Bestell-Nr;Kunde;Bestellt am;Summe;Währung',
  'A-1;"Smith; Sons";01.03.2024 09:15;1.299,00;EUR',
  'A-2;Ana;01.03.2024 17:40;49,90;eur',
  'A-3;;03.03.2024 11:11;--;EUR',
].join('\n');

describe('a project drafted from files', () => {
  it('tells the dialect, the encoding, the key, types and date formats of a CSV', async () => {
    const latin = Buffer.from(orders, 'latin1');
    const { orders: source } = await drafted({ 'orders-2024-03.csv': latin });
    expect(source).toMatchObject({
      files: 'orders*.csv',
      format: 'csv',
      csv: { delimiter: ';', decimal: ',', thousands: '.', encoding: 'windows-1252' },
      nulls: ['--'],
      kind: 'extract',
      key: 'bestell_nr',
      fields: {
        bestell_nr: { from: 'Bestell-Nr', type: 'text', required: true },
        kunde: { from: 'Kunde', type: 'text' },
        bestellt_am: { type: 'timestamp', required: true, formats: ['DD.MM.YYYY HH:mm'] },
        summe: { type: 'decimal(18,2)' },
        wahrung: { from: 'Währung', type: 'text', case: 'upper' },
      },
      dates: { bestellt_am_date: 'bestellt_am' },
      partition: 'month(bestellt_am_date)',
    });
  });

  it('tells a JSON document of more than 32 MB by its beginning, on one line or on many', async () => {
    const note = 'x}],"{['.replaceAll('"', '\\"').repeat(60);
    const element = (id: number): string =>
      `{"id": "c-${id}", "created": ${1709283600 + id}, "plan": {"name": "pro"}, "items": [{"sku": "a"}], "note": "${note}"}`;
    const elements = Array.from({ length: 80_000 }, (_, id) => element(id));
    const list = `{"object": "list", "tags": [{"name": "old"}], "data": [${elements.join(', ')}], "more": false}`;
    expect(list.length).toBeGreaterThan(32 << 20);
    const sources = await drafted({ 'charges.json': list, 'events.json': `[\n${elements.join(',\n')}\n]\n` });
    expect(sources).toMatchObject({
      charges: { format: 'json', records: 'data[]', key: 'id', fields: { plan_name: { from: 'plan.name' } } },
      events: { format: 'json', fields: { created: { type: 'timestamp', formats: ['epoch_s'] } } },
    });
    const yaml = await readFile(join(folder, 'shop/lake.yaml'), 'utf8');
    expect(yaml).toMatch(/charges: {2}# [\d,]+ rows at the beginning of the file were looked at/);
  });

  it('takes words for true and false with digits among them, and leaves a country alone', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i},${['yes', 'No', '1', '0'][i % 4]},NO,${i % 2}`);
    const { flags } = await drafted({ 'flags.csv': ['id,active,country,level', ...rows].join('\n') });
    expect((flags as FileSourceDocument).fields).toMatchObject({
      active: { type: 'boolean' },
      country: { type: 'text' },
      level: { type: 'integer' },
    });
  });

  it('finds the header below titles, and a key of several columns', async () => {
    const { ads } = await drafted({
      'ads.csv':
        'Campaign performance\nMarch 2024\nDay,Campaign ID,Cost\n2024-03-01,001,"1,118.20"\n2024-03-01,002,--\n2024-03-02,001,3.10\n',
    });
    expect(ads).toMatchObject({
      csv: { skip: 2, thousands: ',' },
      key: ['day', 'campaign_id'],
      fields: { campaign_id: { type: 'text' }, cost: { type: 'decimal(18,2)' }, day: { type: 'date' } },
    });
  });

  it('sees that a first row is data, and that years, names or an account above a header are none', async () => {
    const { trades, bank } = await drafted({
      'trades.csv':
        'Trades\nT1,2024-03-01,12.50,Ana\nT2,2024-03-02,9.00,Kim\nKim,2024-03-02,,Lee\nT3,2024-03-02,1.25,Lee\n',
      'bank.csv': 'Account,12345,EUR\nDate,Amount,Currency\n2024-03-01,12.50,EUR\n2024-03-02,3.50,EUR\n',
    });
    expect(trades).toMatchObject({
      csv: { skip: 1, header: false },
      fields: {
        column_1: { type: 'text' },
        column_2: { type: 'date' },
        column_3: { type: 'decimal(18,2)' },
        column_4: { type: 'text' },
      },
    });
    await expect(drafted({ 'pivot.csv': 'region,name,2023\nnorth,Kim,5\nsouth,Ana,7\n' })).rejects.toThrow(
      'no header',
    );
    expect(bank).toMatchObject({ csv: { skip: 1 }, fields: { amount: { from: 'Amount' } } });
  });

  it('draws nested objects apart, and makes tables of arrays of objects', async () => {
    const line = (id: number, ts: unknown): string =>
      JSON.stringify({
        id,
        ts,
        ctx: { 'a.b': 1, tags: ['x'] },
        spans: [{ ms: 1.5 }, { ms: 'slow' }, { ms: 3 }, { ms: 4 }],
      });
    const { logs, logs_spans } = await drafted({
      'logs.ndjson': `${line(1, 1709283600123)}\n${line(2, '2024-03-01T09:00:02Z')}\nnot json\n`,
    });
    expect(logs).toMatchObject({
      kind: 'log',
      key: 'id',
      fields: {
        ts: { type: 'timestamp', formats: ['epoch_ms', 'iso'] },
        ctx_a_b: { from: 'ctx."a.b"', type: 'integer' },
        ctx_tags: { from: 'ctx.tags', type: 'json' },
      },
    });
    expect(logs).toMatchObject({ fields: { spans: { type: 'json' } }, partition: 'day(ts_date)' });
    expect(logs_spans).toEqual({
      parent: 'logs',
      path: 'spans',
      key: ['logs_id', 'position'],
      fields: {
        logs_id: { from: '^id', type: 'integer', required: true },
        position: { from: '#', type: 'integer', required: true },
        ts_date: { from: '^ts_date', type: 'date', required: true },
        ms: { type: 'double', on_invalid: 'null' },
      },
      partition: 'month(ts_date)',
    });
  });

  it('finds the records inside a JSON object, seconds since the epoch and minor units', async () => {
    const export_ = {
      object: 'list',
      data: [
        { id: 's1', start_date: 1704067200, canceled_at: null, price: { unit_amount: 1299 } },
        { id: 's2', start_date: 1706745600, canceled_at: 1709251200, price: { unit_amount: 0 } },
      ],
    };
    const { subs } = await drafted({ 'subs.json': JSON.stringify(export_) });
    expect(subs).toMatchObject({
      records: 'data[]',
      kind: 'extract',
      key: 'id',
      fields: {
        start_date: { type: 'timestamp', formats: ['epoch_s'], required: true },
        price_unit_amount: { from: 'price.unit_amount', type: 'decimal(18,2)', scale: 2 },
      },
    });
    expect((subs as FileSourceDocument).fields['canceled_at']).not.toHaveProperty('required');
  });

  it('takes an enumeration only from many rows, and says what it rests on', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${['paid', 'free', 'open'][i % 3]}`);
    const { few, many } = await drafted({
      'few.csv': `id,status\n${rows.slice(0, 12).join('\n')}\n`,
      'many.csv': `id,status\n${rows.join('\n')}\n`,
    });
    expect(few?.fields['status']).not.toHaveProperty('one_of');
    expect(many?.fields['status']).toMatchObject({ one_of: ['free', 'open', 'paid'] });
    expect(await readFile(join(folder, 'shop/lake.yaml'), 'utf8')).toContain(
      '# unique in all 60 rows that were seen',
    );
  });

  it('takes deliveries of one source together, compressed ones too', async () => {
    const sources = await drafted({
      'sales-1.csv': 'id,n\n1,2\n',
      'sales-2.csv.gz': gzipSync('id,n\n2,3\n3,4\n'),
    });
    expect(Object.keys(sources)).toEqual(['sales']);
  });

  it('overwrites nothing', async () => {
    await drafted({ 'a.csv': 'id,n\n1,2\n' });
    await expect(initFromFiles(join(folder, 'shop'), [join(folder, 'in/a.csv')])).rejects.toThrow(
      /lake\.yaml is there already, and nothing is overwritten/,
    );
  });

  it.each([
    ['words', 'only words\nand more\n', /expected CSV, NDJSON or JSON/],
    ['cut.json', '{"data": [', /what is no JSON/],
    ['none.csv.gz', 'no gzip', /expected a gzip file that is whole/],
  ])('refuses what holds no records: %s', async (name, content, message) => {
    await expect(drafted({ [name]: content })).rejects.toThrow(message);
  });
});
