// `lake query`: read-only SQL over the tables.

import { LakeError } from '../../../common/errors.js';
import { defineCommand } from '../../command.js';
import { engineFlag } from '../../engine-flag.js';
import { given } from '../../flags.js';
import { printRows, rowFlags, rowRequest, snapshotFlag } from '../../row-flags.js';
import type { Session } from '../../session.js';

const TABLE_ROWS = 100;

export const query = defineCommand({
  name: ['query'],
  about: 'read-only SQL over all tables',
  details:
    'Runs one statement of DuckDB SQL. Tables go by their names (gold.mrr_daily) or bare names ' +
    `(mrr_daily). As a table the first ${TABLE_ROWS} rows are printed, in the data formats all of them. "-" reads ` +
    'the statement from standard input.',
  words: { usage: 'SQL', least: 1, most: 1 },
  flags: { ...rowFlags, snapshot: snapshotFlag, engine: engineFlag },
  examples: [
    ['query "SELECT * FROM gold.mrr_daily ORDER BY date DESC LIMIT 7"', 'the last week'],
    ['query - --format ndjson < report.sql', 'a statement from a file'],
  ],
  async run({ flags, words: [word = ''] }, session) {
    const request = rowRequest(flags, session, TABLE_ROWS);
    const sql = await statement(word, session);
    await session.withLake(async (lake) => {
      const rowSet = await lake.query(sql, given({ snapshot: flags.snapshot }));
      await printRows(session, rowSet, request);
    });
  },
});

async function statement(word: string, session: Session): Promise<string> {
  const sql = word === '-' ? await session.readStdin() : word;
  if (sql.trim() !== '') return sql;
  const from = word === '-' ? 'standard input is empty' : 'the statement is empty';
  throw new LakeError('invalid-input', `lake query: ${from}; expected one SQL statement.`);
}
