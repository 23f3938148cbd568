// A run's figures as checks: within bounds that users or the pipeline set, else not unlike those of earlier runs.

import { parseCounts } from '../../format/counts-text.js';
import { deviation, isUsual, median, usualRate, type UsualRange } from './anomalies.js';
import { statedResult, type CheckResult, type SampleCells } from './check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Metric } from '../define/spec/pipeline-spec.js';
import { severityOf, type CheckPolicy, type Limit } from '../define/spec/check-policy.js';
import type { RunHistory } from '../books/run-metrics.js';
import type { RunFigures } from '../books/run-book.js';

/** Earlier runs that a run is compared with at most. */
const COMPARED_RUNS = 30;

/** Names of the checks that judge runs. */
export const metricCheckNames = ({ runs }: Pipeline): readonly string[] => [
  ...runs.metrics.map(({ check }) => check),
  reasonCheckName,
];

/** The figures of a run, one check each; none for a figure that there is nothing to compare with. */
export function metricChecks(
  { runs }: Pipeline,
  { earlier, run }: RunHistory,
  policy: CheckPolicy,
): readonly CheckResult[] {
  const recent = earlier.slice(-COMPARED_RUNS);
  const results = runs.metrics.flatMap((metric) => metricCheck(metric, recent, run, policy));
  return [...results, ...reasonCheck(recent, run, policy)];
}

/** What a metric is in a run; null where the run has no such figure. */
export function metricValue({ of, by }: Metric, run: RunFigures): number | null {
  const value = run[of] ?? null;
  if (value === null) return null;
  if (by === undefined) return Number(value);
  const whole = Number(run[by] ?? 0);
  return whole === 0 ? null : Number(value) / whole;
}

function metricCheck(
  metric: Metric,
  earlier: readonly RunFigures[],
  run: RunFigures,
  policy: CheckPolicy,
): readonly CheckResult[] {
  const value = metricValue(metric, run);
  if (value === null) return [];
  const limit = policy.limits[metric.name] ?? metric.limit;
  const isAnomaly = limit === undefined;
  const range = isAnomaly ? usualOf(metric, earlier, run, policy) : boundsOf(limit);
  const own = isAnomaly ? policy.anomalies.severity : 'warn';
  const severity = severityOf(policy, metric.check, own);
  if (range === null || severity === 'off') return [];
  return [
    statedResult(
      { name: metric.check, severity, reason: metric.reason },
      {
        value: rounded(value),
        expected: rangeText(range),
        isFailed: !isUsual(value, range),
        sample: [{ metric: metric.name, value: String(rounded(value)), expected: rangeText(range) }],
      },
    ),
  ];
}

type Bounds = Pick<UsualRange, 'low' | 'high'>;

const boundsOf = ({ min = -Infinity, max = Infinity }: Limit): Bounds => ({ low: min, high: max });

/** Null while too few runs are known. */
function usualOf(
  metric: Metric,
  earlier: readonly RunFigures[],
  run: RunFigures,
  { anomalies }: CheckPolicy,
): Bounds | null {
  const values = earlier.map((each) => metricValue(metric, each)).filter((value) => value !== null);
  if (metric.judged === 'bounds' || values.length < anomalies.quietRuns) return null;
  return metric.judged === 'rate'
    ? usualRate(values, Number(run[metric.by ?? ''] ?? 0), anomalies.threshold)
    : usualSize(values, anomalies.threshold);
}

/** Deliveries of a third more or less are one standard deviation, so that twice as much is none of the news. */
const LEAST_SIZE_SPREAD = 0.3;

/** Of amounts that differ by factors. */
function usualSize(values: readonly number[], threshold: number): Bounds {
  const logs = values.map((value) => Math.log1p(value));
  const [center, sigma] = [median(logs), Math.max(deviation(logs), LEAST_SIZE_SPREAD)];
  return {
    low: Math.max(0, Math.expm1(center - threshold * sigma)),
    high: Math.expm1(center + threshold * sigma),
  };
}

/** Four digits are enough to compare by. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** `0.01 to 0.05`, `at most 7`, `0`. */
export function rangeText({ low, high }: Bounds): string {
  if (low === high || (low < 0 && high === 0)) return String(rounded(high));
  if (!Number.isFinite(high)) return Number.isFinite(low) ? `at least ${rounded(low)}` : 'any';
  return low <= 0 ? `at most ${rounded(high)}` : `${rounded(low)} to ${rounded(high)}`;
}

/** Of the check that judges why records are refused. */
export const reasonCheckName = 'anomaly_reject_reasons';

const REASONS = {
  name: reasonCheckName,
  reason: 'More records than usual are refused for one reason: see "lake quarantine".',
};

/** Reasons that refuse more than they did; that one refuses less is no news. */
function reasonCheck(
  earlier: readonly RunFigures[],
  run: RunFigures,
  policy: CheckPolicy,
): readonly CheckResult[] {
  const severity = severityOf(policy, REASONS.name, policy.anomalies.severity);
  const records = Number(run['records'] ?? 0);
  if (severity === 'off' || earlier.length < policy.anomalies.quietRuns || records === 0) return [];
  const wrong = Object.keys(reasonsOf(run)).flatMap((reason): readonly SampleCells[] => {
    const share = (each: RunFigures): number =>
      (reasonsOf(each)[reason] ?? 0) / Math.max(1, Number(each['records'] ?? 0));
    const usual = usualRate(earlier.map(share), records, policy.anomalies.threshold);
    if (share(run) <= usual.high) return [];
    const expected = rangeText({ low: 0, high: usual.high });
    return [{ reason, share: String(rounded(share(run))), expected }];
  });
  const found = { isFailed: wrong.length > 0, value: wrong.length, expected: 0, sample: wrong };
  return [statedResult({ ...REASONS, severity }, found)];
}

/** Refused records by reason. @throws LakeError `corrupt` where a run's row holds anything else */
export const reasonsOf = (run: RunFigures): Readonly<Record<string, number>> =>
  parseCounts(String(run['rejected_by_reason'] ?? '{}'), 'a row of the runs, column rejected_by_reason');
