// Where the scanner finds a field in a row that is being made, and whether it counts there.

import type { Field, FieldCondition } from '../field.js';
import { valueAt, type GrowingColumn } from '../rows/growing-columns.js';
import { nullCode } from '../rows/row-block.js';
import { token, type Tokenizer } from './tokenizer.js';

/** A column of the row that is being made, by the name of its field. */
export type ColumnOf = (field: string) => GrowingColumn;

type RowTest = (row: number) => boolean;

/** Whether a field counts in a row; the columns that it asks are filled before. */
export class Applies {
  /** The usual case, one condition on a column of few words, without a call. */
  readonly #codes: Uint8Array | null;
  readonly #isWanted = new Uint8Array(256);
  readonly #others: readonly RowTest[];
  readonly #known: readonly RowTest[];

  constructor({ when, since }: Pick<Field, 'when' | 'since'>, columnOf: ColumnOf) {
    const [first, ...rest] = when;
    const column = first === undefined ? undefined : columnOf(first.field);
    if (column?.kind === 'code') {
      for (const value of first!.values) this.#isWanted[column.codeOf.get(String(value)) ?? nullCode] = 1;
      this.#isWanted[nullCode] = 0;
    }
    this.#codes = column?.kind === 'code' ? column.codes : null;
    this.#others = (column?.kind === 'code' ? rest : when).map((condition) => holds(condition, columnOf));
    this.#known = since.map(({ field, value }) => {
      const of = columnOf(field);
      return (row) => Number(valueAt(of, row) ?? NaN) >= value;
    });
  }

  isWantedIn(row: number): boolean {
    if (this.#codes !== null && this.#isWanted[this.#codes[row]!] !== 1) return false;
    for (const holdsIn of this.#others) if (!holdsIn(row)) return false;
    return true;
  }

  isKnownIn(row: number): boolean {
    for (const holdsIn of this.#known) if (!holdsIn(row)) return false;
    return true;
  }
}

function holds({ field, values }: FieldCondition, columnOf: ColumnOf): RowTest {
  const column = columnOf(field);
  const texts = new Set(values.map(String));
  return (row) => {
    const value = valueAt(column, row);
    return value !== null && texts.has(String(value));
  };
}

/** A field as the scanner sees it. */
export interface Place {
  readonly tokens: Tokenizer;
  /** Its number among the tokens. */
  readonly token: number;
  readonly applies: Applies;
  /** Null stays null: it neither refuses the record nor becomes something else. */
  readonly mayBeNull: boolean;
  readonly hasDefault: boolean;
}

/** Instead of a token: the field is null, or the rules must say what it is. */
export const standing = { isNull: -1, leave: -2 } as const;

/** The token that stands in the field in this row, or what it is without one. */
export function standingOf(
  { tokens, token: at, applies, mayBeNull, hasDefault }: Place,
  row: number,
): number {
  if (!applies.isWantedIn(row)) return standing.isNull;
  if (!applies.isKnownIn(row)) return hasDefault ? standing.leave : standing.isNull;
  const kind = tokens.kinds[at]!;
  if (kind !== token.absent && kind !== token.isNull) return kind;
  return mayBeNull ? standing.isNull : standing.leave;
}
