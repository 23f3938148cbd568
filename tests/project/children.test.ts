// Tables of nested arrays in a project: what is refused where it is written, and what becomes of records and elements.

import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { loadProject, type Project } from '../../src/project/load/load-project.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake, type TestLake } from '../pipeline/lake-under-test.js';
import { ProjectFolder, refusal, type Texts } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

const parent = `  orders:
    files: "orders*.ndjson"
    kind: log
    key: order_id
    winner: [updated]
    zone: Europe/Berlin
    nulls: ["--"]
    fields:
      order_id: text required
      updated: integer required
      at: timestamp required
      weight: double
      note: json
    dates: { day: at }
    partition: day(day)
`;
const child = `  order_items:
    parent: orders
    path: items
    key: [order_id, position]
    fields:
      order_id: { from: ^order_id, type: text, required: true }
      position: { from: "#", type: integer, required: true }
      day: { from: ^day, type: date, required: true }
      at: { from: ^at, type: timestamp }
      weight: { from: ^weight, type: double }
      note: { from: ^note, type: json }
      shown: { from: ^day, type: text }
      sku: { type: text, required: true, length: { max: 3 } }
      sent: timestamp
    dates: { sent_on: sent }
    partition: month(day)
`;
const yaml = (...sources: readonly string[]): Texts => ({
  'lake.yaml': `name: shop\nsources:\n${sources.join('')}`,
});

const startEngine = async (): Promise<Engine> => clearedOnClose(await shared.resources.engine());

async function loaded(files: Texts): Promise<Project> {
  await folder.write(files);
  return loadProject(folder.path, { startEngine });
}

async function lakeOf(files: Texts): Promise<TestLake<object>> {
  const project = await loaded(files);
  return testLake<object>({
    resources: shared.resources,
    pipelineUnder: (settings) => project.under(settings),
    settings: project.settings.defaults,
  });
}

const delivery = (name: string, ...records: readonly object[]): { name: string; bytes: Uint8Array } => ({
  name,
  bytes: Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')),
});

const order = (id: string, updated: number, items?: unknown): object => ({
  order_id: id,
  updated,
  at: '2024-03-31T23:30:00',
  weight: 0.5,
  note: { b: [1], a: 2 },
  ...(items === undefined ? {} : { items }),
});

describe('a source with a parent is refused where it is written', () => {
  const changed = (from: string, to: string): Texts => yaml(parent, child.replace(from, to));
  it.each<readonly [string, Texts, string]>([
    [
      'without its parent',
      changed('parent: orders', 'parent: ordres'),
      'lake.yaml:19:13: order_items.parent: there is no source ordres; did you mean orders?',
    ],
    [
      'below a child',
      yaml(
        parent,
        child,
        '  taxes:\n    parent: order_items\n    path: taxes\n    key: n\n    fields: { n: integer required }\n',
      ),
      'lake.yaml:35:13: taxes.parent: order_items is itself made of orders; expected a source with files, since arrays within elements get no table of their own. Keep such an array as a field of the type json',
    ],
    [
      'of rows of a CSV',
      yaml(parent.replace('orders*.ndjson', 'orders*.csv').replace('kind: log', 'kind: extract'), child),
      'lake.yaml:19:13: order_items.parent: records of orders are rows of a CSV, which have no arrays; expected a source of JSON',
    ],
    [
      'with a field that its parent does not have',
      changed('from: ^order_id', 'from: ^order'),
      'lake.yaml:23:25: order_items.order_id: the parent has no field order; it has order_id, updated, at, day, weight, note, order_items',
    ],
    [
      'with another type than that of its parent',
      changed('from: ^at, type: timestamp', 'from: ^at, type: date'),
      'lake.yaml:26:19: order_items.at: ^at is timestamp in the parent; expected that type, or text, found date',
    ],
    [
      'with formats of a value that is read already',
      changed('from: ^day, type: date', 'from: ^day, formats: [iso], type: date'),
      'lake.yaml:25:35: order_items.day: "formats" is for values as they arrive, and ^day is read already',
    ],
    [
      'with a path that is none',
      changed('path: items', 'path: "items["'),
      'lake.yaml:20:11: order_items.path: expected a path like items or order.items, found "items["',
    ],
    [
      'with a key that may be null',
      changed('key: [order_id, position]', 'key: sent'),
      'lake.yaml:21:10: sent must be a field that refuses a record without it',
    ],
    [
      'with a name that its parent has',
      yaml(
        parent.replace('note: json', 'order_items: json'),
        child.replace('      note: { from: ^note, type: json }\n', ''),
      ),
      'lake.yaml:18:3: order_items: orders has a column of that name, in which the array is to be kept; expected another name',
    ],
  ])('%s', async (_, files, message) => {
    expect(await refusal(loaded(files))).toContain(message);
  });

  it('where a field asks for a parent that there is not', async () => {
    const lines = await refusal(
      loaded(yaml(parent.replace('weight: double', 'weight: { from: ^day, type: double }'))),
    );
    expect(lines).toEqual(['lake.yaml:14:23: orders.weight: "^day" is for a source with a parent']);
  });
});

