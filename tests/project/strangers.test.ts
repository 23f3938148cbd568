// Files as strangers bring them: each kind of export is drafted into a project whose contract accepts what a person would accept.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isChild, type FileSourceDocument } from '../../src/project/document.js';
import { initFromFiles, type InitReport } from '../../src/project/init/init-project.js';
import { sourceSpecs } from '../../src/project/load/source-spec.js';
import { Problems } from '../../src/project/problems.js';
import { readProject } from '../../src/project/read-project.js';
import type { Contract } from '../../src/records/contract.js';
import { recordJudge } from '../../src/records/elements.js';
import { parseRawJson } from '../../src/records/values/raw-value.js';
import { readExtract } from '../records/extract/extract-model.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-strangers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | Uint8Array>>;

async function write(files: Files): Promise<readonly string[]> {
  const paths: string[] = [];
  await mkdir(join(folder, 'in'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    paths.push(join(folder, 'in', name));
    await writeFile(paths.at(-1)!, content);
  }
  return paths;
}

interface Drafted {
  readonly report: InitReport;
  readonly sources: Readonly<Record<string, FileSourceDocument>>;
  readonly contracts: readonly Contract[];
}

/** The project that is drafted from some files of a folder. */
async function drafted(files: Files): Promise<Drafted> {
  const report = await initFromFiles(join(folder, 'mine'), [], await write(files));
  const { document, places } = await readProject(join(folder, 'mine'));
  const problems = new Problems();
  const specs = sourceSpecs(document, { places, problems });
  problems.throwIfAny();
  const sources = Object.entries(document.sources).flatMap(([name, source]) =>
    isChild(source) ? [] : [[name, source] as const],
  );
  return { report, sources: Object.fromEntries(sources), contracts: specs.map(({ contract }) => contract) };
}

/** What becomes of a file's records under the contract that was drafted from it: the values, or the reason. */
async function outcomes(name: string, content: string | Uint8Array): Promise<readonly unknown[]> {
  const { contracts } = await drafted({ [name]: content });
  const [contract] = contracts;
  if (contract!.format === 'csv')
    return readExtract(contract!, { path: name, bytes: Buffer.from(content) }).map(({ outcome }) => outcome);
  const records: readonly unknown[] =
    contract!.format === 'ndjson'
      ? String(content).trim().split('\n')
      : [...(JSON.parse(String(content)) as { data: unknown[] }).data].map((each) => JSON.stringify(each));
  const judge = recordJudge(contract!);
  return records.map((line) => {
    const judged = judge(parseRawJson(String(line)));
    return judged.ok ? judged.values : judged.reason;
  });
}

const typesOf = ({ fields }: FileSourceDocument): unknown =>
  Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]));
const day = (iso: string): number => Date.parse(iso) / 86_400_000;
const micros = (iso: string): number => Date.parse(iso) * 1000;

describe('a draft reads a CSV as its contract will', () => {
  it('takes either apostrophe between groups of digits', async () => {
    const { sources } = await drafted({ 'bills.csv': "no;amount\n1;1’234.50\n2;2'000.25\n3;12.00\n" });
    expect(typesOf(sources['bills']!)).toEqual({ no: 'integer', amount: 'decimal(18,2)' });
    expect(sources['bills']!.csv).toMatchObject({ thousands: "'" });
  });

  it('tells headings apart that differ in a letter which the contract keeps apart', async () => {
    const { sources } = await drafted({ 'heads.csv': 'id;Total é;Total É\n1;2;3\n5;6;7\n' });
    const { total_e, total_e_2 } = sources['heads']!.fields;
    expect([total_e, total_e_2]).toMatchObject([{ from: 'Total é' }, { from: 'Total É' }]);
  });
});

