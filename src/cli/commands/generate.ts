// `lake generate`: the synthetic data set.

import { LakeError } from '../../common/errors.js';
import { defineCommand, valueFlag } from '../command.js';
import { parseWholeNumber, requireFlag } from '../flags.js';
import { bytes, count } from '../output/figures.js';
import { nextLine } from '../output/tables.js';
import { textTable } from '../output/text-table.js';
import type { Session } from '../session.js';

const DEFAULTS = { seed: '42', users: '2000', days: '90' } as const;

/** `lake generate`: writes the synthetic data set into a folder. Changes no lake. */
export const generate = defineCommand({
  name: ['generate'],
  about: 'a synthetic data set with the faults of real data',
  details:
    'Writes events.ndjson, subscriptions.json and marketing_spend.csv. The same seed gives the same ' +
    'bytes on every machine.',
  flags: {
    out: valueFlag('DIR', 'the folder that receives the files (required)'),
    seed: valueFlag('N', `seed of all random choices (default: ${DEFAULTS.seed})`),
    users: valueFlag('N', `number of users who sign up (default: ${DEFAULTS.users})`),
    days: valueFlag('N', `number of days (default: ${DEFAULTS.days})`),
  },
  examples: [['generate --out big --users 20000 --days 365', 'about a year of a larger product']],
  writes: true,
  async run({ flags }, session) {
    const outDir = requireFlag('lake generate', '--out', flags.out);
    const seed = parseWholeNumber('--seed', flags.seed ?? DEFAULTS.seed, 0);
    const users = parseWholeNumber('--users', flags.users ?? DEFAULTS.users, 1);
    const days = parseWholeNumber('--days', flags.days ?? DEFAULTS.days, 1);
    const { generate: writeDataSet } = await import('../../generate/generate.js');
    const made = await writeDataSet({ outDir, seed, users, days, onDay: dayProgress(session) });
    const files = [...made.events, made.subscriptions, made.marketingSpend];
    await session.report({ seed, users, days, files }, () => [
      `Wrote ${days} days of ${count(users)} users (seed ${seed}) to ${outDir}`,
      '',
      ...textTable(
        [{ header: 'file' }, { header: 'records', align: 'right' }, { header: 'bytes', align: 'right' }],
        files.map((file) => [file.path, count(file.records), bytes(file.bytes)]),
        { style: session.style },
      ),
      '',
      nextLine(`lake ingest ${outDir}`, session.style),
    ]);
  },
});

/** Reports each day; an interruption ends the work there, and nothing half-written stays. */
function dayProgress({ operation }: Session): (done: number, total: number) => void {
  return (done, total) => {
    if (operation.signal.aborted) throw new LakeError('interrupted', 'Interrupted; no file was written.');
    operation.onProgress({ stage: 'generating', done, total, unit: 'days' });
  };
}
