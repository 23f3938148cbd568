// Columns of a table by id: names may change, an id never does.

/** Timestamps are microseconds in UTC; dates are days since the epoch; decimals are exact. */
export type FieldType =
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'date'
  | 'timestamp'
  | 'string'
  | 'binary'
  | `decimal(${number},${number})`;

/** A column of a table. */
export interface Field {
  /** Unique within the table for ever, 1 and up. */
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  /** No nulls. */
  readonly required: boolean;
}

/** The columns of a table from some moment on, in physical order. */
export interface Schema {
  readonly schemaId: number;
  readonly fields: readonly Field[];
}

/** Precision and scale of a decimal type, or undefined for any other. */
export function decimalOf(type: FieldType): { precision: number; scale: number } | undefined {
  const match = /^decimal\((\d+),(\d+)\)$/.exec(type);
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) };
}
