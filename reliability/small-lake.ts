// A lake of a few small tables with everything in its history that a lake can have: batches, replaced partitions, a
// column that came later, a compaction, expired snapshots, tags, a rollback. Real Parquet, a few dozen files.

import { uuid, type Runtime } from '../src/common/runtime.js';
import { makeTable, tableFor } from '../src/format/evolve.js';
import type { EncodedDataFile } from '../src/format/data-file.js';
import type { ColumnDefinition, TableDefinition } from '../src/format/table-definition.js';
import { currentSchema } from '../src/format/table-file.js';
import { encodeDataFile } from '../src/parquet/encode.js';
import { rowsToTable, tableToRows, type Row } from '../src/parquet/rows.js';
import type { Storage } from '../src/storage/storage.js';
import { commit } from '../src/table/commit.js';
import { compact } from '../src/table/maintenance/compact.js';
import { expire } from '../src/table/maintenance/expire.js';
import { rollback } from '../src/table/history/rollback.js';
import { tagSnapshot } from '../src/table/history/tags.js';
import { vacuum } from '../src/table/maintenance/vacuum.js';
import { openHead, openView, type LakeView } from '../src/table/view.js';
import { writeDataFiles } from '../src/table/write.js';
import type { Random } from './random.js';

const required = (name: string, type: ColumnDefinition['type']): ColumnDefinition => ({
  name,
  type,
  required: true,
});
const byDay = { source: 'day', transform: 'identity', name: 'day' } as const;

/** In order of arrival. */
const lines: TableDefinition = {
  name: 'bronze.lines',
  columns: [required('line', 'long'), required('raw', 'binary'), required('day', 'date')],
  partition: byDay,
  sortOrder: [],
  key: [],
};

const orders: TableDefinition = {
  name: 'silver.orders',
  columns: [required('id', 'string'), required('day', 'date')],
  partition: byDay,
  sortOrder: ['id'],
  key: ['id'],
  keyIndex: ['id'],
};

const pricedOrders: TableDefinition = {
  ...orders,
  columns: [...orders.columns, { name: 'price', type: 'decimal(18,4)', required: false }],
};

const totals: TableDefinition = {
  name: 'gold.totals',
  columns: [required('name', 'string'), required('value', 'double')],
  sortOrder: ['name'],
  key: ['name'],
};

const firstDay = 19_000;
const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** A process whose clock and chance come from a seed; its clock is ahead of that of any disk. */
export function seededRuntime(random: Random): Runtime {
  let micros = Date.UTC(2099, 0, 1) * 1000;
  return {
    now: () => (micros += 1000),
    random: () => random.next(),
    sleep: () => Promise.resolve(),
    log: () => undefined,
  };
}

/** Makes the lake. Nothing lies in it that no snapshot names, the hint apart. */
export async function buildSmallLake(storage: Storage, runtime: Runtime, random: Random): Promise<void> {
  const put = (changes: readonly Change[]): Promise<void> => replace(storage, runtime, changes);
  const batch = (day: number): Promise<Change> => addLines(random, firstDay + day);
  const day = (definition: TableDefinition, at: number): Promise<Change> =>
    replaceOrders(random, definition, firstDay + at);
  await put([await batch(0), await day(orders, 0), await replaceTotals(random)]); // 1
  await put([await batch(0), await batch(1), await day(orders, 1)]); // 2
  await put([await batch(1), await day(orders, 1), await replaceTotals(random)]); // 3
  await tagSnapshot(storage, runtime, { name: 'month-end', snapshotId: 3 });
  await put([await batch(0), await day(pricedOrders, 2)]); // 4
  await compact(storage, runtime, {
    view: (await openHead(storage))!,
    tables: [lines.name],
    commitId: uuid(runtime), // 5
  });
  await put([await batch(2), await day(pricedOrders, 0), await replaceTotals(random)]); // 6
  await expire(storage, runtime, { keep: 2, olderThanMicros: runtime.now() });
  await vacuum(storage, runtime, { graceMs: 0 });
  await tagSnapshot(storage, runtime, { name: 'v1.0', snapshotId: 6 });
  await rollBackTo(storage, runtime, 3); // 7
  await rollBackTo(storage, runtime, 6); // 8: names nothing new, so its folder holds `snapshot.json` alone
}

