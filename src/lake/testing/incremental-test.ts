// The proof that a project's spreads and keys are what its headers say: its data read file by file, and all of it in one run
// of an empty lake, must end in the same tables.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { isMadeAgain } from '../../pipeline/define/roles.js';
import { compareFileNames, sourceOfName } from '../../pipeline/read/source-names.js';
import type { Project } from '../../project/load/load-project.js';
import type { Lake } from '../operations.js';
import type { OpenOptions } from '../open-options.js';
import { rowFaults, type RowFault } from './row-faults.js';

/** A table that came out otherwise in pieces. `expected` is what one run makes. */
export interface TableDifference {
  readonly table: string;
  /** The first of them. */
  readonly faults: readonly RowFault[];
  readonly count: number;
}

/** What the comparison found. */
export interface IncrementalOutcome {
  /** Runs in which the data was read in pieces. */
  readonly runs: number;
  readonly tables: number;
  readonly differences: readonly TableDifference[];
}

/** What the comparison needs of the world. */
export interface IncrementalOptions {
  /** Opens a lake with the project's engine. */
  readonly open: (options: OpenOptions) => Lake;
  readonly signal?: AbortSignal;
  readonly onRun?: (done: number, total: number) => void;
}

const SHOWN_ROWS = 10;
/** No value depends on it; both lakes have the same. */
const INGEST_DATE = '2024-01-01';

/**
 * Compares the two ways.
 * @throws LakeError `invalid-input` without files to read; what an ingest throws
 */
export async function testIncremental(
  project: Project,
  { open, signal, onRun }: IncrementalOptions,
): Promise<IncrementalOutcome> {
  const pipeline = project.under(project.settings.defaults);
  const files = await sourceFiles(project, pipeline);
  const folder = await mkdtemp(join(tmpdir(), 'lake-test-'));
  const lakeIn = (name: string): Lake => open({ location: join(folder, name), pipeline: project });
  const [whole, pieces] = [lakeIn('whole'), lakeIn('pieces')];
  try {
    const common = { ingestDate: INGEST_DATE, ...(signal && { signal }) };
    await whole.ingest({ ...common, paths: files });
    for (const [i, path] of files.entries()) {
      onRun?.(i, files.length);
      await pieces.ingest({ ...common, paths: [path] });
    }
    const tables = pipeline.definitions.map(({ name }) => name).filter((name) => isCompared(pipeline, name));
    const differences: TableDifference[] = [];
    for (const table of tables) {
      const difference = await differenceOf(table, pipeline, { whole, pieces });
      if (difference !== undefined) differences.push(difference);
    }
    return { runs: files.length, tables: tables.length, differences };
  } finally {
    await Promise.all([whole.close(), pieces.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The quarantine names files and lines of batches, which differ. */
const isCompared = (pipeline: Pipeline, table: string): boolean =>
  isMadeAgain(pipeline, table) && pipeline.roleOf(table)?.kind !== 'quarantine';

async function sourceFiles({ data }: Project, { sources }: Pipeline): Promise<readonly string[]> {
  const names = await readdir(data).catch(() => []);
  const files = names.filter((name) => sourceOfName(name, sources) !== undefined).sort(compareFileNames);
  if (files.length > 0) return files.map((name) => join(data, name));
  throw new LakeError(
    'invalid-input',
    `${data}: there is nothing to compare; expected files of the project's sources, from which two lakes are made.`,
    { details: { path: data } },
  );
}

interface TwoLakes {
  readonly whole: Lake;
  readonly pieces: Lake;
}

async function differenceOf(
  table: string,
  pipeline: Pipeline,
  { whole, pieces }: TwoLakes,
): Promise<TableDifference | undefined> {
  const definition = pipeline.table(table)!.definition;
  const columns = definition.columns.map(({ name }) => name);
  const [expected, found] = await Promise.all([textRows(whole, table), textRows(pieces, table)]);
  const faults = rowFaults({ columns, key: definition.key, found, expected });
  return faults.length === 0
    ? undefined
    : { table, faults: faults.slice(0, SHOWN_ROWS), count: faults.length };
}

async function textRows(lake: Lake, table: string): Promise<readonly (readonly (string | null)[])[]> {
  const rows: (readonly (string | null)[])[] = [];
  const { rows: read } = await lake.rows(table, {});
  for await (const row of read) rows.push(row.map((value) => (value === null ? null : String(value))));
  return rows;
}
