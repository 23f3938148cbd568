// `lake export`: tables as plain files for any other tool.

import { defineCommand, valueFlag } from '../../command.js';
import { given, parseChoice, requireFlag } from '../../flags.js';
import { bytes, count, countOf } from '../../output/figures.js';
import { textTable } from '../../output/text-table.js';
import { csvFlags, csvStyle, snapshotFlag } from '../../row-flags.js';

const FORMATS = ['parquet', 'csv'] as const;

/** The command `lake export`. */
export const exportTables = defineCommand({
  name: ['export'],
  about: 'tables as plain Parquet or CSV files',
  flags: {
    out: valueFlag('DIR', 'the folder that receives one file for each table (required)'),
    table: valueFlag('TABLE', 'only this table (default: all)'),
    format: valueFlag('FORMAT', `${FORMATS.join(' or ')} (default: parquet)`),
    ...csvFlags,
    snapshot: snapshotFlag,
  },
  examples: [['export --out exported --table gold.mrr_daily --format csv', 'one table for a spreadsheet']],
  writes: true,
  async run({ flags }, session) {
    const out = requireFlag('lake export', '--out', flags.out);
    const format = parseChoice('--format', flags.format ?? 'parquet', FORMATS);
    const csv = csvStyle(flags, format);
    await session.withLake(async (lake) => {
      const options = given({ table: flags.table, snapshot: flags.snapshot });
      const report = await lake.export({ ...options, ...session.operation, out, format, csv });
      await session.report(report, () => [
        `Wrote ${countOf(report.files.length, 'file')} of snapshot ${report.snapshot}`,
        '',
        ...textTable(
          [
            { header: 'table' },
            { header: 'rows', align: 'right' },
            { header: 'bytes', align: 'right' },
            { header: 'file' },
          ],
          report.files.map((file) => [file.table, count(file.rows), bytes(file.bytes), file.path]),
          { style: session.style },
        ),
      ]);
    });
  },
});
