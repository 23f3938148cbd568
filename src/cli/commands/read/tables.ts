// `lake tables`: what there is, from the metadata alone.

import { defineCommand } from '../../command.js';
import { given } from '../../flags.js';
import { snapshotFlag } from '../../row-flags.js';
import { tableLines } from '../../output/tables.js';

/** The command `lake tables`. */
export const tables = defineCommand({
  name: ['tables'],
  about: 'tables with rows, files, bytes, partitions, last change',
  flags: { snapshot: snapshotFlag },
  examples: [['tables --snapshot head~1', 'the tables of the snapshot before']],
  async run({ flags }, session) {
    await session.withLake(async (lake) => {
      const listing = await lake.tables(given({ snapshot: flags.snapshot }));
      await session.answer(listing, () => [
        `Tables of snapshot ${listing.snapshot}`,
        '',
        ...tableLines(listing.tables, session.style),
      ]);
    });
  },
});
