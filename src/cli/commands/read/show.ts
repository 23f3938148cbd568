// `lake show`: the rows of a table.

import { LakeError } from '../../../common/errors.js';
import { defineCommand, valueFlag } from '../../command.js';
import { engineFlags } from '../../engine-flag.js';
import { given, parseWholeNumber } from '../../flags.js';
import { printRows, rowFlags, rowRequest, snapshotFlag } from '../../row-flags.js';

const TABLE_ROWS = 20;

/** The command `lake show`. */
export const show = defineCommand({
  name: ['show'],
  about: 'rows of a table',
  details:
    'Prints the rows of a table in the order in which they are stored: in the table format the first ' +
    `${TABLE_ROWS}, in the data formats all, unless --limit or --tail says otherwise. --where and --order take SQL.`,
  words: { usage: 'TABLE', least: 1, most: 1 },
  flags: {
    where: valueFlag('CONDITION', 'only rows that meet it: "amount > 100 AND currency = \'EUR\'"'),
    order: valueFlag('COLUMNS', 'in this order: "date DESC, user_id"'),
    tail: valueFlag('N', 'the last N rows'),
    ...rowFlags,
    snapshot: snapshotFlag,
    ...engineFlags,
  },
  examples: [
    ['show gold.mrr_monthly --tail 3', 'the newest months'],
    ['show silver.events --where "event_date = \'2024-03-05\'" --order event_ts', 'one day, by time'],
    ['show silver.quarantine --format csv > refused.csv', 'every row as CSV'],
  ],
  async run({ flags, words: [table = ''] }, session) {
    const request = rowRequest(flags, session, TABLE_ROWS);
    const tail = flags.tail === undefined ? undefined : parseWholeNumber('--tail', flags.tail, 0);
    if (tail !== undefined && flags.limit !== undefined)
      throw new LakeError('invalid-input', '--limit and --tail exclude each other.');
    const { where, order, snapshot } = flags;
    const limit = tail === undefined ? request.limit : undefined;
    await session.withLake(async (lake) => {
      if (where === undefined && order === undefined) {
        const rowSet = await lake.rows(table, given({ snapshot, limit, tail }));
        await printRows(session, rowSet, { ...request, limit, tail }, rowSet.totalRows);
        return;
      }
      // A table says whether there are more rows than it shows.
      const asked = limit !== undefined && request.format === 'table' ? limit + 1 : limit;
      const rowSet = await lake.selectRows(table, given({ snapshot, where, order, limit: asked, tail }));
      await printRows(session, rowSet, { ...request, limit, tail }, rowSet.totalRows);
    });
  },
});
