// What becomes of each key: the variants that are known of it, which of them wins, and whether anything changes.

import { compareText } from '../../common/text-order.js';
import type { WantedKeys } from '../../format/wanted-keys.js';
import { KeyTable, noRow } from './key-table.js';
import type { RowComparison } from './row-order.js';
import type { RowStore } from '../rows/row-store.js';

/** With more keys than this their texts are not compared with the bounds of files: few would lie between none. */
const mostTexts = 50_000;

/** A key of which more than one variant is known. */
interface Conflict {
  readonly fresh: number[];
  /** What the conflicts table held of this key. */
  readonly old: number[];
}

/** Keys whose row changes, in the order in which they were met. */
export interface Changes {
  /** The winners. */
  readonly rows: Uint32Array;
  /** The old winners, which go; `noRow` where the key is new. */
  readonly replaced: Int32Array;
}

/** What the fold of a log came to, key by key. */
export interface Decisions {
  readonly changes: Changes;
  readonly duplicates: number;
  /** All variants of every key with more than one: winner first, keys in no order. */
  readonly conflicts: readonly (readonly number[])[];
  readonly conflictsChanged: boolean;
}

/** The distinct variants of a key that the table and its conflicts held. */
function knownOf(old: number, conflict: Conflict | undefined): readonly number[] {
  if (conflict !== undefined && conflict.old.length > 0) return conflict.old;
  return old === noRow ? [] : [old];
}

/** Collects rows by key: first the new ones, then what the table knew about their keys; then decides. */
export class Variants {
  readonly #table: KeyTable;
  readonly #compare: RowComparison;
  readonly #slots: Uint32Array;
  readonly #oldRows: Int32Array;
  readonly #conflicts = new Map<number, Conflict>();
  readonly #untouched = new Map<string, number[]>();
  #newRows = 0;

  /** `rows` is the number of new rows at most. */
  constructor(
    readonly store: RowStore,
    compare: RowComparison,
    rows: number,
  ) {
    this.#table = new KeyTable(store, rows);
    this.#compare = compare;
    this.#slots = new Uint32Array(rows);
    this.#oldRows = new Int32Array(this.#table.capacity).fill(noRow);
  }

  /** The keys that were met so far; as texts, too, where they are texts and few. */
  wantedKeys(areTexts: boolean): WantedKeys {
    const hashes = this.#table.sortedHashes();
    if (!areTexts || this.#table.size > mostTexts) return { hashes };
    const slots = Array.from(this.#slots.subarray(0, this.#table.size));
    return {
      hashes,
      texts: slots.map((slot) => this.store.keyText(this.#table.rowAt(slot))).sort(compareText),
    };
  }

  /** New rows: `rows` of them from number `start` on, all in one block. */
  addNew(start: number, rows: number): void {
    for (let row = start; row < start + rows; row++) {
      const keys = this.#table.size;
      const slot = this.#table.insert(row);
      if (this.#table.size > keys) this.#slots[keys] = slot;
      else if (this.#compare(this.#table.rowAt(slot), row) !== 0) this.#conflictAt(slot).fresh.push(row);
    }
    this.#newRows += rows;
  }

  /** Rows of the table as it was. */
  addOld(start: number, rows: number): void {
    for (let row = start; row < start + rows; row++) {
      const slot = this.#table.find(row);
      if (slot !== -1) this.#oldRows[slot] = row;
    }
  }

  /** Rows of the conflicts table as it was. */
  addOldConflicts(start: number, rows: number): void {
    for (let row = start; row < start + rows; row++) {
      const slot = this.#table.find(row);
      if (slot !== -1) this.#conflictAt(slot).old.push(row);
      else this.#untouchedOf(row).push(row);
    }
  }

  decide(): Decisions {
    const rows = new Uint32Array(this.#table.size);
    const replaced = new Int32Array(this.#table.size);
    const conflicts = [...this.#untouched.values()].map((variants) => this.#distinct(variants));
    let [count, newVariants, conflictsChanged] = [0, 0, false];
    for (let k = 0; k < this.#table.size; k++) {
      const slot = this.#slots[k]!;
      const [old, conflict] = [this.#oldRows[slot]!, this.#conflicts.get(slot)];
      let winner = this.#table.rowAt(slot);
      if (old === noRow && conflict === undefined) newVariants++;
      else {
        const known = knownOf(old, conflict);
        const variants = this.#distinct([...known, winner, ...(conflict?.fresh ?? [])]);
        winner = variants[0] ?? winner;
        newVariants += variants.length - known.length;
        if (variants.length > 1) conflicts.push(variants);
        conflictsChanged ||= variants.length > 1 && variants.length !== known.length;
        if (old !== noRow && this.#compare(winner, old) === 0) continue;
      }
      rows[count] = winner;
      replaced[count++] = old;
    }
    const changes = { rows: rows.subarray(0, count), replaced: replaced.subarray(0, count) };
    return { changes, duplicates: this.#newRows - newVariants, conflicts, conflictsChanged };
  }

  /** In descending winner order, equal rows once. */
  #distinct(rows: readonly number[]): readonly number[] {
    const sorted = [...rows].sort((a, b) => this.#compare(b, a));
    return sorted.filter((row, i) => i === 0 || this.#compare(sorted[i - 1]!, row) !== 0);
  }

  #conflictAt(slot: number): Conflict {
    const known = this.#conflicts.get(slot);
    if (known !== undefined) return known;
    const conflict = { fresh: [], old: [] };
    this.#conflicts.set(slot, conflict);
    return conflict;
  }

  #untouchedOf(row: number): number[] {
    const key = this.store.keyText(row);
    const rows = this.#untouched.get(key) ?? [];
    if (rows.length === 0) this.#untouched.set(key, rows);
    return rows;
  }
}
