// `lake files`: the paths that make up a table, for tools that read Parquet by themselves.

import { defineCommand } from '../../command.js';
import { given } from '../../flags.js';
import { snapshotFlag } from '../../row-flags.js';

export const files = defineCommand({
  name: ['files'],
  about: 'the paths that make up a table now',
  details:
    'Prints one path a line, in row order. The folders of a table also hold files of older ' +
    'snapshots, so reading all of a folder gives wrong sums: read these.',
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
