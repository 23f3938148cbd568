// `lake metrics`: how runs compare, as a table with lines of blocks, or for a machine to watch.

import type { MetricsReport, RunReport } from '../../../lake/quality/metrics.js';
import { LakeError } from '../../../common/errors.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given, parseChoice, parseWholeNumber } from '../../flags.js';
import { count, countOf } from '../../output/figures.js';
import { prometheusLines } from '../../output/prometheus.js';
import { sparkline } from '../../output/sparkline.js';
import type { Style } from '../../output/style.js';
import { textTable } from '../../output/text-table.js';
import { snapshotFlag } from '../../row-flags.js';

/** Runs that fit a line of 80. */
const SHOWN_RUNS = 30;

/** `lake metrics`: the figures of runs beside what is usual, or as Prometheus text. Only reads. */
export const metrics = defineCommand({
  name: ['metrics'],
  about: 'how runs compare: volume, refusals, duplicates, freshness',
  details:
    'Every run that reads something records its figures in bronze.runs; they survive "snapshot expire". ' +
    'The newest run is shown beside what is usual, with a small chart of all of them, newest last. ' +
    '"limits" in lake.config.json sets bounds by name; without them a run is compared with earlier ones ' +
    '(the checks named anomaly_…).',
  flags: {
    snapshot: snapshotFlag,
    limit: valueFlag('N', `the newest N runs (default: ${SHOWN_RUNS})`),
    format: valueFlag('FORMAT', 'table or prometheus (default: table)'),
  },
  examples: [['metrics --format prometheus', 'the newest run, for a scraper']],
  async run({ flags }, session) {
    const format = parseChoice('--format', flags.format ?? 'table', ['table', 'prometheus']);
    if (session.isJson && format === 'prometheus')
      throw new LakeError(
        'invalid-input',
        'lake metrics: --json and --format prometheus exclude each other.',
      );
    const limit = flags.limit === undefined ? SHOWN_RUNS : parseWholeNumber('--limit', flags.limit, 1);
    await session.withLake(async (lake) => {
      const report = await lake.metrics({ ...given({ snapshot: flags.snapshot }), limit });
      if (format === 'prometheus') await session.data(report, () => prometheusLines(report));
      else await session.answer(report, () => metricsText(report, session.style));
    });
  },
});

function metricsText(report: MetricsReport, style: Style): readonly string[] {
  const { snapshot, runs } = report;
  const newest = runs.at(-1);
  if (newest === undefined) return [`No run is recorded in snapshot ${snapshot}.`];
  return [
    ...(report.metrics.length === 0
      ? ['No figure of a run is measured: "metrics" in lake.yaml says which.']
      : [
          style.strong(`The newest ${countOf(runs.length, 'run')} of snapshot ${snapshot}`),
          '',
          ...metricRows(report, newest, style),
        ]),
    '',
    style.strong('Run by run, newest last'),
    '',
    ...runRows(runs, style),
  ];
}

function metricRows(
  { metrics: all, runs }: MetricsReport,
  newest: RunReport,
  style: Style,
): readonly string[] {
  const cells = all.map(({ name, about, kind }) => {
    const values = runs.map((run) => run.values[name] ?? null);
    const known = values.slice(0, -1).filter((value) => value !== null);
    return [
      name,
      shown(newest.values[name] ?? null, kind),
      known.length === 0 ? '' : shown(middle(known), kind),
      runs.length > 1 ? sparkline(values.slice(-TREND_RUNS)) : '',
      about,
    ];
  });
  const columns = [
    { header: 'metric' },
    { header: 'newest', align: 'right' },
    { header: 'median', align: 'right' },
    { header: runs.length > 1 ? 'trend' : '' },
    { header: '', maxWidth: 30 },
  ] as const;
  return textTable(columns, cells, { style });
}

/** Blocks of a line. */
const TREND_RUNS = 16;

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function shown(value: number | null, kind: 'rate' | 'number'): string {
  if (value === null) return '–';
  if (kind === 'number') return count(value);
  return value > 0 && value < 0.0005 ? '<0.1 %' : `${(value * 100).toFixed(1)} %`;
}

/** Runs in the table. */
const LISTED_RUNS = 10;

function runRows(runs: readonly RunReport[], style: Style): readonly string[] {
  const right = (header: string) => ({ header, align: 'right' }) as const;
  const columns = [
    ...['run', 'ingested'].map((header) => ({ header })),
    ...['batches', 'records', 'refused', 'duplicates', 'late'].map(right),
    { header: 'newest day' },
  ];
  const cells = runs
    .slice(-LISTED_RUNS)
    .map((run) => [
      ...[String(run.run), run.ingestDate],
      ...[run.batches, run.records, run.records - run.accepted, run.duplicates, run.lateRows].map(count),
      run.newestDate ?? '–',
    ]);
  return textTable(columns, cells, { style });
}
