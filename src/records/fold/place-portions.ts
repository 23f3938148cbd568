// What portions decided, put in place: range by range of partitions, the rows that were added and taken out meet the rows
// that the table held there.

import { collectGarbage } from '../../common/collect-garbage.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Contract } from '../contract.js';
import type { EncodedPartition, EncodeOptions, ExistingFile, ExistingRows } from '../log-types.js';
import { rowShape } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import { encodePartitions } from './fold-output.js';
import { KeyTable } from './key-table.js';
import { rowsOf } from './log-portions.js';
import { addBlocks, OldRows } from './old-rows.js';
import { placeChanges } from './place-rows.js';
import { partitionReader, partitionText, rowPartitions } from './row-partitions.js';
import type { SpilledBlocks } from './spilled-blocks.js';

interface PlaceOptions {
  readonly pool: () => WorkerPool;
  readonly contract: Contract;
  readonly table: TableDefinition;
}

/** Changes of a table that wait on the disk, by ranges of its partitions. */
interface WaitingChanges<F extends ExistingFile> {
  readonly existing: ExistingRows<F> | null;
  readonly changes: {
    readonly added: SpilledBlocks;
    /** Copies of the rows that go. */
    readonly removed: SpilledBlocks;
  };
  /** How many ranges there are. */
  readonly count: number;
}

/** The partitions that changes make, range after range. */
export class PlacedPortions<F extends ExistingFile> {
  readonly #options: PlaceOptions;
  readonly #waiting: WaitingChanges<F>;

  constructor(options: PlaceOptions, waiting: WaitingChanges<F>) {
    this.#options = options;
    this.#waiting = waiting;
  }

  /** The changed partitions as data files, in ascending order. */
  async *encode(encoding: EncodeOptions): AsyncGenerator<EncodedPartition> {
    const { changes, count } = this.#waiting;
    const [added, removed] = [changes.added.rows, changes.removed.rows];
    for (let range = 0; range < count; range++) {
      if (added[range]! + removed[range]! === 0) continue;
      collectGarbage(); // the range before
      yield* this.#encodeRange(range, encoding);
    }
    await changes.added.close();
    await changes.removed.close();
    this.#options.pool().rest();
    collectGarbage();
  }

  async *#encodeRange(range: number, encoding: EncodeOptions): AsyncGenerator<EncodedPartition> {
    const { pool, contract, table } = this.#options;
    const { existing, changes } = this.#waiting;
    const shape = rowShape(contract);
    const store = new RowStore(shape, keyColumn(shape, contract));
    const rows = rowsOf(store, addBlocks(store, await changes.added.load(range)));
    const gone = rowsOf(store, addBlocks(store, await changes.removed.load(range)));
    const old = new OldRows(pool(), store, existing);
    const replaced = await this.#rowsLike(store, old, gone);
    yield* encodePartitions(
      pool(),
      await placeChanges(pool(), store, { old, table, changes: { rows, replaced } }),
      encoding,
    );
  }

  /** The table's rows of which there are copies. */
  async #rowsLike(store: RowStore, old: OldRows<F>, copies: Uint32Array): Promise<Int32Array> {
    const partitioning = rowPartitions(this.#options.table, store.shape);
    const keys = new KeyTable(store, copies.length);
    for (const row of copies) keys.insert(row);
    const partitions = new Set(Array.from(copies, partitionReader(store, partitioning)));
    const files = [...partitions].flatMap(
      (partition) => old.existing?.partitionFiles(partitionText(partitioning, partition)) ?? [],
    );
    const held = rowsOf(store, await old.load(files));
    return Int32Array.from(held.filter((row) => keys.find(row) !== -1));
  }
}