describe('an export of a shop', () => {
  it('of the United States: dollars, twelve hours, month first, postcodes, a row of totals', async () => {
    const rows = [
      'Order #,Order Date,ZIP,Qty,Order Total,Discount,',
      '900,1/2/2024 9:05 AM,01234,1,$20.50,5%,',
      '901,1/13/2024 12:05 PM,94110,2,"$1,101.50",0%,',
      'Total,,,3,"$1,122.00",,',
    ];
    const text = `\ufeff${rows.join('\r\n')}\r\n`;
    expect(await outcomes('Sales Report (March).csv', text)).toEqual([
      [900n, micros('2024-01-02T09:05Z'), day('2024-01-02'), '01234', 1n, 2050n, 5],
      [901n, micros('2024-01-13T12:05Z'), day('2024-01-13'), '94110', 2n, 110_150n, 0],
      'invalid_order_no',
    ]);
  });

  it('of Germany in windows-1252: decimal commas, euros behind the number, leading zeros', async () => {
    const rows = [
      'Bestellnummer;Bestelldatum;PLZ;Telefon;Gesamtsumme;Mwst. %;Gelöscht am',
      '000020;01.03.2024 08:00;01067;+49 351 123456;3.686,50 €;19 %;',
      '000021;02.03.2024 09:30;80331;+49 89 123456;19,90 €;7 %;',
    ];
    const bytes = Buffer.from(rows.join('\r\n').replaceAll('€', '\u0080'), 'latin1');
    expect(await outcomes('bestellungen.csv', bytes)).toEqual([
      [
        '000020',
        micros('2024-03-01T08:00Z'),
        day('2024-03-01'),
        '01067',
        '+49 351 123456',
        368_650n,
        19,
        null,
      ],
      ['000021', micros('2024-03-02T09:30Z'), day('2024-03-02'), '80331', '+49 89 123456', 1990n, 7, null],
    ]);
  });

  it('of France in UTF-16: tabs, narrow spaces between digits, long references', async () => {
    const rows = [
      'N° commande\tDate\tMontant TTC\tRéférence',
      'CMD-1\t01/03/2024\t8\u202f577,71\t459541244958643851',
      'CMD-2\t22/03/2024\t12,50\t495032227314573653',
    ];
    expect(await outcomes('commandes.txt', Buffer.from(`\ufeff${rows.join('\r\n')}`, 'utf16le'))).toEqual([
      ['CMD-1', day('2024-03-01'), 857_771n, '459541244958643851'],
      ['CMD-2', day('2024-03-22'), 1250n, '495032227314573653'],
    ]);
  });

  it('with a line for each item: offsets, notes of two lines, words for null, columns of one heading', async () => {
    const rows = [
      'Name,Created at,Total,Total,Lineitem name,Notes',
      '#1001,2024-03-01 09:10:00 +0100,24.90,1.50,"Mug, blue","Ring\ntwice, ""loud"""',
      '#1001,2024-03-01 09:10:00 +0100,,,Pot,\\N',
      '#1002,2024-03-02 00:30:00 +0100,10.00,0.00,Pot,N/A',
    ];
    const { sources } = await drafted({ 'orders_export_1.csv': rows.join('\n') });
    expect(sources['orders']).toMatchObject({
      key: ['name', 'lineitem_name'],
      fields: { total_2: { from: 'Total (2)' }, created_at: { formats: ['YYYY-MM-DD HH:mm:ss Z'] } },
    });
    await rm(join(folder, 'mine'), { recursive: true });
    expect(await outcomes('orders_export_1.csv', rows.join('\n'))).toEqual([
      [
        '#1001',
        micros('2024-03-01T08:10Z'),
        day('2024-03-01'),
        2490n,
        150n,
        'Mug, blue',
        'Ring\ntwice, "loud"',
      ],
      ['#1001', micros('2024-03-01T08:10Z'), day('2024-03-01'), null, null, 'Pot', null],
      ['#1002', micros('2024-03-01T23:30Z'), day('2024-03-01'), 1000n, 0n, 'Pot', null],
    ]);
  });

  it('whose key is called like what it is of, beside flags that are no money', async () => {
    const rows = ['Order|Date|Amount|Paid', "1|01.03.24 9:05|CHF 1'200.50|1", '2|13.03.24 9:05|CHF 12.50|0'];
    const { sources } = await drafted({ 'orders.csv': rows.join('\n') });
    expect(sources['orders']).toMatchObject({
      csv: { delimiter: '|', thousands: "'" },
      key: 'order_value',
      fields: {
        amount: { affixes: ['CHF'] },
        paid: { type: 'integer' },
        date: { formats: ['DD.MM.YY HH:mm'] },
      },
    });
  });

  it('whose times name their zone, with days that mean none', async () => {
    const rows = [
      'id,ordered,shipped',
      ...[1, 2, 3].map((n) => `${n},2026-03-29 0${n}:30 Europe/Berlin,0000-00-00`),
    ];
    const { sources } = await drafted({
      'orders.csv': `${rows.join('\n')}\n4,2026-03-30 01:30 Europe/Berlin,2026-04-01\n`,
    });
    expect(sources['orders']).toMatchObject({ zone: 'Europe/Berlin', nulls: ['0000-00-00'] });
    await rm(join(folder, 'mine'), { recursive: true });
    expect(
      (await outcomes('orders.csv', `${rows.join('\n')}\n4,2026-03-30 01:30 Europe/Berlin,2026-04-01\n`)).map(
        (row) => (row as unknown[])[1],
      ),
    ).toEqual([
      micros('2026-03-29T00:30Z'),
      micros('2026-03-29T01:30Z'),
      micros('2026-03-29T01:30Z'),
      micros('2026-03-29T23:30Z'),
    ]);
  });

  it('whose orders come again in a newer state, or with their lines', async () => {
    const of = (line: (n: number) => string, again: (n: number) => string): string =>
      Array.from({ length: 20 }, (_, n) => (n % 5 === 0 ? `${line(n)}\n${again(n)}` : line(n))).join('\n');
    const { sources } = await drafted({
      'states.csv': `state_id,status,updated_at\n${of(
        (n) => `${n},open,2024-03-01T10:00:00Z`,
        (n) => `${n},paid,2024-03-02T10:00:00Z`,
      )}\n`,
      'lines.csv': `order_id,sku,qty\n${of(
        (n) => `${n},a,1`,
        (n) => `${n},b,1`,
      )}\n`,
    });
    expect(sources['states']).toMatchObject({ key: 'state_id', winner: ['updated_at'] });
    expect(sources['lines']).toMatchObject({ key: ['order_id', 'sku'] });
  });
});

