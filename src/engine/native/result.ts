// A statement's result as Arrow batches, one for each of DuckDB's chunks, made while they are read.

import * as arrow from 'apache-arrow';
import type {
  DuckDBConnection,
  DuckDBExtractedStatements,
  DuckDBPreparedStatement,
  DuckDBResult,
} from '@duckdb/node-api';
import { LakeError } from '../../common/errors.js';
import { engineError } from '../duckdb-errors.js';
import type { QueryResult } from '../engine.js';
import { statementHead } from '../statements.js';
import type { Bindings } from './bindings.js';
import { columnReader, type ColumnReader } from './columns.js';
import type { Connections } from './connections.js';

/** A statement, and what it runs on. */
interface ResultOptions {
  readonly connections: Connections;
  readonly bindings: Bindings;
  readonly sql: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Begins a statement, on a connection of its own.
 * @throws LakeError `invalid-input` for a statement that does more than give rows, and whatever DuckDB says
 */
export async function openResult({
  connections,
  bindings,
  sql,
  signal,
}: ResultOptions): Promise<QueryResult> {
  const connection = await connections.open();
  try {
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const statement = await prepareQuery(connection, bindings, sql);
    const result = await connections.stoppable(connection, signal, () => statement.stream());
    const readers = readersOf(bindings, result);
    const schema = new arrow.Schema(
      result.columnNames().map((name, column) => new arrow.Field(name, readers[column]!.type, true)),
    );
    const next = (): Promise<arrow.RecordBatch | null> =>
      connections.stoppable(connection, signal, async () => nextBatch(bindings, result, schema, readers));
    return { schema, [Symbol.asyncIterator]: () => batches(next, () => connections.release(connection)) };
  } catch (error) {
    connections.release(connection);
    throw engineError(error);
  }
}

/** Whatever its words look like, DuckDB itself must say that it is a SELECT, or the explanation of one. */
async function prepareQuery(
  connection: DuckDBConnection,
  { StatementType }: Bindings,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  for (let before = 0; before < statements.count - 1; before++)
    await makeReady(statements, StatementType, before);
  const statement = await statements.prepare(statements.count - 1);
  if (statement.statementType === StatementType.SELECT) return statement;
  if (statement.statementType === StatementType.EXPLAIN) {
    const explained = await connection.prepare(sql.slice(statementHead(sql).bodyStart));
    if (explained.statementType === StatementType.SELECT) return statement;
  }
  throw refused('expected a statement that gives rows and changes nothing');
}

/** DuckDB makes two statements of one PIVOT: the first makes a temporary type of the values that are to become columns. */
async function makeReady(
  statements: DuckDBExtractedStatements,
  { CREATE }: Bindings['StatementType'],
  at: number,
): Promise<void> {
  const statement = await statements.prepare(at);
  if (statement.statementType !== CREATE) throw refused('found several statements, expected one');
  await statement.run();
}

const refused = (why: string): LakeError => new LakeError('invalid-input', `SQL refused: ${why}.`);

const readersOf = (bindings: Bindings, result: DuckDBResult): readonly ColumnReader[] =>
  result.columnNames().map((name, column) => columnReader(bindings, name, result.columnType(column)));

async function nextBatch(
  bindings: Bindings,
  result: DuckDBResult,
  schema: arrow.Schema,
  readers: readonly ColumnReader[],
): Promise<arrow.RecordBatch | null> {
  const chunk = await result.fetchChunk();
  const rows = chunk?.rowCount ?? 0;
  if (chunk === null || rows === 0) return null;
  const children = readers.map((reader, column) =>
    reader.read(bindings.data_chunk_get_vector(chunk.chunk, column), rows),
  );
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length: rows, nullCount: 0, children }));
}

async function* batches(
  next: () => Promise<arrow.RecordBatch | null>,
  leave: () => void,
): AsyncGenerator<arrow.RecordBatch> {
  try {
    for (;;) {
      const batch = await next();
      if (batch === null) return;
      yield batch;
    }
  } catch (error) {
    throw engineError(error);
  } finally {
    leave();
  }
}
