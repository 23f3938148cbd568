// The program of the engine's thread: one DuckDB, asked by messages.

import { LakeError } from '../../common/errors.js';
import { serveTasks, type TaskAnswer, type TaskTable } from '../../common/worker-pool.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import type { RelationColumns } from '../query-scans.js';
import { openDatabase } from './open-database.js';
import { DuckDbSession, type Portion, type Rows, type SessionOptions, type StopFlag } from './session.js';

let session: DuckDbSession | undefined;

/** A thread that died is replaced by one without relations: that one must say so. */
function opened(): DuckDbSession {
  if (session !== undefined) return session;
  throw new LakeError('out-of-resources', 'The SQL engine broke down and its relations are gone: run again.');
}

const answer = (value: unknown): TaskAnswer => ({ value });
const portionAnswer = (value: unknown, { ipc }: Portion): TaskAnswer => ({
  value,
  transfer: [ipc.buffer as ArrayBuffer],
});

interface Statement {
  readonly sql: string;
  readonly flag?: StopFlag;
}

const tasks: TaskTable = {
  async start(input: SessionOptions) {
    session = new DuckDbSession(await openDatabase(), input);
    return answer(session.version);
  },
  create: (input: { relation: string; columns: readonly ColumnDefinition[] }) =>
    answer(opened().create(input.relation, input.columns)),
  append: (input: { relation: string; rows: Rows }) => answer(opened().append(input.relation, input.rows)),
  show: (input: { relation: string; sql: string }) => answer(opened().show(input.relation, input.sql)),
  keep: ({ relation, sql, flag }: Statement & { relation: string }) =>
    answer(opened().keep(relation, sql, flag)),
  clear: () => answer(opened().clear()),
  open({ sql, flag }: Statement) {
    const value = opened().open(sql, flag);
    return portionAnswer(value, value.portion);
  },
  fetch(input: { result: number }) {
    const portion = opened().fetch(input.result);
    return portionAnswer(portion, portion);
  },
  leave: (input: { result: number }) => answer(opened().leave(input.result)),
  relationsOf: (input: { sql: string }) => answer(opened().relationsOf(input.sql)),
  scansOf: (input: { sql: string; relations: RelationColumns }) =>
    answer(opened().scansOf(input.sql, input.relations)),
};

serveTasks(tasks);
