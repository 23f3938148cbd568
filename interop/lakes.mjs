// The lakes that other programs read: the sample, ingested in four runs, and a table that was changed in every way that a
// table can be, with values at the limits of their types.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemRuntime } from '../dist/common/system-runtime.js';
import { uuid } from '../dist/common/runtime.js';
import { definitionOf, makeTable } from '../dist/format/evolve.js';
import { currentSchema, currentSpec } from '../dist/format/table-file.js';
import { openLake } from '../dist/lake/open.js';
import { encodeDataFile } from '../dist/parquet/encode.js';
import { rowsToTable } from '../dist/parquet/rows.js';
import { localStorage } from '../dist/storage/local.js';
import { commit } from '../dist/table/commit.js';
import { evolve } from '../dist/table/evolve.js';
import { openForWriting } from '../dist/table/lake-file.js';
import { openHead, requireTable } from '../dist/table/view.js';
import { writeDataFiles } from '../dist/table/write.js';

const data = resolve(import.meta.dirname, '../data');

/** Four snapshots: a quarter of the events each, the extracts with the first. */
export async function sampleLake(location, work) {
  const lines = readFileSync(join(data, 'events.ndjson'))
    .toString('latin1')
    .split(/(?<=\n)/);
  const lake = openLake({ location });
  for (let part = 0; part < 4; part++) {
    const folder = join(work, `delivery-${part}`);
    mkdirSync(folder, { recursive: true });
    const piece = lines.slice((part * lines.length) / 4, ((part + 1) * lines.length) / 4).join('');
    writeFileSync(join(folder, `events-${part}.ndjson`), Buffer.from(piece, 'latin1'));
    for (const name of part === 0 ? ['subscriptions.json', 'marketing_spend.csv'] : [])
      writeFileSync(join(folder, name), readFileSync(join(data, name)));
    await lake.ingest({ paths: [folder], ingestDate: '2024-04-01' });
  }
  await lake.publishIceberg();
  return lake;
}

const TABLE = 'silver.extremes';
const definition = {
  name: TABLE,
  columns: [
    { name: 'id', type: 'string', required: true },
    { name: 'day', type: 'date', required: true },
    { name: 'count', type: 'int', required: false },
    { name: 'price', type: 'decimal(18,4)', required: false },
    { name: 'total', type: 'decimal(38,4)', required: false },
    { name: 'at', type: 'timestamp', required: false },
    { name: 'ratio', type: 'double', required: false },
    { name: 'flag', type: 'boolean', required: false },
    { name: 'note', type: 'string', required: false },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['id'],
  key: ['id'],
};

const days = (iso) => Date.parse(iso) / 86_400_000;
const micros = (iso) => Date.parse(iso) * 1000;
const DECIMAL_18 = 10n ** 18n - 1n;
const DECIMAL_38 = 10n ** 38n - 1n;
/** 02:30 does not exist in New York on that day. */
const DST = micros('2024-03-10T02:30:00Z');

const first = [
  [
    'a',
    days('2024-03-10'),
    2_147_483_647,
    DECIMAL_18,
    DECIMAL_38,
    DST,
    1.7976931348623157e308,
    true,
    '😀 emoji',
  ],
  [
    'b',
    days('2024-03-10'),
    -2_147_483_648,
    -DECIMAL_18,
    -DECIMAL_38,
    micros('1970-01-01T00:00:00Z'),
    5e-324,
    false,
    '',
  ],
  ['c'.repeat(300), days('2024-03-11'), null, null, null, null, null, null, null],
  [
    'd',
    days('1999-12-31'),
    0,
    0n,
    0n,
    micros('2099-12-31T23:59:59Z') + 999_999,
    -0.5,
    true,
    'ü\u0000\u2028"\\',
  ],
  ['e', days('2099-12-31'), 1, 1n, -1n, -1, 0.1, false, '😀'.repeat(40)],
];
/** After the evolution: visits is a long, `channel` is new. */
const second = [
  ['f', days('2024-03-11'), 9_007_199_254_740_993n, 5n, 6n, DST + 1, 0.1, true, 'long', 'google'],
  ['g', days('2024-04-01'), -9_223_372_036_854_775_808n, -5n, null, null, null, null, null, null],
];
/** In months. */
const third = [['h', days('2024-05-02'), 3, 7n, 8n, DST, 2.5, false, 'by month', 'ünï']];

/** Six snapshots: rows, evolution, rows, new partition spec, rows, a partition that is emptied. */
export async function evolvedLake(location) {
  const runtime = systemRuntime();
  const storage = localStorage(location, runtime);
  await openForWriting(storage, runtime);
  const change = (...evolutions) => evolveHead(storage, runtime, evolutions);
  await add(storage, runtime, first);
  await change(
    { kind: 'rename', from: 'count', to: 'visits' },
    { kind: 'widen', column: 'visits', type: 'long' },
    { kind: 'widen', column: 'price', type: 'decimal(30,4)' },
    { kind: 'add', column: { name: 'channel', type: 'string' } },
  );
  await add(storage, runtime, second);
  await change({ kind: 'partition', by: { source: 'day', transform: 'month', name: 'day_month' } });
  await add(storage, runtime, third);
  await add(storage, runtime, [], (file) => file.partition.day === '2024-03-10');
  const lake = openLake({ location });
  await lake.publishIceberg();
  return lake;
}

async function evolveHead(storage, runtime, evolutions) {
  const view = await openHead(storage);
  await evolve(storage, runtime, { view, table: TABLE, evolutions, commitId: uuid(runtime) });
}

/** One file a partition. */
async function add(storage, runtime, rows, isRemoved = () => false) {
  const base = await openHead(storage);
  const state = base === null ? undefined : await requireTable(base, TABLE);
  const table = state?.file ?? makeTable(definition, 'unused');
  const schema = currentSchema(table);
  const files = [];
  for (const [partition, group] of byPartition(rows, currentSpec(table)))
    files.push({ ...(await encodeDataFile(rowsToTable(group, schema), schema)), partition });
  const commitId = uuid(runtime);
  const added = await writeDataFiles(storage, { commitId, table, files });
  const removed = ((await state?.files()) ?? []).filter(isRemoved).map(({ path }) => path);
  const changes = [{ definition: state === undefined ? definition : definitionOf(table), removed, added }];
  await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
}

function byPartition(rows, { fields }) {
  const groups = new Map();
  for (const row of rows) {
    const day = new Date(row[1] * 86_400_000).toISOString().slice(0, 10);
    const values = fields.map(({ name, transform }) => [name, transform === 'month' ? day.slice(0, 7) : day]);
    const key = JSON.stringify(values);
    groups.set(key, { partition: Object.fromEntries(values), rows: [...(groups.get(key)?.rows ?? []), row] });
  }
  return [...groups.values()].map((group) => [group.partition, group.rows]);
}
