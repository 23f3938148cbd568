// Laws that every lake of this pipeline keeps, checked on generated deliveries (pipeline §3, §8). They know a lake by
// three verbs only, so that any way to build one can be put under them.

import fc from 'fast-check';
import {
  deliveries,
  extracts,
  growingDeliveries,
  logBytes,
  logLines,
  shuffledDeliveries,
} from '../reference/arbitraries.js';
import { reference } from '../reference/reference.js';
import type { BatchRow, Cell, Delivery, ReferenceLake, Rows } from '../reference/reference.js';
import { checkLaw, type LawCheck } from './check-law.js';

export interface LakeUnderTest {
  /** One run over these files, which lie in one directory; it takes place on `INGEST_DATE`. */
  ingest(files: readonly Delivery[]): Promise<void>;
  /** All rows of a table as the command line's JSON gives them; none for a table that is not there yet. */
  rows(table: string): Promise<readonly (readonly unknown[])[]>;
  /** The same for two tables exactly when they hold the same rows in the same bytes. */
  contentHash(table: string): Promise<string>;
  close?(): Promise<void>;
}

export interface LawOptions extends LawCheck {
  /** A new, empty lake. */
  readonly open: () => Promise<LakeUnderTest>;
}

export const INGEST_DATE = '2024-06-01';

type Runs = readonly (readonly Delivery[])[];

/** Partitioned: their rows come in the order of files, so only the set of rows is compared. */
const partitionedTables: readonly string[] = [
  'silver.events',
  'silver.payments',
  'silver.user_days',
  'silver.quarantine',
];
/** Compared row by row. */
const sortedTables: readonly string[] = [
  'silver.event_conflicts',
  'silver.users',
  'silver.subscriptions',
  'silver.marketing_spend',
  'silver.spend_gaps',
  'gold.daily_active_users',
  'gold.daily_revenue_gross',
  'gold.daily_revenue_net',
  'gold.mrr_daily',
  'gold.mrr_monthly',
  'gold.weekly_cohort_retention',
  'gold.cac_by_channel',
  'gold.ltv_per_user',
  'gold.ltv_cac_ratio',
  'gold.signup_funnel',
  'gold.churn_monthly',
  'gold.cac_monthly',
  'gold.retention_by_channel',
];
const allTables = [...partitionedTables, ...sortedTables];
/** The quarantine tells where a record lay, so it alone depends on how records were delivered. */
const convergingTables = allTables.filter((table) => table !== 'silver.quarantine');

async function withLake<T>({ open }: LawOptions, use: (lake: LakeUnderTest) => Promise<T>): Promise<T> {
  const lake = await open();
  try {
    return await use(lake);
  } finally {
    await lake.close?.();
  }
}

async function ingestAll(lake: LakeUnderTest, runs: Runs): Promise<void> {
  for (const files of runs) await lake.ingest(files);
}

async function hashesOf(
  lake: LakeUnderTest,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const table of tables) hashes.set(table, await lake.contentHash(table));
  return hashes;
}

function expectSameHashes(
  actual: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  when: string,
): void {
  const different = [...expected.keys()].filter((table) => actual.get(table) !== expected.get(table));
  if (different.length > 0) throw new Error(`${when}: content differs in ${different.join(', ')}`);
}

/** The same lines in one file, and in runs of any kind; the extracts come with the first of one, the last of the other. */
export const twoWays: fc.Arbitrary<readonly [Runs, Runs]> = fc
  .tuple(logLines, extracts)
  .chain(([lines, files]) =>
    fc.oneof(shuffledDeliveries(lines), growingDeliveries(lines)).map((runs) => {
      const atOnce = [{ name: 'events.ndjson', bytes: logBytes(lines) }, ...files];
      return [[atOnce], [...runs.slice(0, -1), [...(runs.at(-1) ?? []), ...files]]] as const;
    }),
  );

/** Any split of the same lines into files and runs, in any order, with repeats, ends in the same silver and gold. */
export async function convergence(options: LawOptions): Promise<void> {
  const hashesAfter = (runs: Runs): Promise<ReadonlyMap<string, string>> =>
    withLake(options, async (lake) => {
      await ingestAll(lake, runs);
      return hashesOf(lake, convergingTables);
    });
  await checkLaw(options, twoWays, async ([atOnce, inRuns]) => {
    expectSameHashes(await hashesAfter(inRuns), await hashesAfter(atOnce), 'delivered otherwise');
  });
}

/** The files of the last run once more change nothing, the quarantine included. */
export async function idempotence(options: LawOptions): Promise<void> {
  await checkLaw(options, deliveries, (runs) =>
    withLake(options, async (lake) => {
      await ingestAll(lake, runs);
      const tables = [...allTables, 'bronze.batches'];
      const before = await hashesOf(lake, tables);
      await lake.ingest(runs.at(-1) ?? []);
      expectSameHashes(await hashesOf(lake, tables), before, 'the last run again');
    }),
  );
}

