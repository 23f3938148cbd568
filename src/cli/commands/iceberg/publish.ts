// `lake iceberg publish`: the lake's tables as Iceberg tables, where they lie.

import type { Publication, PublishedTable } from '../../../iceberg/publish.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given } from '../../flags.js';
import { count, countOf } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { textTable } from '../../output/text-table.js';

/** `lake iceberg publish`: writes Iceberg metadata beside the tables. No snapshot and no data file changes. */
export const icebergPublish = defineCommand({
  name: ['iceberg', 'publish'],
  about: 'the tables, with their history, for readers of Apache Iceberg',
  details:
    'Writes Iceberg v2 metadata to _iceberg/ in the lake, for every retained snapshot; the data files ' +
    'stay where they are. Spark, PyIceberg, DuckDB, Polars and others open the folder of a table, or its ' +
    'vN.metadata.json, where N is the number of the snapshot. Readers must not write: only lake does.',
  flags: {
    table: valueFlag('TABLE', 'only this table'),
    location: valueFlag('URI', 'where readers find the lake, if not on this disk: s3://bucket/lake'),
  },
  examples: [
    ['iceberg publish', 'all tables, for readers on this machine'],
    ['iceberg publish --location s3://bucket/lake', 'for a copy of the lake'],
  ],
  writes: true,
  async run({ flags }, session) {
    await session.withLake(async (lake) => {
      const options = given({ table: flags.table, location: flags.location });
      const report = await lake.publishIceberg({ ...options, ...session.operation });
      await session.report(report, () => publicationText(report, session.style));
    });
  },
});

function publicationText({ snapshot, location, tables }: Publication, style: Style): readonly string[] {
  const written = tables.reduce((sum, { filesWritten }) => sum + filesWritten, 0);
  const headline =
    written === 0
      ? `Nothing to write: snapshot ${snapshot} is published already.`
      : `Published snapshot ${snapshot} of ${countOf(tables.length, 'table')} as Iceberg tables`;
  const rows = tables.map((each) => [each.table, count(each.snapshots), count(each.filesWritten)]);
  const columns = [
    { header: 'table' },
    { header: 'snapshots', align: 'right' as const },
    { header: 'files written', align: 'right' as const },
  ];
  return [
    style.strong(headline),
    ...(written === 0 ? [] : ['', ...textTable(columns, rows, { style })]),
    ...moved(tables),
    ...tables.flatMap((table) => strangers(table)),
    '',
    `Readers open ${location}/_iceberg/TABLE`,
  ];
}

/** Where readers found the lake before, each place once. */
function moved(tables: readonly PublishedTable[]): readonly string[] {
  const places = tables.flatMap(({ table, movedFrom }) => movedFrom?.replace(`/_iceberg/${table}`, '') ?? []);
  return [...new Set(places)].flatMap((place) => ['', `Previously it was published for ${place}`]);
}

const SHOWN_FOREIGN = 3;

function strangers({ table, foreign }: PublishedTable): readonly string[] {
  if (foreign.length === 0) return [];
  const shown = foreign.slice(0, SHOWN_FOREIGN).map((path) => `  ${path}`);
  const more = foreign.length - shown.length;
  return [
    '',
    `${table}: ${countOf(foreign.length, 'file')} of another program, not part of the lake:`,
    ...shown,
    ...(more > 0 ? [`  and ${count(more)} more (--json has all)`] : []),
  ];
}
