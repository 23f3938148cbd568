// `lake snapshot list`: the history, newest first.

import { defineCommand, valueFlag } from '../../command.js';
import { parseWholeNumber } from '../../flags.js';
import { countOf } from '../../output/figures.js';
import { nextLine, snapshotLines } from '../../output/tables.js';

const NEWEST = 20;

/** `lake snapshot list`: the newest snapshots that can be read, newest first. */
export const snapshotList = defineCommand({
  name: ['snapshot', 'list'],
  about: 'snapshots, newest first',
  flags: { limit: valueFlag('N', `the newest N (default: ${NEWEST})`) },
  examples: [['snapshot list --limit 5', 'the last five']],
  async run({ flags }, session) {
    const limit = flags.limit === undefined ? NEWEST : parseWholeNumber('--limit', flags.limit, 1);
    await session.withLake(async (lake) => {
      const snapshots = await lake.snapshots(limit);
      const head = snapshots[0]?.id ?? null;
      await session.answer({ head, snapshots }, () =>
        head === null
          ? [`No snapshots in ${session.location} yet.`, nextLine('lake ingest', session.style)]
          : [
              ...snapshotLines(snapshots, session.style),
              ...(snapshots.length === limit
                ? ['', session.style.faint(`the newest ${countOf(limit, 'snapshot')} (--limit N shows more)`)]
                : []),
            ],
      );
    });
  },
});
