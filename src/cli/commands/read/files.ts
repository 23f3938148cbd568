// `lake files`: the paths that make up a table, for tools that read Parquet by themselves.

import { defineCommand } from '../../command.js';
import { given } from '../../flags.js';
import { snapshotFlag } from '../../row-flags.js';

/** The command `lake files`. */
export const files = defineCommand({
  name: ['files'],
  about: 'the paths that make up a table now',
  details:
    'Prints one path per line, in row order. The folders of a table also hold files of older snapshots, ' +
    'so reading a whole folder gives wrong sums: read only these files.',
  words: { usage: 'TABLE', least: 1, most: 1 },
  flags: { snapshot: snapshotFlag },
  examples: [['files gold.mrr_daily', 'what another tool should read']],
  async run({ flags, words: [table = ''] }, session) {
    await session.withLake(async (lake) => {
      const listing = await lake.files(table, given({ snapshot: flags.snapshot }));
      await session.data(listing, () => listing.files);
    });
  },
});
