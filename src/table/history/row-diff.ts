// Rows that differ between two versions of a table, by key. Only files that differ are read, and only hashes are kept
// until it is known which rows are wanted.

import { isLakeError, LakeError } from '../../common/errors.js';
import { compareText } from '../../common/text-order.js';
import type { DataFile } from '../../format/data-file.js';
import { damaged } from '../../format/metadata.js';
import type { Schema } from '../../format/schema.js';
import { currentSchema, type TableFile } from '../../format/table-file.js';
import { evolveRows } from '../../parquet/evolve-rows.js';
import { rowReader, type Cell, type Row } from '../../parquet/rows.js';
import type { FileDelta } from './file-delta.js';
import { refuseStopped } from '../maintenance/maintenance-turn.js';
import { rowHasher } from './row-hash.js';
import { comparableSchema, fieldsAs } from './schema-diff.js';
import type { TableState } from '../view.js';

/** A row that differs. */
export interface RowDiff {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Values of the key columns; the whole row for a table without a key. */
  readonly key: readonly Cell[];
  /** In the columns of the older version. */
  readonly before?: Row;
  /** In the columns of the newer version. */
  readonly after?: Row;
}

/** Two versions of a table, of which one may be missing, and what differs between their files. */
export interface Versions {
  readonly from: TableState | undefined;
  readonly to: TableState | undefined;
  readonly delta: FileDelta;
  /** Names of key columns; none: rows are compared whole. */
  readonly key: readonly string[];
  readonly signal?: AbortSignal;
  /** Files that were read. */
  readonly onFile?: () => void;
}

/** How many rows differ, by kind. */
export interface RowCounts {
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
  readonly rowsChanged: number;
}

/** How many rows differ. Rows that lie in other files with the same values do not. */
export async function countRowDiffs(versions: Versions): Promise<RowCounts> {
  const { added, removed } = versions.delta;
  const rowsOf = (files: readonly DataFile[]): number => files.reduce((total, { rows }) => total + rows, 0);
  if (added.length === 0 || removed.length === 0)
    return { rowsAdded: rowsOf(added), rowsRemoved: rowsOf(removed), rowsChanged: 0 };
  const kinds = await differingKeys(versions);
  let [rowsAdded, rowsRemoved, rowsChanged] = [0, 0, 0];
  for (const kind of kinds.values()) {
    if (kind === 'added') rowsAdded++;
    else if (kind === 'removed') rowsRemoved++;
    else rowsChanged++;
  }
  return { rowsAdded, rowsRemoved, rowsChanged };
}

/** The rows themselves, sorted by key. As many as differ are in memory. */
export async function listRowDiffs(versions: Versions): Promise<readonly RowDiff[]> {
  const kinds = await differingKeys(versions);
  const found = new Map<string, { key: readonly Cell[]; before?: Row; after?: Row }>();
  for (const side of ['before', 'after'] as const) {
    for await (const { table, schema, keyOf, shownKey } of filesOf(versions, side)) {
      const read = rowReader(table, schema);
      for (let row = 0; row < table.numRows; row++) {
        const id = keyOf(row);
        if (!kinds.has(id)) continue;
        const cells = read(row);
        found.set(id, { ...found.get(id), key: shownKey(cells), [side]: cells });
      }
    }
  }
  const rows = Array.from(found, ([id, row]): RowDiff => ({ kind: kinds.get(id)!, ...row }));
  return rows.sort((left, right) => compareKeys(left.key, right.key));
}

/** By hash of the key and how often it came before in the files that were read. */
async function differingKeys(versions: Versions): Promise<ReadonlyMap<string, RowDiff['kind']>> {
  const contents = new Map<string, string>();
  const kinds = new Map<string, RowDiff['kind']>();
  for await (const { table, keyOf, contentOf } of filesOf(versions, 'before'))
    for (let row = 0; row < table.numRows; row++) {
      const key = keyOf(row);
      contents.set(key, contentOf(row));
      kinds.set(key, 'removed');
    }
  for await (const { table, keyOf, contentOf } of filesOf(versions, 'after'))
    for (let row = 0; row < table.numRows; row++) {
      const key = keyOf(row);
      const before = contents.get(key);
      if (before === undefined) kinds.set(key, 'added');
      else if (before === contentOf(row)) kinds.delete(key);
      else kinds.set(key, 'changed');
    }
  return kinds;
}

