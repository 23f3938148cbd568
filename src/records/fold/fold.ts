// A log's new rows folded into its table: which keys change, and so which partitions.

import type { Table } from 'apache-arrow';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { Schema } from '../../format/schema.js';
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
  const decisions = await decide(store, old, options);
  return {
    ...(await placeChanges(pool, store, { old, table, changes: decisions.changes })),
    duplicates: decisions.duplicates,
    conflictingKeys: decisions.conflicts.length,
    conflicts: decisions.conflictsChanged ? conflictsTable(contract, store, decisions.conflicts) : null,
  };
}

async function decide<F extends ExistingFile>(
  store: RowStore,
  old: OldRows<F>,
  { contract, parsed, existing }: FoldOptions<F>,
): Promise<Decisions> {
  const newBlocks = addBlocks(
    store,
    parsed.flatMap(({ rows }) => rows),
  );
  const newRows = newBlocks.reduce((sum, block) => sum + store.blocks[block]!.rows, 0);
  const variants = new Variants(store, winnerOrder(contract, store), newRows);
  eachBlock(store, newBlocks, (start, rows) => variants.addNew(start, rows));
  if (existing !== null && newRows > 0) {
    const column = isTextKey(store.shape, store.key) ? (contract.key[0] ?? null) : null;
    const files = await existing.candidates(variants.wantedKeys(column !== null), column);
    eachBlock(store, await old.load(files), (start, rows) => variants.addOld(start, rows));
    const conflicts = conflictBlocks(store, existing.conflicts);
    eachBlock(store, addBlocks(store, conflicts), (start, rows) => variants.addOldConflicts(start, rows));
  }
  return variants.decide();
}

const conflictBlocks = (store: RowStore, conflicts: Table | null): readonly RowBlock[] =>
  conflicts === null ? [] : blocksOfTable(store.shape, store.key, conflicts);

/** The contract's columns and `is_winner`: by key, then winner order, winner first. */
function conflictsTable(
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
