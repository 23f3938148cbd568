// Bounds of columns, checked on the statistics of the files that a run writes. Rows are read only where a bound is broken.

import { compareBounds, type Bound } from '../../format/stats.js';
import type { DataFile } from '../../format/data-file.js';
import { decimalOf, type Field, type FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { isoOfDays } from '../../common/calendar.js';
import { isoMicros } from '../../common/runtime.js';
import { decimalText } from '../../parquet/cells.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows, type Cell, type Row } from '../../parquet/rows.js';
import { checkResult, type CheckResult, type SampleCells } from './check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Bounds, RangeCheck } from '../define/spec/pipeline-spec.js';
import type { StagedTables } from '../stage/staged-tables.js';

/** The range checks of the tables of which the run writes files. */
export async function rangeChecks(pipeline: Pipeline, tables: StagedTables): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of pipeline.ranges) {
    const files = tables.added(check.table);
    if (files.length > 0) results.push(await rangeCheck(check, files, tables));
  }
  return results;
}

async function rangeCheck(
  check: RangeCheck,
  files: readonly DataFile[],
  tables: StagedTables,
): Promise<CheckResult> {
  const definition = tables.definition(check.table);
  const { fields } = tables.schema(definition);
  const bounded = fields.flatMap((field): readonly BoundedField[] => {
    const bounds = check.columns[field.name];
    return bounds === undefined ? [] : [{ ...field, bounds }];
  });
  const suspects = files.filter((file) => bounded.some((field) => mayBreak(field, file)));
  const wrong: SampleCells[] = [];
  for (const file of suspects) wrong.push(...(await wrongRows(bounded, file, definition, tables)));
  return checkResult(check, wrong.length, 0, wrong);
}

type BoundedField = Field & { readonly bounds: Bounds };

/** Statistics may be wider than the values, never narrower. */
function mayBreak({ id, type, bounds }: BoundedField, { columns }: DataFile): boolean {
  const stats = columns[String(id)];
  return breaks(type, stats?.min, bounds) || breaks(type, stats?.max, bounds);
}

function breaks(type: FieldType, value: Bound | undefined, { min, max }: Bounds): boolean {
  if (value === undefined) return false;
  return (
    (min !== undefined && compareBounds(type, value, min) < 0) ||
    (max !== undefined && compareBounds(type, value, max) > 0)
  );
}

async function wrongRows(
  bounded: readonly BoundedField[],
  file: DataFile,
  definition: TableDefinition,
  tables: StagedTables,
): Promise<readonly SampleCells[]> {
  const schema = tables.schema(definition);
  const rows = tableToRows(decodeParquet(await tables.read(file)), schema);
  const at = (name: string): number => schema.fields.findIndex((field) => field.name === name);
  const shown = [...new Set([...definition.key, ...bounded.map(({ name }) => name)])].map(at);
  const isWrong = (row: Row): boolean =>
    bounded.some((field) =>
      breaks(field.type, boundOf(field.type, row[at(field.name)] ?? null), field.bounds),
    );
  return rows.filter(isWrong).map((row) =>
    Object.fromEntries(
      shown.map((i) => {
        const { name, type } = schema.fields[i]!;
        const bound = boundOf(type, row[i] ?? null);
        return [name, bound === undefined ? null : String(bound)];
      }),
    ),
  );
}

/** A value as statistics have it. */
function boundOf(type: FieldType, cell: Cell): Bound | undefined {
  if (cell === null) return undefined;
  const scale = decimalOf(type)?.scale;
  if (scale !== undefined) return decimalText(BigInt(cell as bigint), scale);
  if (type === 'date') return isoOfDays(Number(cell));
  if (type === 'timestamp') return isoMicros(Number(cell));
  return typeof cell === 'number' ? cell : String(cell);
}
