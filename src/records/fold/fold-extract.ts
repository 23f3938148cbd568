// Deliveries of an extract folded into its table: of each key the newest delivery that holds it decides, by the largest of
// its accepted records in the winner order; keys that no delivery holds keep their row (pipeline §4, §5).

import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Contract } from '../contract.js';
import type { ParsedExtract } from '../extract/parse-extract.js';
import type { ExistingFile, ExistingRows } from '../log-types.js';
import { rowShape } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import { foundKeys, type FoundKeys } from './found-keys.js';
import { KeyTable, noRow } from './key-table.js';
import { addBlocks, eachBlock, OldRows } from './old-rows.js';
import { placeChanges, type PlacedChanges } from './place-rows.js';
import { winnerOrder, type RowComparison } from './row-order.js';
import type { Changes } from './variants.js';

/** What folding deliveries of an extract into a table takes. */
interface FoldExtractOptions<F extends ExistingFile> {
  readonly contract: Contract;
  /** Partitioned by day or month of a date column, or not; sorted by its key. */
  readonly table: TableDefinition;
  /** Oldest first. */
  readonly deliveries: readonly Pick<ParsedExtract, 'rows' | 'refusedKeys'>[];
  /** Null: the table is empty. */
  readonly existing:
    (Pick<ExistingRows<F>, 'partitionFiles' | 'read'> & { readonly files: readonly F[] }) | null;
}

/** What changes in an extract's table. */
export interface ExtractFold extends PlacedChanges {
  /** Keys of the table that the newest delivery does not hold. */
  readonly missing: FoundKeys;
  /** Keys of the table whose newest state was refused, so that their old one stands. */
  readonly refusedStates: FoundKeys;
}

/** The outcome is a function of the table and of each delivery's set of records, not of their order in it. */
export async function foldExtract<F extends ExistingFile>(
  pool: WorkerPool,
  { contract, table, deliveries, existing }: FoldExtractOptions<F>,
): Promise<ExtractFold> {
  const shape = rowShape(contract);
  const store = new RowStore(shape, keyColumn(shape, contract));
  const old = new OldRows(pool, store, existing);
  const known = await old.load(existing?.files ?? []);
  const blocks = deliveries.map(({ rows, refusedKeys }) => ({
    accepted: addBlocks(store, rows),
    refused: addBlocks(store, refusedKeys),
  }));
  const states = new KeyStates(store, winnerOrder(contract, store));
  eachBlock(store, known, (start, rows) => states.addOld(start, rows));
  blocks.forEach(({ accepted, refused }, delivery) => {
    eachBlock(store, accepted, (start, rows) => states.addAccepted(start, rows, delivery));
    eachBlock(store, refused, (start, rows) => states.addRefused(start, rows, delivery));
  });
  const { changes, missing, refusedStates } = states.decide(blocks.length - 1);
  return {
    ...(await placeChanges(pool, store, { old, table, changes })),
    missing: foundKeys(store, contract, missing),
    refusedStates: foundKeys(store, contract, refusedStates),
  };
}

/** A delivery before all others. */
const never = -1;

/** What is known of each key: its row before and now, and the newest deliveries that hold it. */
class KeyStates {
  readonly #table: KeyTable;
  readonly #before: Int32Array;
  readonly #now: Int32Array;
  readonly #accepted: Int32Array;
  readonly #refused: Int32Array;

  /** The store holds all rows that are to come. */
  constructor(
    store: RowStore,
    private readonly compare: RowComparison,
  ) {
    this.#table = new KeyTable(
      store,
      store.blocks.reduce((sum, { rows }) => sum + rows, 0),
    );
    this.#before = new Int32Array(this.#table.capacity).fill(noRow);
    this.#now = new Int32Array(this.#table.capacity).fill(noRow);
    this.#accepted = new Int32Array(this.#table.capacity).fill(never);
    this.#refused = new Int32Array(this.#table.capacity).fill(never);
  }

  addOld(start: number, rows: number): void {
    for (let row = start; row < start + rows; row++) {
      const slot = this.#table.insert(row);
      this.#before[slot] = this.#now[slot] = row;
    }
  }

  addAccepted(start: number, rows: number, delivery: number): void {
    for (let row = start; row < start + rows; row++) {
      const slot = this.#table.insert(row);
      const isFirst = this.#accepted[slot] !== delivery;
      if (isFirst || this.compare(row, this.#now[slot]!) > 0) this.#now[slot] = row;
      this.#accepted[slot] = delivery;
    }
  }

  addRefused(start: number, rows: number, delivery: number): void {
    for (let row = start; row < start + rows; row++) this.#refused[this.#table.insert(row)] = delivery;
  }

  /** Rows of the table's keys by what the newest delivery says of them, and what changes. */
  decide(newest: number): { changes: Changes; missing: readonly number[]; refusedStates: readonly number[] } {
    const [rows, replaced, missing, refusedStates]: number[][] = [[], [], [], []];
    for (let slot = 0; slot < this.#table.capacity; slot++) {
      const [now, before] = [this.#now[slot]!, this.#before[slot]!];
      if (now === noRow) continue;
      if (before === noRow || (now !== before && this.compare(now, before) !== 0)) {
        rows!.push(now);
        replaced!.push(before);
      }
      const [accepted, refused] = [this.#accepted[slot]!, this.#refused[slot]!];
      if (accepted !== newest && refused !== newest) missing!.push(now);
      if (refused > accepted) refusedStates!.push(now);
    }
    const changes = { rows: Uint32Array.from(rows!), replaced: Int32Array.from(replaced!) };
    return { changes, missing: missing!, refusedStates: refusedStates! };
  }
}
