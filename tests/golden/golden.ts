// Builds a lake from a golden case through the command line, and reads back all that the case has an opinion about.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { jsonHere } from '../cli/run-here.js';
import { parseCsv } from '../reference/csv.js';
import type { CsvField } from '../reference/csv.js';
import type { Cell } from '../reference/tables.js';
import type { GoldenCase } from './cases.js';

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface GoldenOutcome {
  /** In the shape of the case's own counts. */
  readonly counts: Counts;
  /** Exported CSV by table name with the layer, the header first. */
  readonly tables: ReadonlyMap<string, readonly (readonly CsvField[])[]>;
}

/** The part of `lake ingest --json` that is judged. */
interface IngestAnswer {
  readonly batches: readonly {
    readonly source: string;
    readonly records: number;
    readonly accepted: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly known: boolean;
  }[];
}

interface TablesAnswer {
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
}

export interface RowsAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

export async function withTempDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'lake-golden-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Ingests the case's deliveries, one after the other. */
export async function ingestCase({ batchDirs }: GoldenCase, lake: string): Promise<readonly IngestAnswer[]> {
  const answers: IngestAnswer[] = [];
  for (const dir of batchDirs) answers.push(await jsonHere<IngestAnswer>(['ingest', dir, '--lake', lake]));
  return answers;
}

/** Sums over batches that are new; like the cases, without zeros. */
function sourceCounts(answers: readonly IngestAnswer[]): Counts {
  const counts: Record<string, Record<string, number>> = {};
  const fresh = answers.flatMap(({ batches }) => batches).filter(({ known }) => !known);
  for (const { source, records, accepted, rejected } of fresh) {
    const sums = (counts[source] ??= {});
    for (const [key, count] of Object.entries({ read: records, accepted, ...rejected })) {
      if (count > 0) sums[key] = (sums[key] ?? 0) + count;
    }
  }
  return counts;
}

async function silverCounts(lake: string): Promise<Readonly<Record<string, number>>> {
  const { tables } = await jsonHere<TablesAnswer>(['tables', '--lake', lake]);
  const rowsOf = (name: string): number => tables.find((table) => table.name === name)?.rows ?? 0;
  const sql = 'SELECT COUNT(DISTINCT event_id) AS n FROM silver.event_conflicts';
  const conflicts = await jsonHere<RowsAnswer>(['query', sql, '--lake', lake]);
  return {
    events: rowsOf('silver.events'),
    subscriptions: rowsOf('silver.subscriptions'),
    marketing_spend: rowsOf('silver.marketing_spend'),
    conflicting_event_ids: Number(conflicts.rows[0]?.[0]),
  };
}

/** `gold/mrr_daily.csv` and `gold.mrr_daily.csv` are both `gold.mrr_daily`. */
function exportedTable(path: string): string {
  return path.slice(0, -'.csv'.length).replaceAll(sep, '.');
}

async function exportTables(lake: string, out: string): Promise<GoldenOutcome['tables']> {
  await jsonHere<unknown>(['export', '--out', out, '--format', 'csv', '--lake', lake]);
  const files = (await readdir(out, { recursive: true })).filter((path) => path.endsWith('.csv'));
  const tables = files.map(async (path) => {
    const records = parseCsv(await readFile(join(out, path), 'utf8'));
    return [exportedTable(path), records.map(({ fields }) => fields)] as const;
  });
  return new Map(await Promise.all(tables));
}

export function runCase(golden: GoldenCase): Promise<GoldenOutcome> {
  return withTempDir(async (dir) => {
    const lake = join(dir, 'lake');
    const answers = await ingestCase(golden, lake);
    const counts = { ...sourceCounts(answers), silver: await silverCounts(lake) };
    return { counts, tables: await exportTables(lake, join(dir, 'export')) };
  });
}

/** Does `work` for all items, two at a time; answers come in the items' order, failures as errors. */
export async function twoAtATime<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly (R | Error)[]> {
  const answers: (R | Error)[] = [];
  const waiting = items.entries();
  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      answers[index] = await work(item).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    }
  };
  await Promise.all([takeTurns(), takeTurns()]);
  return answers;
}

/** An exported field, read as the expected value is written: an empty unquoted field is null, a number the same double. */
export function cellOf(field: CsvField, expected: Cell | undefined): Cell {
  if (field.text === '' && !field.quoted) return null;
  if (typeof expected === 'number') return Number(field.text);
  return typeof expected === 'boolean' ? field.text === 'true' : field.text;
}
