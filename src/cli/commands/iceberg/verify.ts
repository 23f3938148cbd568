// `lake iceberg verify`: what is published, read back by a reader that is not ours.

import type { PublicationReport, VerifiedTable } from '../../../lake/iceberg/verify.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given } from '../../flags.js';
import { count, countOf } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { textTable } from '../../output/text-table.js';

/** `lake iceberg verify`: compares what an independent reader finds with what the lake holds. Only reads. */
export const icebergVerify = defineCommand({
  name: ['iceberg', 'verify'],
  about: 'read the Iceberg tables back with an independent reader',
  details:
    'Checks for every table that its newest snapshot is published, for this location and by lake; then ' +
    'reads it as another program would and compares the number of rows and a checksum of every column. ' +
    'Exit code 2 if something must be published again, 4 if the reader finds other data.',
  flags: {
    table: valueFlag('TABLE', 'only this table'),
    location: valueFlag('URI', 'where readers find the lake, if not on this disk'),
  },
  examples: [['iceberg verify', 'every table']],
  async run({ flags }, session) {
    await session.withLake(async (lake) => {
      const options = given({ table: flags.table, location: flags.location });
      const report = await lake.verifyIceberg({ ...options, ...session.operation });
      await session.report(report, () => verificationText(report, session.style));
      const statuses = new Set(report.tables.map(({ status }) => status));
      if (statuses.has('wrong')) session.fail('corrupt');
      else if ([...statuses].some((status) => status !== 'right' && status !== 'unread'))
        session.fail('check-failed');
    });
  },
});

function verificationText({ snapshot, tables, foreign }: PublicationReport, style: Style): readonly string[] {
  const right = tables.filter(({ status }) => status === 'right');
  const rows = right.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  const others = tables.filter(({ status }) => status !== 'right');
  const headline = `${right.length} of ${countOf(tables.length, 'table')} of snapshot ${snapshot} read back as they are (${countOf(rows, 'row')})`;
  return [
    style.strong(headline),
    ...(others.length === 0
      ? []
      : ['', ...textTable([{ header: 'table' }, { header: 'is' }], others.map(shortly), { style })]),
    ...others
      .flatMap(({ table, note }) => (note === undefined ? [] : ['', `${table}: ${note}`]))
      .slice(0, 20),
    ...(foreign.length === 0
      ? []
      : [
          '',
          `${count(foreign.length)} of another program, not part of the lake:`,
          ...foreign.slice(0, 10).map((path) => `  ${path}`),
        ]),
  ];
}

const shortly = ({ table, status }: VerifiedTable): readonly string[] => [table, status];
