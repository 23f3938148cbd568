// A statement's result as Arrow batches, in the types of the lake's columns.

import * as arrow from 'apache-arrow';
import { LakeError } from '../../common/errors.js';
import { readIpc } from '../../parquet/ipc.js';
import type { QueryResult } from '../engine.js';

/**
 * Waits for the first stream of a result, which tells its columns.
 * @param streams Arrow IPC, each with the schema and batches of rows; the first comes even where there are no rows
 */
export async function openResult(
  streams: AsyncGenerator<Uint8Array>,
  asLakeError: (cause: unknown) => LakeError,
): Promise<QueryResult> {
  try {
    const first = await streams.next();
    if (first.done === true) throw new LakeError('invalid-input', 'The statement gives no rows.');
    const table = inLakeTypes(readIpc(first.value));
    return { schema: table.schema, [Symbol.asyncIterator]: () => batchesOf(table, streams, asLakeError) };
  } catch (error) {
    await streams.return(undefined).catch(() => undefined);
    throw asLakeError(error);
  }
}

async function* batchesOf(
  first: arrow.Table,
  streams: AsyncGenerator<Uint8Array>,
  asLakeError: (cause: unknown) => LakeError,
): AsyncGenerator<arrow.RecordBatch> {
  try {
    yield* filled(first);
    for await (const ipc of streams) yield* filled(inLakeTypes(readIpc(ipc)));
  } catch (error) {
    throw asLakeError(error);
  } finally {
    await streams.return(undefined);
  }
}

const filled = ({ batches }: arrow.Table): readonly arrow.RecordBatch[] =>
  batches.filter(({ numRows }) => numRows > 0);

/** The same rows: instants are UTC without saying so. */
function inLakeTypes(table: arrow.Table): arrow.Table {
  if (!table.schema.fields.some(({ type }) => lakeType(type as arrow.DataType) !== type)) return table;
  const schema = new arrow.Schema(
    table.schema.fields.map(
      (field) => new arrow.Field(field.name, lakeType(field.type as arrow.DataType), true),
    ),
  );
  const batches = table.batches.map(({ data }) => {
    const children = data.children.map((child) => child.clone(lakeType(child.type)));
    return new arrow.RecordBatch(
      schema,
      arrow.makeData({ type: new arrow.Struct(schema.fields), length: data.length, nullCount: 0, children }),
    );
  });
  return new arrow.Table(schema, batches);
}

const lakeType = (type: arrow.DataType): arrow.DataType =>
  arrow.DataType.isTimestamp(type) && type.timezone !== null ? new arrow.Timestamp(type.unit, null) : type;