const lineOf = (row: readonly unknown[] | undefined): string => JSON.stringify(row) ?? 'no row';

function expectSameRows(actual: readonly string[], expected: readonly string[], what: string): void {
  const at = Array.from({ length: Math.max(actual.length, expected.length) }, (_, row) => row).find(
    (row) => actual[row] !== expected[row],
  );
  if (at === undefined) return;
  throw new Error(
    `${what}, row ${at}: got ${actual[at] ?? 'no row'}, the rules give ${expected[at] ?? 'no row'}`,
  );
}

async function expectTables(lake: LakeUnderTest, truth: ReferenceLake, when: string): Promise<void> {
  for (const table of allTables) {
    const expected: Rows = truth.tables[table] ?? [];
    const [got, wanted] = [(await lake.rows(table)).map(lineOf), expected.map(lineOf)];
    const inOrder = sortedTables.includes(table);
    expectSameRows(inOrder ? got : got.sort(), inOrder ? wanted : wanted.sort(), `${table} ${when}`);
  }
}

/** All silver and gold tables are those of the reference after each of several runs. */
export async function agreement(options: LawOptions): Promise<void> {
  await checkLaw(options, deliveries, (runs) =>
    withLake(options, async (lake) => {
      for (const [run, files] of runs.entries()) {
        await lake.ingest(files);
        const truth = reference(runs.slice(0, run + 1), { ingestDate: INGEST_DATE });
        await expectTables(lake, truth, `after run ${run + 1}`);
      }
    }),
  );
}

const batchColumns = [
  'batch_id',
  'batch_order',
  'source',
  'file_name',
  'byte_offset',
  'bytes',
  'sha256',
  'read_bytes',
  'read_sha256',
  'prefix_bytes',
  'prefix_sha256',
  'physical_lines',
  'records',
  'accepted',
  'rejected',
  'rejected_by_reason',
  'ingest_date',
] as const;
type BatchColumns = Readonly<Record<(typeof batchColumns)[number], Cell>>;

/** What the text says of a batch of any kind, and the marks by which a log is known again. */
function comparedBatch(batch: BatchColumns): string {
  const reasons = Object.entries(JSON.parse(String(batch.rejected_by_reason)) as Record<string, number>);
  const common = [
    ...[batch.source, batch.batch_id, batch.file_name, batch.byte_offset, batch.bytes, batch.sha256],
    ...[batch.records, batch.accepted, batch.rejected, Object.fromEntries(reasons.sort()), batch.ingest_date],
  ];
  const known = [
    batch.read_bytes,
    batch.read_sha256,
    batch.prefix_bytes,
    batch.prefix_sha256,
    batch.physical_lines,
  ];
  return lineOf(batch.source === 'events' ? [...common, ...known] : common);
}

function expectedBatch(batch: BatchRow): string {
  const { read = 0, accepted = 0, ...reasons } = batch.counts;
  return comparedBatch({
    batch_id: batch.batchId,
    batch_order: batch.batchOrder,
    source: batch.source,
    file_name: batch.fileName,
    byte_offset: batch.byteOffset,
    bytes: batch.bytes,
    sha256: batch.sha256,
    read_bytes: batch.readBytes,
    read_sha256: batch.readSha256,
    prefix_bytes: batch.prefixBytes,
    prefix_sha256: batch.prefixSha256,
    physical_lines: batch.physicalLines,
    records: read,
    accepted,
    rejected: read - accepted,
    rejected_by_reason: JSON.stringify(reasons),
    ingest_date: batch.ingestDate,
  });
}

async function batchesOf(lake: LakeUnderTest): Promise<readonly BatchColumns[]> {
  const rows = await lake.rows('bronze.batches');
  return rows.map(
    (row) => Object.fromEntries(batchColumns.map((name, at) => [name, row[at]])) as BatchColumns,
  );
}

function expectAllAccountedFor(batches: readonly BatchColumns[], quarantined: number): void {
  for (const batch of batches) {
    const { records, accepted, rejected } = batch;
    if (Number(records) !== Number(accepted) + Number(rejected))
      throw new Error(`records were lost: ${lineOf([batch])}`);
  }
  const refused = batches.reduce((sum, { rejected }) => sum + Number(rejected), 0);
  if (refused !== quarantined) throw new Error(`${refused} records refused, ${quarantined} in quarantine`);
}

/** Per batch records read = accepted + rejected, the quarantine holds each rejected one, and batches are the reference's. */
export async function accounting(options: LawOptions): Promise<void> {
  await checkLaw(options, deliveries, (runs) =>
    withLake(options, async (lake) => {
      await ingestAll(lake, runs);
      const batches = await batchesOf(lake);
      expectAllAccountedFor(batches, (await lake.rows('silver.quarantine')).length);
      const truth = reference(runs, { ingestDate: INGEST_DATE });
      const [got, wanted] = [batches.map(comparedBatch).sort(), truth.batches.map(expectedBatch).sort()];
      expectSameRows(got, wanted, 'bronze.batches');
    }),
  );
}