describe('costs of advertising', () => {
  it('with titles above, totals below, per cent, and words for nothing', async () => {
    const rows = [
      'Campaign report',
      'March 1, 2024 - March 2, 2024',
      'Day\tCampaign\tCampaign ID\tDevice\tClicks\tCTR\tCost',
      '2024-03-01\tBrand\t123\tMobile phones\t"1,020"\t4.10%\t12.50',
      '2024-03-01\tBrand\t123\tComputers\t0\t0.00%\t --',
      '2024-03-02\tBrand\t123\tComputers\t3\t1.50%\t0.80',
      'Total: Account\t\t\t --\t"1,023"\t4.00%\t13.30',
    ];
    expect(await outcomes('report.csv', Buffer.from(`\ufeff${rows.join('\n')}\n`, 'utf16le'))).toEqual([
      [day('2024-03-01'), 'Brand', 123n, 'Mobile phones', 1020n, 4.1, 1250n],
      [day('2024-03-01'), 'Brand', 123n, 'Computers', 0n, 0, null],
      [day('2024-03-02'), 'Brand', 123n, 'Computers', 3n, 1.5, 80n],
      'invalid_day',
    ]);
  });

  it('in millionths, with days of eight digits, and a campaign that has one day only', async () => {
    const { sources } = await drafted({
      'api.csv':
        'segments.date,campaign.id,metrics.cost_micros,metrics.clicks\n20240301,7,1500000,3\n20240302,8,250000,1\n',
    });
    expect(sources['api']).toMatchObject({
      key: ['segments_date', 'campaign_id'],
      fields: {
        segments_date: { type: 'date', formats: ['YYYYMMDD'] },
        metrics_cost_micros: { type: 'decimal(18,6)', scale: 6 },
      },
    });
  });

  it('refuses totals whose label could be a campaign', async () => {
    const text = 'Campaign,Spend,Clicks\nA,1.50,2\nB,2.50,3\nTotal,4.00,5\n';
    const { sources } = await drafted({ 'spend.csv': text });
    expect(sources['spend']).toMatchObject({ rules: { totals_row: "campaign = 'Total'" } });
    await rm(join(folder, 'mine'), { recursive: true });
    expect(await outcomes('spend.csv', text)).toEqual([['A', 150n, 2n], ['B', 250n, 3n], 'totals_row']);
  });
});

