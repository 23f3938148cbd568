// The elements of a data file's records as rows of the child's table, on a worker thread.

import * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import type { Schema } from '../format/schema.js';
import { decodeParquet } from '../parquet/file.js';
import { rowReader } from '../parquet/rows.js';
import type { ChildContract, Contract } from './contract.js';
import { elementReader, parentColumnsOf } from './elements.js';
import { blockRows, rowShape, type RowBlock } from './rows/row-block.js';
import { keyColumn } from './rows/row-keys.js';
import { RowWriter } from './rows/row-writer.js';
import type { Value } from './values/field-reader.js';
import { parseRawJson, type RawValue } from './values/raw-value.js';

/** A data file of a source's table, and the child whose rows are made of its records. */
export interface ElementsTask {
  readonly child: ChildContract;
  readonly parent: Contract;
  /** Of the file. */
  readonly schema: Schema;
  readonly bytes: Uint8Array;
}

/**
 * The accepted elements of all records of the file, in their order.
 * @throws LakeError `corrupt` for an array that is no JSON
 */
export function readElements({ child, parent, schema, bytes }: ElementsTask): readonly RowBlock[] {
  const wanted = new Set([...parentColumnsOf(child), child.array]);
  const fields = schema.fields.filter(({ name }) => wanted.has(name));
  const table = decodeParquet(bytes);
  const row = rowReader(new arrow.Table(columnsOf(table, fields)), { ...schema, fields });
  const places = parent.columns.map(({ name }) => fields.findIndex((field) => field.name === name));
  const array = fields.findIndex(({ name }) => name === child.array);
  const elements = elementReader(child, parent);
  const blocks = new BlockWriter(child);
  for (let at = 0; at < table.numRows; at++) {
    const cells = row(at);
    const text = cells[array] ?? null;
    if (text === null) continue;
    const values = places.map((place): Value => (cells[place] ?? null) as Value);
    for (const { verdict } of elements(parsed(String(text), child), values))
      if (verdict.ok) blocks.append(verdict.values);
  }
  return blocks.end();
}

function columnsOf(table: arrow.Table, fields: Schema['fields']): Record<string, arrow.Vector> {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const column: arrow.Vector | null = table.getChild(name);
      if (column === null)
        throw new LakeError('corrupt', `A data file lacks the column ${name}: verify the lake.`);
      return [name, column];
    }),
  );
}

function parsed(text: string, { array, source }: ChildContract): RawValue {
  try {
    return parseRawJson(text);
  } catch (cause) {
    throw new LakeError(
      'corrupt',
      `The column ${array}, of which ${source} is made, holds ${JSON.stringify(text.slice(0, 40))}; expected JSON. "lake verify" finds the damaged file.`,
      { cause },
    );
  }
}

/** Rows into blocks, as many as they need. */
class BlockWriter {
  readonly #writer: RowWriter;
  readonly #blocks: RowBlock[] = [];

  constructor(contract: ChildContract) {
    const shape = rowShape(contract);
    this.#writer = new RowWriter(shape, keyColumn(shape, contract));
  }

  append(values: readonly Value[]): void {
    if (this.#writer.rows === blockRows) this.#blocks.push(this.#writer.take());
    this.#writer.append(values);
  }

  end(): readonly RowBlock[] {
    if (this.#writer.rows > 0) this.#blocks.push(this.#writer.take());
    return this.#blocks;
  }
}
