// Rows of many blocks under one numbering: row r of block b is b × blockRows + r.

import { LakeError } from '../../common/errors.js';
import { blockRows, viewBlock } from './row-block.js';
import { isTextKey } from './row-keys.js';
import type { BlockView, ColumnView, RowBlock, RowShape } from './row-block.js';
import { integerOfWords } from './wide-integers.js';

const blockBits = Math.log2(blockRows);

/** The block that holds a row. */
export const blockOf = (row: number): number => row >>> blockBits;
/** A row's place in its block. */
export const rowInBlock = (row: number): number => row & (blockRows - 1);

/** Row numbers stay below 2^31. */
const maxBlocks = 2 ** 31 / blockRows;

function tooManyBlocks(): LakeError {
  return new LakeError(
    'out-of-resources',
    `The fold touches more than ${maxBlocks} data files and units of lines: bring fewer source files at once.`,
  );
}

type ViewOf<Kind extends ColumnView['kind']> = Extract<ColumnView, { readonly kind: Kind }>;

/** Blocks and their views, which are made when first asked for. */
export class RowStore {
  readonly #blocks: RowBlock[] = [];
  readonly #views: (BlockView | undefined)[] = [];

  constructor(
    readonly shape: RowShape,
    /** Index of the key: a text column, or the shape's column of key bytes. */
    readonly key: number,
    blocks: readonly RowBlock[] = [],
  ) {
    for (const block of blocks) this.add(block);
  }

  get blocks(): readonly RowBlock[] {
    return this.#blocks;
  }

  /** Takes a block in; the number of its first row. */
  add(block: RowBlock): number {
    if (this.#blocks.length >= maxBlocks) throw tooManyBlocks();
    return (this.#blocks.push(block) - 1) * blockRows;
  }

  view(block: number): BlockView {
    return (this.#views[block] ??= viewBlock(this.shape, this.#blocks[block]!));
  }

  /** One column of a block, of a kind that the caller knows from the shape. */
  column<Kind extends ColumnView['kind']>(block: number, column: number, kind: Kind): ViewOf<Kind> {
    const view = this.view(block).columns[column];
    if (view?.kind !== kind) throw new Error(`Column ${column} is ${view?.kind ?? 'missing'}, not ${kind}.`);
    return view as ViewOf<Kind>;
  }

  hash(row: number): number {
    return this.view(blockOf(row)).hashes[rowInBlock(row)]!;
  }

  /** The text of a row, '' for null. */
  text(row: number, column: number): string {
    const { offsets, bytes } = this.column(blockOf(row), column, 'text');
    const at = rowInBlock(row);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
      'utf8',
      offsets[at],
      offsets[at + 1],
    );
  }

  /** The key of a row as a text of its own: the text that it is, or its key bytes as Latin-1. */
  keyText(row: number): string {
    if (isTextKey(this.shape, this.key)) return this.text(row, this.key);
    const { offsets, bytes } = this.column(blockOf(row), this.key, 'text');
    const at = rowInBlock(row);
    return Buffer.from(bytes.subarray(offsets[at], offsets[at + 1])).toString('latin1');
  }

  /** The value of a row that is not null, of any kind of column: longs and decimals as integers of all their digits. */
  value(row: number, column: number): string | number | bigint | boolean {
    const view = this.view(blockOf(row)).columns[column]!;
    const at = rowInBlock(row);
    switch (view.kind) {
      case 'text':
        return this.text(row, column);
      case 'code':
        return this.shape[column]?.values[view.codes[at]!] ?? '';
      case 'boolean':
        return view.flags[at] === 1;
      case 'timestamp':
        return view.micros[at]!;
      case 'double':
        return view.doubles[at]!;
      case 'int':
        return view.ints[at]!;
      case 'decimal':
        return integerOfWords(view.words.subarray(2 * at, 2 * at + 2));
      case 'wide':
        return integerOfWords(view.words.subarray(4 * at, 4 * at + 4));
    }
  }

  int(row: number, column: number): number {
    return this.column(blockOf(row), column, 'int').ints[rowInBlock(row)]!;
  }
}
