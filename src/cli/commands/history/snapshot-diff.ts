// `lake snapshot diff`: which numbers changed between two snapshots, and because of which batch.

import { LakeError } from '../../../common/errors.js';
import { defineCommand, switchFlag, valueFlag } from '../../command.js';
import { given, parseWholeNumber } from '../../flags.js';
import { diffText } from '../../output/reports/diff.js';

const ROWS = 20;

/** `lake snapshot diff`: what two snapshots do not have in common. Only reads. */
export const snapshotDiff = defineCommand({
  name: ['snapshot', 'diff'],
  about: 'which numbers changed, and because of which batch',
  details:
    'Compares snapshot A with snapshot B (either may be the newer one): the tables that differ, the ' +
    'batches that only one of them holds, and the headline figures that changed. With --rows: the rows ' +
    'themselves, by key.',
  words: { usage: 'A B', least: 2, most: 2 },
  flags: {
    rows: switchFlag('the rows that differ, by key, column by column'),
    table: valueFlag('TABLE', 'only this table'),
    limit: valueFlag('N', `at most N rows of each table (default: ${ROWS}); needs --rows`),
  },
  examples: [
    ['snapshot diff head~1 head', 'what the last run changed'],
    ['snapshot diff month-end head --rows --table gold.mrr_daily', 'day by day'],
  ],
  async run({ flags, words: [from = '', to = ''] }, session) {
    const wantsRows = flags.rows === true;
    if (flags.limit !== undefined && !wantsRows)
      throw new LakeError('invalid-input', 'lake snapshot diff: --limit needs --rows.');
    const limit = flags.limit === undefined ? ROWS : parseWholeNumber('--limit', flags.limit, 0);
    await session.withLake(async (lake) => {
      const options = given({ table: flags.table, rowLimit: wantsRows ? limit : undefined });
      const report = await lake.diff(from, to, { ...options, ...session.operation });
      await session.answer(report, () => diffText(report, session.style));
    });
  },
});
