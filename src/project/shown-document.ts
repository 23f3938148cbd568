// What a project shows, as `lake.yaml` and the headers of models say it: figures, charts, and where numbers come from. The
// machinery's own shapes (pipeline/define/validate) look at what goes together; here the keys are known.

import { z } from 'zod';
import { nameShape } from './names.js';

const text = z.string().min(1, 'expected a text that is not empty');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const tableName = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected a table as layer.table');
const columns = z.union([nameShape, z.array(nameShape).min(1, 'expected at least one')]);
const target = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

/** One figure: the first value of a statement, values of a row, or what a column adds up to. */
export const figureShape = z.strictObject({
  name: text,
  about: text.optional(),
  unit: text.optional(),
  format: z.enum(['number', 'money', 'ratio', 'percent', 'date', 'text']).optional(),
  target: target.optional(),
  sql: text.optional(),
  table: tableName.optional(),
  /** Values of one row of the table. */
  column: columns.optional(),
  /** Which row: the last in the table's order, or the one that has these values. */
  row: z.union([z.literal('last'), z.record(nameShape, scalar)]).optional(),
  /** A column that is added up. */
  sum: nameShape.optional(),
  /** Of a sum: only so many of the last rows. */
  last: z.int().min(1).optional(),
});

/** A figure as `lake.yaml` has it. */
export type FigureDocument = z.output<typeof figureShape>;

const chartColumn = z.union([
  nameShape,
  z.strictObject({ column: nameShape, name: text, format: z.literal('percent').optional() }),
]);
const chartColumns = z.array(chartColumn).min(1, 'expected at least one');

/** One chart, of any kind. */
export const chartShape = z.strictObject({
  title: text,
  table: tableName,
  x: nameShape.optional(),
  y: z.union([chartColumn, chartColumns]).optional(),
  kind: z.enum(['line', 'area', 'bar', 'heatmap', 'bridge', 'table']),
  color: nameShape.optional(),
  about: text.optional(),
  unit: text.optional(),
  /** Bounds that figures over time should keep, drawn across. */
  target: target.optional(),
  /** As wide as the page. */
  wide: z.boolean().optional(),
  /** Of days that are drawn as one point. */
  fold: z.enum(['mean', 'last']).optional(),
  /** Of bars: what is drawn below the line. */
  below: chartColumn.optional(),
  /** Of bars: the column whose trailing mean is drawn over them. */
  trend: nameShape.optional(),
  /** Of what is no date: the column by which the largest are found. */
  by: nameShape.optional(),
  /** Figures that are not drawn, but told beside the others. */
  beside: chartColumns.optional(),
  /** Of a bridge: what made the figure rise, what made it fall, and the figure at the end. */
  up: chartColumns.optional(),
  down: z.array(chartColumn).optional(),
  end: chartColumn.optional(),
  /** Of a bridge and a heatmap: the column that says whether a period is over. */
  complete: nameShape.optional(),
  /** Of a heatmap: the share, and how many it is of. */
  value: nameShape.optional(),
  size: chartColumn.optional(),
});

/** A chart as `lake.yaml` has it. */
export type ChartDocument = z.output<typeof chartShape>;

/** The way from rows to records of a source: by columns of the row that hold its key, or by a statement that finds them. */
export const originShape = z.strictObject({
  source: nameShape,
  /** The row's columns that hold the record's key. */
  columns: z.array(nameShape).min(1, 'expected at least one').optional(),
  /** Columns of the row that the statement is given, as text, in the relation `asked`. */
  asks: z.array(nameShape).min(1, 'expected at least one').optional(),
  /** Only of rows that have these values. */
  when: z.record(nameShape, z.string()).optional(),
  sql: text.optional(),
  /** By table and column: the asked column whose values it may have; other files are left out. */
  files: z.record(tableName, z.record(nameShape, nameShape)).optional(),
});

/** A way to records as a project has it. */
export type OriginDocument = z.output<typeof originShape>;

/** Ways to records: by their names in `lake.yaml`, or as they are. */
export const originsShape = z.array(z.union([nameShape, originShape])).min(1, 'expected at least one');

const pair = z.tuple([nameShape, nameShape]);

/** Rows that columns are made of. */
export const rowsShape = z.strictObject({
  of: tableName.optional(),
  /** What to select from, where that is more than the table. */
  from: text.optional(),
  /** The table whose model's steps `from` may read. */
  steps: tableName.optional(),
  select: text.optional(),
  where: text.optional(),
  group: text.optional(),
  /** Columns that tell the rows apart. */
  by: columns.optional(),
  /** By table and date column: the value that counts, or the first and the last; other files are left out. */
  files: z.record(tableName, z.record(nameShape, z.union([nameShape, pair]))).optional(),
  records: originsShape.optional(),
});

/** How a column is made: of rows, of two other columns, or by a condition. */
export const makingShape = rowsShape.extend({
  about: text.optional(),
  /** Rows by their name in `lake.yaml`; keys that stand beside it go before those of the rows. */
  rows: nameShape.optional(),
  /** What each row adds. */
  sum: text.optional(),
  /** Each row counts as one. */
  count: text.optional(),
  /** The cell in the one row. */
  value: text.optional(),
  /** Left by right. */
  ratio: pair.optional(),
  /** Left less right. */
  difference: pair.optional(),
  /** An expression that is true or false. */
  flag: text.optional(),
  /** By name: what a flag follows from. */
  facts: z.record(nameShape, text).optional(),
});

/** How a column is made, as the header of a model has it. */
export type MakingDocument = z.output<typeof makingShape>;

/** The names of a shape's keys. */
export const keysOf = (shape: z.ZodObject): readonly string[] => Object.keys(shape.shape);
