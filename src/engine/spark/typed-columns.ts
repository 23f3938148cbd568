// Columns with the SQL types in which statements are to see them.

import type * as arrow from 'apache-arrow';
import { sparkName, typeInSpark } from './spark-sql.js';

/** A column, and its type in Spark's SQL. */
export interface TypedColumn {
  readonly name: string;
  readonly sqlType: string;
}

/** Rows that lie in files which the server reads. */
export interface KeptRows {
  readonly columns: readonly TypedColumn[];
  readonly paths: readonly string[];
}

/** The columns of a result, as they are kept. */
export const keptColumns = (schema: arrow.Schema): readonly TypedColumn[] =>
  schema.fields.map(({ name, type }) => ({ name, sqlType: typeInSpark(type as arrow.DataType) }));

/** Values of columns in the types that are said; of those that are not there, null. */
export const valuesOf = (columns: readonly TypedColumn[], present: readonly string[]): string =>
  columns
    .map(({ name, sqlType }) => {
      const value = present.includes(name) ? sparkName(name) : 'NULL';
      return `CAST(${value} AS ${sqlType}) AS ${sparkName(name)}`;
    })
    .join(', ');
