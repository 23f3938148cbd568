// `lake query`: read-only SQL over the tables.

import { LakeError } from '../../../common/errors.js';
import { defineCommand, switchFlag } from '../../command.js';
import { engineFlags } from '../../engine-flag.js';
import { given } from '../../flags.js';
import { queryPlanLines } from '../../output/query-plan.js';
import { printRows, rowFlags, rowRequest, snapshotFlag } from '../../row-flags.js';
import type { Session } from '../../session.js';

const TABLE_ROWS = 100;

/** The command `lake query`. */
export const query = defineCommand({
  name: ['query'],
  about: 'read-only SQL over all tables',
  details:
    'Runs one statement of DuckDB SQL. Name tables in full (gold.mrr_daily) or by their bare names ' +
    `(mrr_daily). The table format shows the first ${TABLE_ROWS} rows, the data formats all of them. "-" reads the ` +
    'statement from standard input.',
  words: { usage: 'SQL', least: 1, most: 1 },
  flags: {
    ...rowFlags,
    explain: switchFlag('the plan instead of the result: files and columns read, files left out'),
    snapshot: snapshotFlag,
    ...engineFlags,
  },
  examples: [
    ['query "SELECT * FROM gold.mrr_daily ORDER BY date DESC LIMIT 7"', 'the last week'],
    ['query - --format ndjson < report.sql', 'a statement from a file'],
    ['query "FROM silver.events WHERE event_date = \'2024-03-05\'" --explain', 'what it would read'],
  ],
  async run({ flags, words: [word = ''] }, session) {
    const request = rowRequest(flags, session, TABLE_ROWS);
    const sql = await statement(word, session);
    if (flags.explain === true && (flags.format ?? flags.limit) !== undefined)
      throw new LakeError('invalid-input', '--explain prints no rows: leave out --format and --limit.');
    await session.withLake(async (lake) => {
      const at = given({ snapshot: flags.snapshot });
      if (flags.explain === true) {
        const plan = await lake.explainQuery(sql, at);
        return session.answer(plan, () => queryPlanLines(plan, session.style));
      }
      const rowSet = await lake.query(sql, at);
      await printRows(session, rowSet, request, rowSet.totalRows);
    });
  },
});

async function statement(word: string, session: Session): Promise<string> {
  const sql = word === '-' ? await session.readStdin() : word;
  if (sql.trim() !== '') return sql;
  const from = word === '-' ? 'standard input is empty' : 'the statement is empty';
  throw new LakeError('invalid-input', `lake query: ${from}; expected one SQL statement.`);
}
