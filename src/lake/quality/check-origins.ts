// From the sampled rows of failed checks to the records that they were made of, by file and line.

import type { CheckResult, RecordOrigin, SampleRow } from '../../pipeline/checks/check-results.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { keyText, type RecordKey } from '../../records/record-key.js';
import type { TableSource } from '../../table/view.js';
import { findRecords } from '../explain/bronze-lookup.js';

/** Records that are named for a row at most. */
const SHOWN_ORIGINS = 3;

/** The checks with origins in their samples. Rows whose columns hold the key of no source stay as they are. */
export async function withOrigins(
  view: TableSource,
  pipeline: Pipeline,
  checks: readonly CheckResult[],
): Promise<readonly CheckResult[]> {
  const origins = new Map<string, readonly RecordOrigin[]>();
  const rows = checks.flatMap(({ sample = [] }) => sample);
  for (const { contract } of pipeline.sources) {
    const keys = distinctKeys(rows.flatMap((row) => keyOf(row, contract.key) ?? []));
    const records = await findRecords({ view, pipeline, source: contract.source, keys });
    for (const { source, sourceFile, lineNumber, batchId, key } of records) {
      const place = placeOf(source, key);
      origins.set(place, [...(origins.get(place) ?? []), { source, sourceFile, lineNumber, batchId }]);
    }
  }
  const traced = (row: SampleRow): SampleRow => {
    const found = pipeline.sources.flatMap(({ contract: { source, key } }) =>
      (keyOf(row, key) ?? []).flatMap((values) => origins.get(placeOf(source, values)) ?? []),
    );
    return found.length === 0 ? row : { ...row, origins: found.slice(0, SHOWN_ORIGINS) };
  };
  return checks.map((check) =>
    check.sample === undefined ? check : { ...check, sample: check.sample.map(traced) },
  );
}

const placeOf = (source: string, key: RecordKey): string => `${source} ${keyText(key)}`;

/** The key's values in a row, in a list of one; undefined unless all are there. */
function keyOf({ cells }: SampleRow, columns: readonly string[]): readonly [RecordKey] | undefined {
  const values = columns.map((column) => cells[column]);
  const key = values.filter((value): value is string => typeof value === 'string');
  return key.length === columns.length ? [key] : undefined;
}

const distinctKeys = (keys: readonly RecordKey[]): readonly RecordKey[] => [
  ...new Map(keys.map((key) => [keyText(key), key])).values(),
];
