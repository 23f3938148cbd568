// `lake show`: the rows of a table.

import { defineCommand } from '../../command.js';
import { given } from '../../flags.js';
import { printRows, rowFlags, rowRequest, snapshotFlag } from '../../row-flags.js';

const TABLE_ROWS = 20;

export const show = defineCommand({
  name: ['show'],
  about: 'rows of a table',
  details:
    `Prints the rows of a table in the order in which they are stored. As a table the first ${TABLE_ROWS}, ` +
    'in the data formats all of them; --limit decides otherwise.',
  words: { usage: 'TABLE', least: 1, most: 1 },
  flags: { ...rowFlags, snapshot: snapshotFlag },
  examples: [
    ['show gold.mrr_monthly', 'look at a table'],
    ['show silver.quarantine --format csv > refused.csv', 'every row as CSV'],
  ],
  async run({ flags, words: [table = ''] }, session) {
    const request = rowRequest(flags, session, TABLE_ROWS);
    await session.withLake(async (lake) => {
      const rowSet = await lake.rows(table, given({ snapshot: flags.snapshot, limit: request.limit }));
      await printRows(session, rowSet, request, rowSet.totalRows);
    });
  },
});
