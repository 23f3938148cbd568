// `lake snapshot tag` and `untag`: names that keep snapshots.

import { defineCommand } from '../../command.js';

/** `lake snapshot tag`: once it returned, the snapshot does not expire while it has the tag. */
export const snapshotTag = defineCommand({
  name: ['snapshot', 'tag'],
  about: 'name a snapshot; it will not expire',
  details:
    'Gives snapshot S (default: the head) a name that every command takes instead of its number. A snapshot with ' +
    'a tag does not expire.',
  words: { usage: 'NAME [S]', least: 1, most: 2 },
  flags: {},
  examples: [
    ['snapshot tag month-end', 'the head'],
    ['snapshot tag before-fix head~1', 'the one before it'],
  ],
  writes: true,
  async run({ words: [name = '', reference] }, session) {
    await session.withLake(async (lake) => {
      const report = await lake.tag(name, reference);
      const tag = session.style.strong(report.name);
      await session.report(report, () => [
        report.changed
          ? `Tagged snapshot ${report.snapshot} as ${tag}; it will not expire.`
          : `Snapshot ${report.snapshot} is tagged ${tag} already.`,
      ]);
    });
  },
});

/** `lake snapshot untag`: takes the name away; the snapshot itself stays. */
export const snapshotUntag = defineCommand({
  name: ['snapshot', 'untag'],
  about: 'remove a tag; the snapshot stays until it expires',
  words: { usage: 'NAME', least: 1, most: 1 },
  flags: {},
  examples: [['snapshot untag before-fix', 'its snapshot may expire now']],
  writes: true,
  async run({ words: [name = ''] }, session) {
    await session.withLake(async (lake) => {
      const report = await lake.untag(name);
      await session.report(report, () => [
        `Removed the tag ${session.style.strong(report.name)} from snapshot ${report.snapshot}, which may expire now.`,
      ]);
    });
  },
});
