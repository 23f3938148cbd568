// Rows picked from blocks, in any order, as a block of their own.

import { newBlock, viewBlock, type ColumnView, type RowBlock, type TextView } from './row-block.js';
import { pickRows, type Pick } from './pick-rows.js';
import { blockOf, rowInBlock, type RowStore } from './row-store.js';

/** The rows of a store in this order, keys and hashes included; `blockRows` of them at most. */
export function gatherBlock(store: RowStore, rows: Uint32Array): RowBlock {
  const pick = pickRows(store, rows);
  const textBytes = store.shape.map(({ kind }, column) => (kind === 'text' ? bytesOfTexts(pick, column) : 0));
  const block = newBlock(store.shape, rows.length, textBytes);
  const { hashes, columns } = viewBlock(store.shape, block);
  for (let i = 0; i < rows.length; i++) hashes[i] = store.hash(rows[i]!);
  columns.forEach((target, column) => {
    if (target.kind === 'text') copyTexts(pick, column, target);
    else copyCells(pick, column, target);
  });
  return block;
}

/** The views of one column, by block. */
function viewsOf(pick: Pick, column: number): readonly ColumnView[] {
  const views: ColumnView[] = [];
  for (const block of pick.blocks) views[block] = pick.store.view(block).columns[column]!;
  return views;
}

const textsOf = (pick: Pick, column: number): readonly TextView[] =>
  viewsOf(pick, column) as readonly TextView[];

function bytesOfTexts(pick: Pick, column: number): number {
  const texts = textsOf(pick, column);
  let bytes = 0;
  for (const row of pick.rows) {
    const { offsets } = texts[blockOf(row)]!;
    bytes += offsets[rowInBlock(row) + 1]! - offsets[rowInBlock(row)]!;
  }
  return bytes;
}

function copyTexts(pick: Pick, column: number, target: TextView): void {
  const texts = textsOf(pick, column);
  const { rows } = pick;
  let to = 0;
  for (let i = 0; i < rows.length; i++) {
    const from = texts[blockOf(rows[i]!)]!;
    const end = from.offsets[rowInBlock(rows[i]!) + 1]!;
    const { bytes } = from;
    for (let at = from.offsets[rowInBlock(rows[i]!)]!; at < end; at++) target.bytes[to++] = bytes[at]!;
    target.offsets[i + 1] = to;
  }
}

/** The cells of a column without texts, and how many of them make a value. */
function cellsOf(view: ColumnView): {
  readonly cells: Uint8Array | Int32Array | Float64Array;
  readonly width: number;
} {
  switch (view.kind) {
    case 'code':
      return { cells: view.codes, width: 1 };
    case 'boolean':
      return { cells: view.flags, width: 1 };
    case 'int':
      return { cells: view.ints, width: 1 };
    case 'timestamp':
      return { cells: view.micros, width: 1 };
    case 'double':
      return { cells: view.doubles, width: 1 };
    case 'decimal':
      return { cells: view.words, width: 2 };
    case 'wide':
      return { cells: view.words, width: 4 };
    case 'text':
      throw new Error('Texts have no cells of one width.');
  }
}

function copyCells(pick: Pick, column: number, target: ColumnView): void {
  const views = viewsOf(pick, column);
  const { cells: to, width } = cellsOf(target);
  const from: (Uint8Array | Int32Array | Float64Array)[] = [];
  for (const block of pick.blocks) from[block] = cellsOf(views[block]!).cells;
  const { rows } = pick;
  for (let i = 0; i < rows.length; i++) {
    const cells = from[blockOf(rows[i]!)]!;
    const at = rowInBlock(rows[i]!) * width;
    for (let cell = 0; cell < width; cell++) to[i * width + cell] = cells[at + cell]!;
  }
}
