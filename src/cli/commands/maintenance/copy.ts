// `lake copy`: a lake at another place.

import type { CopyReport } from '../../../lake/maintenance/copy.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given } from '../../flags.js';
import { bytes, countOf } from '../../output/figures.js';
import type { Style } from '../../output/style.js';

/** `lake copy FROM TO`: every byte checked; run again, it goes on where it was. */
export const copy = defineCommand({
  name: ['copy'],
  about: 'copy a lake to another folder or store',
  details:
    'Copies every retained snapshot with all that it names, byte for byte, each file checked against its ' +
    'SHA-256; FROM and TO are folders or stores (s3://, gs://, az://). TO holds nothing, or an earlier copy: then ' +
    'what is there is checked and kept, and the rest comes. Published Iceberg metadata is not copied.',
  words: { usage: 'FROM TO', least: 2, most: 2 },
  flags: { snapshot: valueFlag('S', 'only this snapshot, without those before it') },
  examples: [
    ['copy lake s3://bucket/lake', 'into a store'],
    ['copy s3://bucket/lake az://account/container/lake', 'from store to store'],
    ['copy s3://bucket/lake backup --snapshot month-end', 'one snapshot, onto this disk'],
  ],
  writes: true,
  async run({ flags, words }, session) {
    const { copyLake } = await import('../../../lake/maintenance/copy.js');
    const [from = '', to = ''] = words;
    const report = await copyLake(session.runtime, {
      from,
      to,
      access: session.access,
      env: session.env,
      ...given({ snapshot: flags.snapshot }),
      ...session.operation,
    });
    await session.report({ from, to, ...report }, () => copyText(report, to, session.style));
  },
});

function copyText(report: CopyReport, to: string, style: Style): readonly string[] {
  const { snapshots, copiedFiles, copiedBytes, keptFiles, head } = report;
  const kept = keptFiles === 0 ? '' : `; ${countOf(keptFiles, 'file')} were there already`;
  return [
    style.strong(`${to} holds ${countOf(snapshots, 'snapshot')}, the newest is ${head}`),
    `Copied ${countOf(copiedFiles, 'file')}, ${bytes(copiedBytes)}, every one checked${kept}.`,
  ];
}
