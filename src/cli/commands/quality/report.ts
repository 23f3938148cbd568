// `lake report`: one page for people who ask for the figures, not for tables.

import { defineCommand, valueFlag } from '../../command.js';
import { given, requireFlag } from '../../flags.js';
import { bytes } from '../../output/figures.js';
import { snapshotFlag } from '../../row-flags.js';

/** `lake report`: writes one HTML page that loads nothing; the same snapshot gives the same bytes. */
export const report = defineCommand({
  name: ['report'],
  about: 'one HTML page: figures, charts, quality, runs',
  details:
    'Writes one file that holds everything it shows and loads nothing: open it from disk, or send it. The same ' +
    'snapshot gives the same bytes.',
  flags: {
    out: valueFlag('FILE', 'the page (required)'),
    snapshot: snapshotFlag,
  },
  examples: [['report --out report.html', 'the head, to be opened in a browser']],
  writes: true,
  async run({ flags }, session) {
    const out = requireFlag('lake report', '--out FILE', flags.out);
    await session.withLake(async (lake) => {
      const written = await lake.report({ ...given({ snapshot: flags.snapshot }), out });
      await session.report(written, () => [
        `Wrote the report of snapshot ${written.snapshot} to ${written.path} (${bytes(written.bytes)}).`,
      ]);
    });
  },
});
