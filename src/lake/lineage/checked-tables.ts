// Which tables a check is about, by its name: OpenLineage hangs assertions on datasets.

import { deliveryCheckNames } from '../../pipeline/checks/delivery-checks.js';
import { metricCheckNames } from '../../pipeline/checks/metric-checks.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { DailySeries } from '../../pipeline/define/spec/pipeline-spec.js';
import { seriesCheckName } from '../../pipeline/checks/check-names.js';

/** Results by table; what is about the run as a whole is about its batches. */
export function byTable<T extends { readonly name: string }>(
  pipeline: Pipeline,
  checks: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const declared = declaredTables(pipeline);
  const about = new Map<string, T[]>();
  for (const check of checks) {
    const tables = declared.get(check.name) ?? [namedIn(pipeline, check.name) ?? pipeline.books.batches.name];
    for (const table of tables) about.set(table, [...(about.get(table) ?? []), check]);
  }
  return about;
}

function declaredTables(pipeline: Pipeline): ReadonlyMap<string, readonly string[]> {
  const { checks, ranges, sources, series } = pipeline;
  return new Map<string, readonly string[]>([
    ...metricCheckNames(pipeline).map((name) => [name, [pipeline.books.runs.name]] as const),
    ...sources.flatMap(({ contract, table }) =>
      deliveryCheckNames(contract.source).map((name) => [name, [table.name]] as const),
    ),
    ...series.map((each) => [seriesCheckName(each), tablesOf(each)] as const),
    ...ranges.map(({ name, table }) => [name, [table]] as const),
    ...checks.map(({ name, tables }) => [name, tables] as const),
  ]);
}

const tablesOf = ({ from }: DailySeries): readonly string[] =>
  'sql' in from ? from.tables : [from.partitionsOf];

/** `silver_events_rows` is about `silver.events`; of tables whose names begin alike the longest counts. */
function namedIn(pipeline: Pipeline, check: string): string | undefined {
  return pipeline.definitions
    .map(({ name }) => name)
    .filter((name) => check.startsWith(`${name.replace('.', '_')}_`))
    .toSorted((a, b) => b.length - a.length)[0];
}