describe('logs', () => {
  it('whose fields are now a text and now an object, with times of any unit', async () => {
    const lines = [1, 2, 3].map((n) =>
      JSON.stringify({
        timeUnixNano: `170928360000000000${n}`,
        time: 1709283600000 + n,
        time_local: `01/Mar/2024:09:00:0${n} +0000`,
        at: `2024-03-01 09:00:0${n},123`,
        err: n === 1 ? 'timeout' : { message: 'boom' },
        user: n === 2 ? 'guest' : n,
        reqId: `r${n}`,
      }),
    );
    const { sources } = await drafted({ 'app.log': lines.join('\n') });
    expect(sources['app']).toMatchObject({ format: 'ndjson', kind: 'log' });
    expect(sources['app']).not.toHaveProperty('key');
    expect(typesOf(sources['app']!)).toEqual({
      time_unix_nano: 'timestamp',
      time: 'timestamp',
      time_local: 'timestamp',
      at_value: 'timestamp',
      err: 'json',
      user_value: 'text',
      req_id: 'text',
    });
    await rm(join(folder, 'mine'), { recursive: true });
    const rows = (await outcomes('app.log', lines.join('\n'))) as readonly (readonly unknown[])[];
    expect(rows.map((row) => row.length)).toEqual([8, 8, 8]);
    expect(rows[0]).toContain('"timeout"');
  });

  it('of a CSV are a log, and no two lines are taken for states of one', async () => {
    const lines = [0, 1, 2].map((n) => `2024-03-01T09:00:0${n}Z,INFO,ready`);
    const { sources } = await drafted({ 'server.csv': `timestamp,level,message\n${lines.join('\n')}\n` });
    expect(sources['server']).toMatchObject({ kind: 'log' });
    expect(sources['server']).not.toHaveProperty('key');
  });

  it('whose objects have values for keys keep them whole', async () => {
    const lines = Array.from({ length: 70 }, (_, n) =>
      JSON.stringify({ id: n, seen: { [`user-${n}`]: 1 }, ctx: { a: 1 } }),
    );
    const { sources } = await drafted({ 'app.ndjson': lines.join('\n') });
    expect(typesOf(sources['app']!)).toEqual({ id: 'integer', seen: 'json', ctx_a: 'integer' });
  });
});

describe('an export of subscriptions', () => {
  it.each([
    ['that names its kinds', { object: 'subscription', plan: { amount: 1299 } }, 'plan_amount'],
    ['with amounts as texts', { currency_code: 'USD', price: { amount: '1299' } }, 'price_amount'],
    ['with currencies in small letters', { currency: 'eur', amount: 1299 }, 'amount'],
  ])('%s has amounts in minor units', async (_, more, field) => {
    const data = [1, 2].map((n) => ({
      id: `sub_${n}`,
      created_at: '2024-03-01T00:00:00Z',
      canceled_at: null,
      ...more,
    }));
    const { sources } = await drafted({ 'subs.json': JSON.stringify({ data }) });
    expect(sources['subs']).toMatchObject({
      key: 'id',
      fields: { [field]: { type: 'decimal(18,2)', scale: 2 }, canceled_at: { type: 'timestamp' } },
    });
  });

  it('with amounts in major units has them as they are', async () => {
    const { sources } = await drafted({
      'subs.json': '[{"id":1,"currency":"EUR","amount":12.5},{"id":2,"currency":"EUR","amount":7}]',
    });
    expect(sources['subs']?.fields['amount']).toEqual({ type: 'decimal(18,2)' });
  });
});

describe('a folder of several kinds', () => {
  it('has a source of its own for each, deliveries together, and says what holds no records', async () => {
    const { report, sources, contracts } = await drafted({
      'orders-1.csv': 'order_id,ordered_at,total\n1,2024-03-01T10:00:00Z,1.10\n',
      'orders-2.csv': 'order_id,ordered_at,total,coupon\n3,2024-03-02,3.30,X\n4,2024-03-01T11:00:00Z,--,\n',
      'orders_items-1.csv': 'order_id,pos,sku\n1,1,a\n1,2,b\n',
      'order.ndjson': '{"id":1,"group":"a"}\n{"id":2,"group":"b"}\n',
      'orders.json': '[{"id":"x","select":1.5}]',
      'README.txt': 'Some words about it.\nNo data.\n',
    });
    expect(Object.keys(sources).sort()).toEqual(['order_records', 'orders', 'orders_2', 'orders_items']);
    expect(sources['orders']).toMatchObject({
      files: 'orders-*.csv',
      nulls: ['--'],
      fields: { ordered_at: { formats: ['iso', 'YYYY-MM-DD'] }, coupon: { type: 'text' } },
    });
    expect(Object.keys(sources['order_records']!.fields)).toEqual(['id', 'group_value']);
    expect(contracts).toHaveLength(4);
    expect(report.skipped?.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('README.txt: expected CSV'),
    ]);
  });

  it('is refused where nothing holds records', async () => {
    await expect(drafted({ 'a.txt': 'words\n' })).rejects.toThrow(/No file holds records/);
  });
});
