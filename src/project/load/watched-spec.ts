// What a project watches: figures of runs, and figures of days.

import type { ColumnOfRuns, DailySeries, Metric, RunLog } from '../../pipeline/define/spec/pipeline-spec.js';
import type { ProjectFiles } from '../read-project.js';
import type { Problems } from '../problems.js';
import { given } from './given.js';

type Files = Pick<ProjectFiles, 'document' | 'places'>;

/** The columns of the run log, and the figures that are judged. */
export function runLog(
  { document: { runs = {}, metrics = {} }, places }: Files,
  problems: Problems,
): Partial<RunLog> {
  const nulls: ColumnOfRuns[] = [];
  const sums: ColumnOfRuns[] = [];
  for (const [column, { nulls_of, sum_of }] of Object.entries(runs)) {
    const written = nulls_of ?? sum_of;
    if (written === undefined || (nulls_of !== undefined && sum_of !== undefined)) {
      problems.add(places.placeOf(['runs', column]), `runs.${column}: expected either nulls_of or sum_of`);
      continue;
    }
    const [layer = '', table = '', of = ''] = written.split('.');
    (nulls_of === undefined ? sums : nulls).push({ column, table: `${layer}.${table}`, of });
  }
  return {
    nulls,
    sums,
    metrics: Object.entries(metrics).map(([name, { common, limit, check, ...metric }]): Metric => {
      const made = metric.judged === 'bounds' ? `limit_${name}` : `anomaly_${name}`;
      const bounds = limit && given(limit);
      return {
        name,
        ...(given({ ...metric, limit: bounds, isCommon: common }) as Omit<Metric, 'name' | 'check'>),
        check: check ?? made,
      };
    }),
  };
}

/** The name by which a series' statement is asked about and found again. */
export const seriesStatement = (name: string): string => `series.${name}.sql`;

/** The series by day; `tablesOf` says which tables a statement reads. */
export function dailySeries(
  { document: { series = {} }, places }: Files,
  tablesOf: (statement: string) => readonly string[],
  problems: Problems,
): readonly DailySeries[] {
  return Object.entries(series).flatMap(([name, written]): readonly DailySeries[] => {
    const { kind, reason, sql, partitions_of: partitionsOf } = written;
    const base = { name, kind, reason };
    if (sql !== undefined && partitionsOf === undefined)
      return [{ ...base, from: { sql, tables: tablesOf(seriesStatement(name)) } }];
    if (sql === undefined && partitionsOf !== undefined) return [{ ...base, from: { partitionsOf } }];
    problems.add(places.placeOf(['series', name]), `series.${name}: expected either sql or partitions_of`);
    return [];
  });
}