describe('rows of elements', () => {
  it('are those of the record that stands, and go with it', async () => {
    const lake = await lakeOf(yaml(parent, child));
    await lake.ingest([
      delivery(
        'orders.ndjson',
        order('A', 1, [{ sku: 'x', sent: '2024-03-31T23:30:00' }, { sku: 'yy' }]),
        order('B', 1),
      ),
    ]);
    const ofRecord = { day: '2024-03-31', at: '2024-03-31T21:30:00.000000Z' };
    expect(await lake.rows('silver.order_items')).toEqual([
      [
        'A',
        1,
        ofRecord.day,
        ofRecord.at,
        0.5,
        '{"a":2,"b":[1]}',
        '2024-03-31',
        'x',
        ofRecord.at,
        '2024-03-31',
      ],
      ['A', 2, ofRecord.day, ofRecord.at, 0.5, '{"a":2,"b":[1]}', '2024-03-31', 'yy', null, null],
    ]);
    await lake.ingest([delivery('orders-2.ndjson', order('A', 2, [{ sku: 'z' }]))]);
    expect((await lake.rows('silver.order_items')).map((row) => row[7])).toEqual(['z']);
    await lake.ingest([delivery('orders-3.ndjson', order('A', 3, '--'), order('A', 0, [{ sku: 'old' }]))]);
    expect(await lake.rows('silver.order_items')).toEqual([]);
  });

  it('lie in the field of JSON that the parent has of the array', async () => {
    const own = yaml(
      parent.replace('note: json', 'note: json\n      all: { from: items, type: json }'),
      child,
    );
    const lake = await lakeOf(own);
    await lake.ingest([delivery('orders.ndjson', order('A', 1, [{ sku: 'x' }]))]);
    expect((await lake.rows('silver.orders')).map((row) => row.at(-1))).toEqual(['[{"sku":"x"}]']);
    expect((await lake.rows('silver.order_items')).map((row) => row[7])).toEqual(['x']);
  });

  it('that are refused stand in the quarantine by file, line and place, and nowhere else', async () => {
    const lake = await lakeOf(yaml(parent, child));
    await lake.ingest([
      delivery('orders.ndjson', order('A', 1, [{ sku: 'long' }, { sku: 'x' }, 5]), order('B', 1, {}), {
        order_id: 'C',
      }),
    ]);
    const refused = await lake.rows('silver.quarantine');
    expect(
      refused.map(([source, file, , line, reason, raw, , element]) => [
        source,
        file,
        line,
        reason,
        raw,
        element,
      ]),
    ).toEqual([
      ['order_items', 'orders.ndjson', 1, 'out_of_range_sku', '{"sku":"long"}', 1],
      ['order_items', 'orders.ndjson', 1, 'invalid_json', '5', 3],
      ['order_items', 'orders.ndjson', 2, 'not_an_array', '{}', 0],
      ['orders', 'orders.ndjson', 3, 'missing_updated', '{"order_id":"C"}', null],
    ]);
    expect((await lake.rows('silver.orders')).map(([id]) => id)).toEqual(['A', 'B']);
    expect((await lake.rows('silver.order_items')).map(([id, place]) => [id, place])).toEqual([['A', 2]]);
  });

  it('come with a record that is corrected, those that are refused aside', async () => {
    const items = [{ sku: 'y' }, { sku: 'too long' }];
    const first = order('a', 1, [{ sku: 'x' }]);
    const wrong = { ...order('b', 1, items), at: 'soon' };
    const lake = await lakeOf(yaml(parent, child));
    await lake.ingest([delivery('orders.ndjson', first, wrong)]);
    const [[source, , batch_id, line_number] = []] = await lake.rows('silver.quarantine');
    const correction = { source, batch_id, line_number, raw: JSON.stringify(order('b', 1, items)) };
    await lake.replay({ name: 'corrected.ndjson', text: JSON.stringify(correction) });
    const sound = await lakeOf(yaml(parent, child));
    await sound.ingest([delivery('orders.ndjson', first, order('b', 1, items))]);
    for (const table of ['silver.orders', 'silver.order_items'])
      expect(await lake.rows(table)).toEqual(await sound.rows(table));
    expect(await lake.rows('silver.order_items')).toHaveLength(2);
    const reasons = async (of: TestLake<object>): Promise<readonly unknown[]> =>
      (await of.rows('silver.quarantine')).map((row) => row[4]);
    expect(await reasons(lake)).toEqual(await reasons(sound));
    const before = await lake.contents();
    await lake.backfill();
    expect(await lake.contents()).toEqual(before);
  });

  it('of which two have one key are not published', async () => {
    const lake = await lakeOf(yaml(parent, child.replace('key: [order_id, position]', 'key: sku')));
    const twice = delivery('orders.ndjson', order('A', 1, [{ sku: 'x' }]), order('B', 1, [{ sku: 'x' }]));
    await expect(lake.ingest([twice])).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringContaining('silver_order_items_key is 1, expected 0') as string,
    });
  });

  it('are as fresh as a wider rule: the records are judged again', async () => {
    const strict = await lakeOf(yaml(parent, child));
    await strict.ingest([delivery('orders.ndjson', order('A', 1, [{ sku: 'long' }]))]);
    const wide = await loaded(yaml(parent, child.replace('max: 3', 'max: 9')));
    const lake = testLake<object>({
      resources: shared.resources,
      storage: strict.storage,
      settings: wide.settings.defaults,
      pipelineUnder: (settings) => wide.under(settings),
    });
    await expect(lake.ingest([delivery('orders-2.ndjson', order('B', 1))])).rejects.toThrow(
      'another contract',
    );
    await lake.replay();
    expect((await lake.rows('silver.order_items')).map((row) => row[7])).toEqual(['long']);
    expect(await lake.rows('silver.quarantine')).toEqual([]);
  });
});
