// What is known of a table without reading a row: columns with what manifests say of their values, partitions, files,
// what it is made of and what is made of it.

import { compareBounds, type Bound } from '../../format/stats.js';
import type { DataFile } from '../../format/data-file.js';
import type { Pipeline, TableRole } from '../../pipeline/define/pipeline.js';
import type { LakeView, TableState } from '../../table/view.js';
import { definitionAt, tableNamed, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { canBeExplained } from '../explain/explain-question.js';
import { tableColumns } from '../read/json-rows.js';

/** A column in short. */
export interface ColumnFacts {
  readonly name: string;
  /** Of SQL. */
  readonly type: string;
  readonly isKey: boolean;
  /** Undefined where some file does not say. */
  readonly nulls?: number;
  /** Bounds of the values, which may be wider than these; absent where all are null, or some file does not say. */
  readonly min?: string;
  readonly max?: string;
  /** `layer.table.column` that its values are made of; none where nobody said. */
  readonly madeOf: readonly string[];
}

/** Files with the same values of the partition fields. */
interface PartitionFacts {
  readonly name: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A table in short. */
export interface TableFacts {
  readonly table: string;
  readonly snapshot: number;
  readonly rows: number;
  readonly bytes: number;
  readonly role: string;
  readonly key: readonly string[];
  readonly columns: readonly ColumnFacts[];
  /** Fields that it is partitioned by. */
  readonly partitionedBy: readonly string[];
  readonly partitions: readonly PartitionFacts[];
  readonly fileCount: number;
  readonly files: readonly Pick<DataFile, 'path' | 'rows' | 'bytes' | 'addedIn' | 'sha256'>[];
  readonly inputs: readonly string[];
  readonly readers: readonly string[];
  /** The statement of a model. */
  readonly sql?: string;
  /** Whether `explain` can be asked of its rows. */
  readonly isExplained: boolean;
}

/** Files that are listed one by one. */
const LISTED_FILES = 1000;

/** @throws LakeError `not-found` for a table or snapshot that is not there */
export async function tableFacts(parts: Parts, name: string, { snapshot }: AtSnapshot): Promise<TableFacts> {
  const view = await viewAt(parts, snapshot);
  const state = await tableNamed(view, name);
  const [files, pipeline] = await Promise.all([state.files(), definitionAt(parts, view)]);
  const role = pipeline?.roleOf(state.name);
  const key = pipeline?.table(state.name)?.definition.key ?? [];
  return {
    table: state.name,
    snapshot: view.snapshot.snapshotId,
    rows: state.ref.rows,
    bytes: state.ref.bytes,
    role: role?.kind ?? 'unknown',
    key,
    columns: columnFacts(state, files, pipeline, key),
    partitionedBy: state.spec.fields.map((field) => field.name),
    partitions: partitionsOf(files),
    fileCount: files.length,
    files: files
      .slice(-LISTED_FILES)
      .map(({ path, rows, bytes, addedIn, sha256 }) => ({ path, rows, bytes, addedIn, sha256 })),
    inputs: inputsOf(role),
    readers: readersOf(pipeline, view, state.name),
    ...(role?.kind === 'model' && { sql: role.model.sql }),
    isExplained: pipeline !== undefined && key.length > 0 && canBeExplained(pipeline, state.name),
  };
}

/** The tables that a table is made of. */
export function inputsOf(role: TableRole | undefined): readonly string[] {
  if (role?.kind === 'model') return [...new Set(role.model.inputs.map(({ table }) => table))];
  if (role?.kind === 'records' || role?.kind === 'conflicts') return [role.source.bronze.name];
  return role?.kind === 'elements' ? [role.source.table.name] : [];
}

function readersOf(pipeline: Pipeline | undefined, view: LakeView, table: string): readonly string[] {
  return view.tables.filter((name) => inputsOf(pipeline?.roleOf(name)).includes(table));
}

function columnFacts(
  { name: table, schema }: TableState,
  files: readonly DataFile[],
  pipeline: Pipeline | undefined,
  key: readonly string[],
): readonly ColumnFacts[] {
  const types = tableColumns(schema);
  const lineage = pipeline?.lineage[table]?.columns ?? {};
  return schema.fields.map(({ id, name, type }, at) => {
    const stats = files.map(({ columns }) => columns[id]);
    const known = stats.filter((each) => each !== undefined);
    const isWhole = known.length === stats.length;
    const least = extreme(
      known.map(({ min }) => min),
      (a, b) => compareBounds(type, a, b) < 0,
    );
    const most = extreme(
      known.map(({ max }) => max),
      (a, b) => compareBounds(type, a, b) > 0,
    );
    return {
      name,
      type: types[at]?.type ?? '',
      isKey: key.includes(name),
      ...(isWhole && { nulls: known.reduce((sum, { nulls }) => sum + nulls, 0) }),
      ...(isWhole && least !== undefined && { min: String(least) }),
      ...(isWhole && most !== undefined && { max: String(most) }),
      madeOf: lineage[name] ?? [],
    };
  });
}

function extreme(
  bounds: readonly (Bound | undefined)[],
  isFurther: (a: Bound, b: Bound) => boolean,
): Bound | undefined {
  return bounds.reduce<Bound | undefined>(
    (best, next) => (next !== undefined && (best === undefined || isFurther(next, best)) ? next : best),
    undefined,
  );
}

function partitionsOf(files: readonly DataFile[]): readonly PartitionFacts[] {
  const partitions = new Map<string, PartitionFacts>();
  for (const { partition, rows, bytes } of files) {
    const name = Object.entries(partition)
      .map(([field, value]) => `${field}=${value ?? 'null'}`)
      .join(', ');
    const known = partitions.get(name) ?? { name, files: 0, rows: 0, bytes: 0 };
    partitions.set(name, {
      name,
      files: known.files + 1,
      rows: known.rows + rows,
      bytes: known.bytes + bytes,
    });
  }
  return [...partitions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
