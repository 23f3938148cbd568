// `lake restore`: the exact bytes of a log batch, from bronze.

import { defineCommand, valueFlag } from '../../command.js';
import { requireFlag } from '../../flags.js';
import { bytes } from '../../output/figures.js';

/** The command `lake restore`. */
export const restore = defineCommand({
  name: ['restore'],
  about: "a log batch's exact bytes, from bronze",
  details:
    'Writes what was read as one batch of a log, byte for byte, checked against its SHA-256. BATCH is ' +
    'a batch id of bronze.batches or an unambiguous beginning of one.',
  words: { usage: 'BATCH', least: 1, most: 1 },
  flags: { out: valueFlag('FILE', 'the file to write (required)') },
  examples: [['restore 3f2a --out events.ndjson', 'the batch whose id begins with 3f2a']],
  writes: true,
  async run({ flags, words: [batch = ''] }, session) {
    const out = requireFlag('lake restore', '--out', flags.out);
    await session.withLake(async (lake) => {
      const report = await lake.restore(batch, out, session.operation);
      await session.report(report, () => [
        `Wrote ${report.path}: ${bytes(report.bytes)} of batch ${report.batchId}`,
        session.style.faint(`sha256 ${report.sha256}, as when it was read`),
      ]);
    });
  },
});