async function rollBackTo(storage: Storage, runtime: Runtime, snapshotId: number): Promise<void> {
  const [head, to] = [(await openHead(storage))!, await openView(storage, snapshotId)];
  await rollback(storage, runtime, { head, to, commitId: uuid(runtime) });
}

interface Change {
  readonly definition: TableDefinition;
  readonly file: EncodedDataFile;
  /** Whether the file takes the place of those of its partition. */
  readonly replaces: boolean;
}

async function replace(storage: Storage, runtime: Runtime, changes: readonly Change[]): Promise<void> {
  const base = await openHead(storage);
  const commitId = uuid(runtime);
  const changed = [];
  for (const name of new Set(changes.map(({ definition }) => definition.name))) {
    const ofTable = changes.filter(({ definition }) => definition.name === name);
    changed.push(await tableChange(storage, base, commitId, ofTable));
  }
  const request = { base, commitId, operation: 'ingest', summary: {}, changes: changed, reads: [] };
  await commit(storage, runtime, request);
}

async function tableChange(
  storage: Storage,
  base: LakeView | null,
  commitId: string,
  changes: readonly Change[],
) {
  const [{ definition, replaces }] = changes as [Change];
  const state = await base?.table(definition.name);
  const table = tableFor(state?.file, definition, { tableId: 'unused' });
  const days = new Set(changes.map(({ file }) => file.partition['day']));
  const old = replaces ? ((await state?.files()) ?? []) : [];
  const removed = old.filter((file) => days.has(file.partition['day'])).map(({ path }) => path);
  const added = await writeDataFiles(storage, { commitId, table, files: changes.map(({ file }) => file) });
  return { definition, removed, added };
}

async function addLines(random: Random, day: number): Promise<Change> {
  const rows = Array.from({ length: 5 + random.below(20) }, (_, i): Row => {
    const raw = Uint8Array.from({ length: random.below(30) }, () => random.below(256));
    return [i, raw, day];
  });
  const file = { ...(await encoded(lines, rows)), partition: { day: isoDay(day) } };
  return { definition: lines, file: { ...file, batches: [`batch-${random.below(1e9)}`] }, replaces: false };
}

async function replaceOrders(random: Random, definition: TableDefinition, day: number): Promise<Change> {
  const rows = Array.from({ length: 10 }, (_, i): Row => {
    const row: Row = [`o-${day}-${i}-${random.below(1000)}`, day];
    return definition.columns.length === 2 ? row : [...row, i === 3 ? null : BigInt(random.below(1e9))];
  });
  const file = { ...(await encoded(definition, rows)), partition: { day: isoDay(day) } };
  return { definition, file, replaces: true };
}

async function replaceTotals(random: Random): Promise<Change> {
  const rows = ['churn', 'mrr', 'users'].map((name): Row => [name, random.next()]);
  return { definition: totals, file: { ...(await encoded(totals, rows)), partition: {} }, replaces: true };
}

function encoded(
  definition: TableDefinition,
  rows: readonly Row[],
): Promise<Omit<EncodedDataFile, 'partition'>> {
  const schema = currentSchema(makeTable(definition, 'unused'));
  return encodeDataFile(rowsToTable(rows, schema), schema, { keyIndex: definition.keyIndex ?? [] });
}

/** Every row of every table of a snapshot, in order, as text. */
export async function rowsText(storage: Storage, snapshotId: number): Promise<string> {
  const view = await openView(storage, snapshotId);
  const texts: string[] = [];
  for (const name of view.tables) {
    const table = (await view.table(name))!;
    texts.push(name);
    for (const file of await table.files())
      for (const row of tableToRows(await table.rows(file), table.schema)) texts.push(row.map(String).join());
  }
  return texts.join('\n');
}
