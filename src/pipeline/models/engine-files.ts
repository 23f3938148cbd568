// Results that are too large to fetch: the engine writes them as files, cut where the table's files are cut, into a folder of
// the run beside the table's own. What lies there is read once, on worker threads, for hash and statistics, and becomes the
// table's files under names of their own; then the folder goes. A run that dies leaves it to `vacuum`.

import { LakeError } from '../../common/errors.js';
import { compareText } from '../../common/text-order.js';
import { mapStream } from '../../common/worker-pool.js';
import { readResult } from '../../engine/read-result.js';
import type { EncodedFile } from '../../parquet/encode.js';
import { takeFile, type TakenFile } from '../../records/rows/take-file.js';
import type { EngineOutput } from '../stage/engine-output.js';
import { MAX_FILE_ROWS, UNPARTITIONED } from '../stage/partitions.js';
import { orderOf, partitionText, rowsToPlace, type PlacedRows } from './partition-sql.js';
import type { EncodedPartition, PlaceOptions } from './place-options.js';
import { partitionKind } from './spread.js';

/** Columns that name the folders into which an engine writes: a partition's value, and which of its files. */
const [PART, CUT] = ['lake_part', 'lake_cut'];

/** Files that are held while they are read: each has up to a million rows. */
const FILES_AHEAD = 2;

/**
 * Lets the engine write the rows, if there are as many as it is to write itself, if it sees the lake's disk, and if the
 * table's partitions are days or months (folders of any text are written otherwise by every engine).
 * @returns partition after partition, until the last file is taken; undefined where the rows are to be fetched
 */
export async function engineFiles(
  options: PlaceOptions,
): Promise<AsyncIterable<EncodedPartition> | undefined> {
  const { engine, tables, table } = options;
  const { writesFrom } = engine.capabilities;
  if (writesFrom === undefined || engine.write === undefined || partitionKind(table) === 'value')
    return undefined;
  const output = await tables.engineOutput(table);
  if (output === undefined) return undefined;
  const rows = await countOf(options);
  if (rows < writesFrom || rows === 0) return undefined;
  await engine.write(selectCut(options), {
    folder: output.disk,
    columns: tables.schema(table).fields.map(({ name, id }) => ({ name, id })),
    folders: [PART, CUT],
  });
  return partitionsIn(options, output, rows);
}

async function countOf({ engine, ...placed }: PlaceOptions): Promise<number> {
  const { relation, where } = rowsToPlace(engine.dialect, placed);
  const sql = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM ${relation}${where}`;
  return Number((await readResult(await engine.query(sql))).getChildAt(0)?.get(0) ?? 0);
}

/** The rows with the folder that each belongs to, folder after folder, in the table's order. */
function selectCut({ engine: { dialect }, table, ...placed }: PlaceOptions): string {
  const { relation, where } = rowsToPlace(dialect, { table, ...placed } satisfies PlacedRows);
  const columns = table.columns.map(({ name }) => dialect.quoted(name)).join(', ');
  const part = partitionKind(table) === 'none' ? `'all'` : partitionText(dialect, table);
  const order = orderOf(dialect, table);
  const named = `SELECT ${columns}, ${part} AS ${PART} FROM ${relation}${where}`;
  const place = `ROW_NUMBER() OVER (PARTITION BY ${PART} ORDER BY ${order})`;
  const cut = `CAST(FLOOR((${place} - 1) / ${MAX_FILE_ROWS}) AS INT) AS ${CUT}`;
  return `SELECT ${columns}, ${PART}, ${CUT} FROM (SELECT ${columns}, ${PART}, ${cut} FROM (${named}) AS named) AS placed
    ORDER BY ${PART}, ${CUT}, ${order}`;
}

/** A file of the folder, by the names of its folders. */
interface WrittenFile {
  readonly path: string;
  readonly part: string;
  readonly cut: number;
}

async function* partitionsIn(
  options: PlaceOptions,
  output: EngineOutput,
  expected: number,
): AsyncGenerator<EncodedPartition> {
  const { tables, table } = options;
  let current: { readonly part: string; readonly files: EncodedFile[] } | undefined;
  let rows = 0;
  for await (const { part, taken } of mapStream(filesIn(output), FILES_AHEAD, (file) =>
    take(options, output, file),
  )) {
    tables.engineWrote(table, taken.isKept ? 'kept' : 'encoded again');
    rows += taken.file.rows;
    if (current !== undefined && current.part !== part) yield placed(current);
    if (current?.part === part) current.files.push(taken.file);
    else current = { part, files: [taken.file] };
  }
  if (rows !== expected)
    throw new LakeError(
      'check-failed',
      `${table.name}: the engine has ${expected} rows and wrote ${rows}. Nothing was published.`,
      { details: { table: table.name, expected, actual: rows } },
    );
  if (current !== undefined) yield placed(current);
  await output.remove();
}

const placed = ({ part, files }: { readonly part: string; readonly files: readonly EncodedFile[] }) => ({
  partition: part === 'all' ? UNPARTITIONED : part,
  files,
});

async function* filesIn(output: EngineOutput): AsyncGenerator<WrittenFile> {
  const shape = new RegExp(`^${output.path}/${PART}=([^/]+)/${CUT}=(\\d+)/[^._/][^/]*\\.parquet$`);
  const files = (await output.files()).flatMap((path) => {
    const [, part, cut] = shape.exec(path) ?? [];
    return part === undefined ? [] : [{ path, part, cut: Number(cut) }];
  });
  yield* files.sort((a, b) => compareText(a.part, b.part) || a.cut - b.cut || compareText(a.path, b.path));
}

async function take(
  { tables, table, pool }: PlaceOptions,
  output: EngineOutput,
  { path, part }: WrittenFile,
): Promise<{ readonly part: string; readonly taken: TakenFile }> {
  const bytes = await output.read(path);
  return { part, taken: await takeFile(pool, { bytes, schema: tables.schema(table) }) };
}
