// A log's new rows folded into its table: which keys change, and so which partitions.

import type { Table } from 'apache-arrow';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { Schema } from '../../format/schema.js';
import type { WantedKeys } from '../../format/wanted-keys.js';
import { booleanData, tableOf } from '../../parquet/columns.js';
import type { Contract } from '../contract.js';
import { blocksOfTable } from '../rows/decode-rows.js';
import { gatherTable, schemaOf } from '../rows/pick-rows.js';
import type { ExistingFile, Fold, FoldOptions } from '../log-types.js';
import { rowShape } from '../rows/row-block.js';
import type { RowBlock } from '../rows/row-block.js';
import { isTextKey, keyColumn } from '../rows/row-keys.js';
import { textOrder, winnerOrder } from './row-order.js';
import { RowStore } from '../rows/row-store.js';
import { addBlocks, eachBlock, OldRows } from './old-rows.js';
import { placeChanges } from './place-rows.js';
import { Variants } from './variants.js';
import type { Decisions } from './variants.js';

/**
 * Deduplicates by key, decides winners, and works out which partitions change.
 * The outcome is a function of the set of distinct records alone: no split, order or repeat of them can change it.
 */
export async function foldLog<F extends ExistingFile>(
  pool: WorkerPool,
  options: FoldOptions<F>,
): Promise<Fold> {
  const { contract, table, existing } = options;
  const shape = rowShape(contract);
  const store = new RowStore(shape, keyColumn(shape, contract));
  const old = new OldRows(pool, store, existing);
  const known = existing && {
    rows: async (keys: WantedKeys, column: string | null) =>
      old.load(await existing.candidates(keys, column)),
    conflicts: () => addBlocks(store, conflictBlocks(store, existing.conflicts)),
  };
  const fresh = addBlocks(
    store,
    options.parsed.flatMap(({ rows }) => rows),
  );
  const decisions = await decide(store, contract, fresh, known);
  return {
    ...(await placeChanges(pool, store, { old, table, changes: decisions.changes })),
    duplicates: decisions.duplicates,
    conflictingKeys: decisions.conflicts.length,
    conflicts: decisions.conflictsChanged ? conflictsTable(contract, store, decisions.conflicts) : null,
  };
}

/** Where a fold finds what the table held of some keys, as numbers of blocks in its store. */
interface KnownRows {
  /** At least the rows with one of the keys in that column (null: as their whole key). */
  rows(keys: WantedKeys, column: string | null): Promise<readonly number[]>;
  /** All rows of the conflicts table that the fold is about. */
  conflicts(): readonly number[];
}

/** Decides the keys of the fresh blocks; `known` is null where there is no table yet. */
export async function decide(
  store: RowStore,
  contract: Contract,
  fresh: readonly number[],
  known: KnownRows | null,
): Promise<Decisions> {
  const newRows = fresh.reduce((sum, block) => sum + store.blocks[block]!.rows, 0);
  const variants = new Variants(store, winnerOrder(contract, store), newRows);
  eachBlock(store, fresh, (start, rows) => variants.addNew(start, rows));
  if (known !== null && newRows > 0) {
    const column = isTextKey(store.shape, store.key) ? (contract.key[0] ?? null) : null;
    const old = await known.rows(variants.wantedKeys(column !== null), column);
    eachBlock(store, old, (start, rows) => variants.addOld(start, rows));
    eachBlock(store, known.conflicts(), (start, rows) => variants.addOldConflicts(start, rows));
  }
  return variants.decide();
}

/** The conflicts table's rows as blocks of a store's shape. */
export const conflictBlocks = (store: RowStore, conflicts: Table | null): readonly RowBlock[] =>
  conflicts === null ? [] : blocksOfTable(store.shape, store.key, conflicts);

/** The contract's columns and `is_winner`: by key, then winner order, winner first. */
export function conflictsTable(
  contract: Contract,
  store: RowStore,
  conflicts: readonly (readonly number[])[],
): Table {
  const byKey = textOrder(store, store.key);
  const sorted = [...conflicts].sort((a, b) => byKey(a[0]!, b[0]!));
  const rows = Uint32Array.from(sorted.flat());
  const isWinner = Uint8Array.from(sorted.flatMap((variants) => variants.map((_, v) => (v === 0 ? 1 : 0))));
  const columns = schemaOf(
    store,
    contract.columns.map(({ name }) => name),
  );
  const flag = { id: columns.fields.length + 1, name: 'is_winner', type: 'boolean', required: true } as const;
  const schema: Schema = { schemaId: 0, fields: [...columns.fields, flag] };
  const data = gatherTable(store, rows, columns).batches.flatMap(({ data }) => data.children);
  return tableOf(schema, [...data, booleanData(isWinner)]);
}
