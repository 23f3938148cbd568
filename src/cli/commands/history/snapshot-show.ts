// `lake snapshot show`: one snapshot, what it changed and what its run recorded.

import type { SnapshotDetail } from '../../../lake/history/snapshot-list.js';
import { defineCommand } from '../../command.js';
import { countOf, moment } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { tableLines } from '../../output/tables.js';

/** `lake snapshot show`: one snapshot and what its run recorded. Only reads. */
export const snapshotShow = defineCommand({
  name: ['snapshot', 'show'],
  about: 'one snapshot: what it changed, what its run recorded',
  words: { usage: 'S', least: 1, most: 1 },
  flags: {},
  examples: [
    ['snapshot show head', 'the newest'],
    ['snapshot show 2024-06-01', 'the last one committed by then'],
  ],
  async run({ words: [reference = ''] }, session) {
    await session.withLake(async (lake) => {
      const detail = await lake.snapshot(reference);
      await session.answer(detail, () => snapshotText(detail, session.style));
    });
  },
});

/** The snapshot and what its run recorded, as lines for a person; damaged or hostile summaries are left out. */
function snapshotText(detail: SnapshotDetail, style: Style): readonly string[] {
  const changed = detail.tables.filter((table) => table.changed);
  const parent = detail.parent === null ? 'the first' : `after snapshot ${detail.parent}`;
  const others = detail.tables.length - changed.length;
  return [
    `${style.strong(`Snapshot ${detail.id}`)}, ${parent}, committed ${moment(detail.committedAt)} UTC by ${detail.operation}`,
    '',
    ...(changed.length === 0
      ? ['No table changed.']
      : [
          `Changed ${countOf(changed.length, 'table')}${others === 0 ? '' : `; ${others} others stayed`}`,
          '',
          ...tableLines(changed, style),
        ]),
    '',
    style.faint('--json has what the run recorded: batches, checks, durations'),
  ];
}
