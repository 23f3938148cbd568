// The few things that SQL engines write differently, for the statements of the machinery. Models need none of it: they
// keep to the SQL that all engines share.

/** How one engine writes them. Arguments and answers are SQL text. */
export interface Dialect {
  /** A column's name, whatever is in it. */
  readonly quoted: (name: string) => string;
  /** The name of a relation, `layer.table` or bare. */
  readonly relation: (name: string) => string;
  /** An expression of any type as text. */
  readonly text: (expression: string) => string;
  /** A SELECT of the whole numbers from 0 to `count` − 1, in one INT column `n`. */
  readonly numbers: (count: number) => string;
}
