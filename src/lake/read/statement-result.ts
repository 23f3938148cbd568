// The result of one statement with its columns in the engine's own types, and values that JSON can hold.

import type * as arrow from 'apache-arrow';
import type { Engine } from '../../engine/engine.js';
import {
  carriedStatement,
  describingStatement,
  resultColumn,
  type ResultColumn,
} from '../../engine/result-columns.js';
import { readResult } from '../../engine/read-result.js';
import { textsOf } from '../../parquet/texts.js';
import { refuseWideResult } from './result-width.js';
import { resultRows, sqlTypeName } from './result-values.js';
import type { ResultValue } from './row-set.js';

/** A whole result; its rows are made as they are asked for. */
interface StatementResult {
  readonly columns: readonly ResultColumn[];
  readonly totalRows: number;
  readonly rows: Iterable<readonly ResultValue[]>;
}

/** Runs a query, once, and reads the rows that are wanted, or a few more. @throws LakeError `invalid-input` as the engine says it; `out-of-resources` */
export async function statementResult(
  engine: Engine,
  sql: string,
  rowLimit?: number,
): Promise<StatementResult> {
  if (!engine.capabilities.describes) return carriedResult(engine, sql);
  const columns = await columnsOf(engine, sql);
  refuseWideResult(columns.length);
  const result = await readResult(await engine.query(carriedStatement(sql, columns)), rowLimit);
  const types = columns.map(({ type }) => type);
  return { columns, totalRows: result.numRows, rows: resultRows(result, types) };
}

/** A result whose columns are told by its Arrow types. */
async function carriedResult(engine: Engine, sql: string): Promise<StatementResult> {
  const result = await readResult(await engine.query(sql));
  const columns = result.schema.fields.map(({ name, type }) =>
    resultColumn(name, sqlTypeName(type as arrow.DataType)),
  );
  const types = columns.map(({ type }) => type);
  return { columns, totalRows: result.numRows, rows: resultRows(result, types) };
}

async function columnsOf(engine: Engine, sql: string): Promise<readonly ResultColumn[]> {
  const describing = describingStatement(sql);
  if (describing === undefined)
    return ['explain_key', 'explain_value'].map((name) => resultColumn(name, 'VARCHAR'));
  const described = await readResult(await engine.query(describing));
  const [names, types] = [textsOf(described, 0), textsOf(described, 1)];
  return names.map((name, at) => resultColumn(name, types[at] ?? ''));
}
