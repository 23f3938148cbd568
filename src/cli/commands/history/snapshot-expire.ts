// `lake snapshot expire`: old snapshots go, so that their bytes can be freed.

import type { ExpireReport } from '../../../lake/maintenance/expire.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given, parseMoment, parseWholeNumber } from '../../flags.js';
import { bytes, count, countOf, moment } from '../../output/figures.js';
import { proofLines } from '../../output/proof.js';
import { ranges } from '../../output/snapshot-ranges.js';
import type { Style } from '../../output/style.js';
import { nextLine } from '../../output/tables.js';
import { textTable } from '../../output/text-table.js';
import { dryRunFlag } from '../../row-flags.js';

/** `lake snapshot expire`: retires snapshots for good; never the head, a tagged or a pinned one. */
export const snapshotExpire = defineCommand({
  name: ['snapshot', 'expire'],
  about: 'retire old snapshots; vacuum then frees their files',
  details:
    'Keeps the head, every tagged snapshot, the newest N that changed a table and all that are younger ' +
    'than D; the others can no longer be read. The default is the newest 20 and 7 days; with only one of ' +
    'the flags the other keeps nothing. Their data files stay until "lake vacuum".',
  flags: {
    keep: valueFlag('N', 'keep the newest N that changed a table'),
    'older-than': valueFlag('D', 'keep what is younger: an age like 7d, 24h, a day or a time'),
    'dry-run': dryRunFlag,
  },
  examples: [
    ['snapshot expire --dry-run', 'what would go'],
    ['snapshot expire --keep 5', 'keep five, however young the others are'],
    ['snapshot expire --older-than 30d', 'retire what is older than 30 days'],
  ],
  writes: true,
  async run({ flags }, session) {
    const keep = flags.keep === undefined ? undefined : parseWholeNumber('--keep', flags.keep, 1);
    const age = flags['older-than'];
    const olderThanMicros =
      age === undefined ? undefined : parseMoment('--older-than', age, session.runtime.now());
    await session.withLake(async (lake) => {
      const options = { ...given({ keep, olderThanMicros }), dryRun: flags['dry-run'] === true };
      const report = await lake.expire({ ...options, ...session.operation });
      await session.report(report, () => expireText(report, session.style));
    });
  },
});

function expireText(report: ExpireReport, style: Style): readonly string[] {
  const { expired, dryRun } = report;
  if (expired.length === 0)
    return [
      `Nothing to expire: every snapshot is kept (${countOf(report.kept.length, 'snapshot')}).`,
      ...keptLines(report, style),
    ];
  const total = expired.length + report.kept.length;
  return [
    style.strong(
      `${dryRun ? 'Would expire' : 'Expired'} ${count(expired.length)} of ${countOf(total, 'snapshot')}`,
    ),
    '',
    ...expiredLines(expired, style),
    '',
    style.strong(`${dryRun ? 'Would keep' : 'Kept'} ${count(report.kept.length)}`),
    ...keptLines(report, style),
    '',
    `${dryRun ? 'Would delete' : 'Deleted'} ${countOf(report.metadataFiles, 'metadata file')} (${bytes(report.metadataBytes)}).`,
    ...(dryRun ? ['Nothing was changed (--dry-run).'] : proofLines(report.proof, style)),
    ...spareLines(report, style),
  ];
}

const SHOWN_EXPIRED = 20;

function expiredLines(expired: ExpireReport['expired'], style: Style): readonly string[] {
  const shown = expired.slice(0, SHOWN_EXPIRED);
  const more = expired.length - shown.length;
  return [
    ...textTable(
      [{ header: 'snapshot', align: 'right' }, { header: 'committed (UTC)' }, { header: 'operation' }],
      shown.map(({ id, committedAt, operation }) => [String(id), moment(committedAt), operation]),
      { style },
    ),
    ...(more === 0 ? [] : [`  and ${count(more)} more (--json has all)`]),
  ];
}

/** Why, and for whom. */
function keptLines({ kept, keep, olderThan }: ExpireReport, style: Style): readonly string[] {
  const reasons: Readonly<Record<ExpireReport['kept'][number]['why'], string>> = {
    head: 'the head',
    newest: keep === 1 ? 'the newest that changed a table' : `of the newest ${keep} that changed a table`,
    young: olderThan === null ? 'young' : `committed since ${moment(olderThan)} UTC`,
    tagged: 'tagged',
  };
  const whys = ['head', 'newest', 'young', 'tagged'] as const;
  const rows = whys.flatMap((why) => {
    const ids = kept.filter((each) => each.why === why).map(({ id }) => id);
    return ids.length === 0 ? [] : [[ranges(ids), reasons[why]]];
  });
  return ['', ...textTable([{ header: '', maxWidth: 34 }, { header: '' }], rows, { style })];
}

/** What vacuum can free then. */
function spareLines({ dataFiles, dataBytes, dryRun }: ExpireReport, style: Style): readonly string[] {
  const files = `${countOf(dataFiles, 'data file')} (${bytes(dataBytes)})`;
  const belong = `${dryRun ? 'would belong' : dataFiles === 1 ? 'belongs' : 'belong'} to no snapshot`;
  const next = dryRun ? 'lake snapshot expire' : 'lake vacuum';
  return dataFiles === 0 ? [] : ['', `${files} ${belong}${dryRun ? '' : ' now'}.`, nextLine(next, style)];
}
