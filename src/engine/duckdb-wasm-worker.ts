// The program of the engine's thread: one DuckDB, asked by messages.

import { LakeError } from '../common/errors.js';
import { serveTasks, type TaskAnswer, type TaskTable } from '../common/worker-pool.js';
import type { ColumnDefinition } from '../format/table-definition.js';
import { openDuckDb, type DuckDbSession } from './duckdb-session.js';
import type { RelationRows } from './engine.js';
import type { RelationColumns } from './query-scans.js';

let session: DuckDbSession | undefined;

/** A thread that died is replaced by one without relations: that one must say so. */
function opened(): DuckDbSession {
  if (session !== undefined) return session;
  throw new LakeError('out-of-resources', 'The SQL engine broke down and its relations are gone: run again.');
}

const answer = (value: unknown): TaskAnswer => ({ value });

const tasks: TaskTable = {
  async open(input: { memoryLimitBytes?: number }) {
    session = await openDuckDb(input.memoryLimitBytes);
    return answer(session.version);
  },
  create: (input: { relation: string; columns: readonly ColumnDefinition[] }) =>
    answer(opened().create(input.relation, input.columns)),
  append: (input: { relation: string; rows: RelationRows }) =>
    answer(opened().append(input.relation, input.rows)),
  run: (input: { sql: string }) => answer(opened().run(input.sql)),
  query(input: { sql: string }) {
    const value = opened().query(input.sql);
    return { value, transfer: [value.buffer as ArrayBuffer] };
  },
  relationsOf: (input: { sql: string }) => answer(opened().relationsOf(input.sql)),
  scansOf: (input: { sql: string; relations: RelationColumns }) =>
    answer(opened().scansOf(input.sql, input.relations)),
};

serveTasks(tasks);
