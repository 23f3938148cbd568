// Refused records run by run, as the chart of them needs it: of a bounded number however long the lake's history is. Pure.

import type { MetricsReport } from '../quality/metrics.js';

/** Refused records of a run by reason. */
export interface RefusedPoint {
  readonly run: number;
  readonly date: string;
  readonly reason: string;
  readonly records: number;
}

/** Runs and reasons that the chart shows. */
export const REFUSED_LIMITS = { runs: 40, reasons: 7 } as const;

/** The reasons beyond the most frequent. */
const OTHER = 'other reasons';

/** The newest runs that read something; reasons beyond the most frequent are one. */
export function refusedOf(all: MetricsReport['runs']): readonly RefusedPoint[] {
  const runs = all.slice(-REFUSED_LIMITS.runs);
  const frequent = new Set(frequentReasons(runs));
  return runs.flatMap(({ run, ingestDate: date, rejected }) => {
    const sums = new Map<string, number>();
    for (const [reason, records] of Object.entries(rejected)) {
      const name = frequent.has(reason) ? reason : OTHER;
      sums.set(name, (sums.get(name) ?? 0) + records);
    }
    return Array.from(sums, ([reason, records]) => ({ run, date, reason, records }));
  });
}

function frequentReasons(runs: MetricsReport['runs']): readonly string[] {
  const totals = new Map<string, number>();
  for (const { rejected } of runs)
    for (const [reason, records] of Object.entries(rejected))
      totals.set(reason, (totals.get(reason) ?? 0) + records);
  const sorted = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.slice(0, REFUSED_LIMITS.reasons).map(([reason]) => reason);
}

/** Most records first, the rest last: the order of the colours. */
export function reasonsOf(points: readonly RefusedPoint[]): readonly string[] {
  const totals = new Map<string, number>();
  for (const { reason, records } of points) totals.set(reason, (totals.get(reason) ?? 0) + records);
  const rank = ([reason, records]: readonly [string, number]): number => (reason === OTHER ? 0 : records);
  return [...totals].sort((a, b) => rank(b) - rank(a)).map(([reason]) => reason);
}