interface ReadFile {
  /** In the schema of its own version. */
  readonly table: Awaited<ReturnType<TableState['rows']>>;
  readonly schema: Schema;
  readonly keyOf: (row: number) => string;
  readonly contentOf: (row: number) => string;
  /** The key's values out of a row of the version. */
  readonly shownKey: (cells: Row) => readonly Cell[];
}

async function* filesOf(versions: Versions, side: 'before' | 'after'): AsyncIterable<ReadFile> {
  const state = side === 'before' ? versions.from : versions.to;
  const files = side === 'before' ? versions.delta.removed : versions.delta.added;
  if (state === undefined) return;
  const shape = shapeOf(versions, state);
  const seen = new Map<string, number>();
  for (const file of files) {
    refuseStopped(versions.signal, 'the comparison is not complete');
    const table = await state.rows(file);
    const compared = comparable(file, () => evolveRows(table, shape.from, shape.to));
    const keyHash = rowHasher(compared, shape.keyColumns);
    const keyOf = (row: number): string => {
      const hash = keyHash(row);
      const times = seen.get(hash) ?? 0;
      seen.set(hash, times + 1);
      return times === 0 ? hash : `${hash} ${times}`;
    };
    const contentOf = versions.key.length === 0 ? () => '' : rowHasher(compared, shape.allColumns);
    const shownKey = (cells: Row): readonly Cell[] => shape.shownColumns.map((at) => cells[at] ?? null);
    yield { table, schema: state.schema, keyOf, contentOf, shownKey };
    versions.onFile?.();
  }
}

/** No table goes from a type to one that is not wider: columns of which that is said were changed by hand. */
function comparable<T>({ path }: DataFile, evolve: () => T): T {
  try {
    return evolve();
  } catch (error) {
    if (!isLakeError(error, 'check-failed')) throw error;
    throw damaged(path, `the two snapshots say different columns of its table: ${error.message}`, error);
  }
}

interface Shape {
  /** The version's own schema by the ids of the common one. */
  readonly from: Schema;
  readonly to: Schema;
  /** Of the common schema. */
  readonly keyColumns: readonly number[];
  readonly allColumns: readonly number[];
  /** Of the version's own schema. */
  readonly shownColumns: readonly number[];
}

function shapeOf({ from, to, key }: Versions, state: TableState): Shape {
  const [old, now] = [(from ?? to)!.file, (to ?? from)!.file];
  const common = comparableSchema(old, now);
  const own: Schema = { schemaId: -2, fields: fieldsAs(state.file, now) };
  const ids = key.length === 0 ? common.fields.map(({ id }) => id) : key.map((name) => keyId(now, name));
  const placesIn = ({ fields }: Schema): readonly number[] =>
    ids.map((id) => fields.findIndex((field) => field.id === id));
  return {
    from: own,
    to: common,
    keyColumns: placesIn(common),
    allColumns: common.fields.map((_, i) => i),
    shownColumns: placesIn(own),
  };
}

function keyId(table: TableFile, name: string): number {
  const field = currentSchema(table).fields.find((each) => each.name === name);
  if (field !== undefined) return field.id;
  const message = `${table.table} has no column ${name} to compare its rows by.`;
  throw new LakeError('invalid-input', message, { details: { table: table.table, column: name } });
}

/** Value by value, nulls last. */
function compareKeys(left: readonly Cell[], right: readonly Cell[]): number {
  for (let i = 0; i < left.length; i++) {
    const order = compareCells(left[i] ?? null, right[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareCells(left: Cell, right: Cell): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right);
  return left < right ? -1 : Number(left > right);
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return left.length - right.length;
}
