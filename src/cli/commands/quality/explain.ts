// `lake explain`: where a number comes from, and what moved it.

import { LakeError } from '../../../common/errors.js';
import { defineCommand, switchFlag, valueFlag } from '../../command.js';
import { given, parseWholeNumber, requireFlag } from '../../flags.js';
import { engineFlags } from '../../engine-flag.js';
import { snapshotFlag } from '../../row-flags.js';
import { explainText } from '../../output/reports/explain.js';
import { whyChangedText } from '../../output/reports/why-changed.js';

/** `lake explain`: from one row of a table to the records that it is made of. Only reads. */
export const explain = defineCommand({
  name: ['explain'],
  about: 'where a number comes from: rows, records, file and line',
  details:
    'Starts from the row of TABLE with the key that --where gives and goes back from it: how each cell is ' +
    'made, the rows of silver that add up to it, the records behind those (with file, line, text, and the ' +
    'records that they replaced), the batches and snapshots that brought them, and the checks that the ' +
    'table passed. Works for every table of a model, and for silver tables whose rows have records; of columns whose model ' +
    'does not say how they are made it shows what they are made of, and the rows of its inputs that share values of the key. With ' +
    '--why-changed: which rows, records and batches changed the number since another snapshot.',
  words: { usage: 'TABLE', least: 1, most: 1 },
  flags: {
    ...engineFlags,
    where: {
      ...valueFlag('COLUMN=VALUE', 'the row, one --where for each column of its key (required)'),
      array: true,
      nargs: 1,
    },
    column: valueFlag('COLUMN', 'only this column, with its records in full'),
    'why-changed': switchFlag('what moved the number since --since'),
    since: valueFlag('S', 'the snapshot before; needs --why-changed'),
    to: valueFlag('S', 'the snapshot after (default: head); needs --why-changed'),
    limit: valueFlag('N', 'at most N rows behind a column (default: 5 of one, 2 of each of all)'),
    all: switchFlag('all rows behind a column'),
    snapshot: snapshotFlag,
  },
  examples: [
    ['explain gold.daily_revenue_net --where date=2024-03-05 --column refunds', 'down to the lines'],
    ['explain silver.users --where user_id=u_17', 'the events behind a user'],
    ['explain --why-changed gold.mrr_daily --where date=2024-03-31 --since head~1', 'what moved it'],
  ],
  async run({ flags, words: [table = ''] }, session) {
    const isWhy = flags['why-changed'] === true;
    refuseUnclear(flags, isWhy);
    const since = isWhy ? requireFlag('lake explain --why-changed', '--since', flags.since) : undefined;
    const options = {
      where: flags.where ?? [],
      ...given({
        column: flags.column,
        limit: flags.limit === undefined ? undefined : parseWholeNumber('--limit', flags.limit, 0),
        all: flags.all,
        snapshot: flags.to ?? flags.snapshot,
      }),
      signal: session.operation.signal,
    };
    await session.withLake(async (lake) => {
      if (since !== undefined) {
        const report = await lake.whyChanged(table, { ...options, since });
        await session.answer(report, () => whyChangedText(report, session.style));
      } else {
        const report = await lake.explain(table, options);
        await session.answer(report, () => explainText(report, session.style, flags.column));
      }
    });
  },
});

interface Given {
  readonly since?: string | undefined;
  readonly to?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly all?: boolean | undefined;
  readonly limit?: string | undefined;
}

/** @throws LakeError `invalid-input` for flags of which one would silently be ignored */
function refuseUnclear({ since, to, snapshot, all, limit }: Given, isWhy: boolean): void {
  const refuse = (problem: string): never => {
    throw new LakeError('invalid-input', `lake explain: ${problem}.`);
  };
  if (!isWhy && since !== undefined) refuse('--since needs --why-changed');
  if (!isWhy && to !== undefined) refuse('--to needs --why-changed');
  if (to !== undefined && snapshot !== undefined) refuse('--to and --snapshot exclude each other');
  if (all === true && limit !== undefined) refuse('--all and --limit exclude each other');
}
