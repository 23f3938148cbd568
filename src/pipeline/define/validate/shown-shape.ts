// The shape of what a definition shows: figures, charts, explanations, lineage.

import { z } from 'zod';
import { isTableName } from '../../../format/paths.js';

const tableName = z.string().refine(isTableName, 'expected a name like layer.table, in lower case');
const text = z.string().min(1, 'expected a text');
const column = text;
const columns = z.array(column).min(1, 'expected at least one column');

const target = z.strictObject({ min: z.number().optional(), max: z.number().optional() });
const named = { name: text, about: text, target: target.optional() };
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** What tells one kind of value from another: a key that only it has. */
const byKey = (kinds: Readonly<Record<string, z.ZodType>>, otherwise: z.ZodType): z.ZodType =>
  z.looseObject({}).superRefine((value, context) => {
    const kind = Object.keys(kinds).find((key) => key in value);
    const parsed = (kind === undefined ? otherwise : kinds[kind]!).safeParse(value, {
      reportInput: true,
      jitless: true,
    });
    for (const issue of parsed.error?.issues ?? []) context.issues.push({ ...issue } as z.core.$ZodRawIssue);
  });

/** `Figure`s. */
export const headlineShape = z.array(
  byKey(
    {
      sql: z.strictObject({ ...named, sql: text }),
      sum: z.strictObject({ ...named, table: tableName, sum: column, last: z.int().min(1).optional() }),
    },
    z.strictObject({
      ...named,
      table: tableName,
      column: z.union([column, columns]),
      row: z.union([z.literal('last'), z.record(column, scalar)]),
    }),
  ),
);

const chartColumn = z.union([
  column,
  z.strictObject({ column, name: text, format: z.literal('percent').optional() }),
]);
const chartColumns = z.union([chartColumn, z.array(chartColumn).min(1)]);
const chart = {
  title: text,
  table: tableName,
  unit: text.optional(),
  about: text.optional(),
  wide: z.boolean().optional(),
};
const series = {
  ...chart,
  x: column,
  y: chartColumns,
  color: column.optional(),
  fold: z.enum(['mean', 'last']).optional(),
  by: column.optional(),
  beside: z.array(chartColumn).optional(),
  target: target.optional(),
};

/** `Chart`s. */
export const chartsShape = z.array(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('line'), ...series }),
    z.strictObject({ kind: z.literal('area'), ...series }),
    z.strictObject({
      kind: z.literal('bar'),
      ...series,
      below: chartColumn.optional(),
      trend: column.optional(),
    }),
    z.strictObject({
      kind: z.literal('bridge'),
      ...chart,
      x: column,
      up: z.array(chartColumn).min(1),
      down: z.array(chartColumn),
      end: chartColumn,
      complete: column.optional(),
    }),
    z.strictObject({
      kind: z.literal('heatmap'),
      ...chart,
      x: column,
      y: chartColumn,
      value: column,
      size: chartColumn.optional(),
      complete: column.optional(),
    }),
    z.strictObject({ kind: z.literal('table'), ...chart, y: z.array(chartColumn).min(1).optional() }),
  ]),
);

const origin = byKey(
  { columns: z.strictObject({ source: text, columns }) },
  z.strictObject({
    source: text,
    asks: columns,
    when: z.record(column, z.string()).optional(),
    sql: text,
    files: z.record(tableName, z.record(column, column)).optional(),
  }),
);

const rows = {
  about: text,
  of: tableName,
  from: text.optional(),
  steps: tableName.optional(),
  select: text.optional(),
  where: text.optional(),
  group: text.optional(),
  by: columns.optional(),
  files: z.record(tableName, z.record(column, z.union([text, z.tuple([text, text])]))).optional(),
  records: z.array(origin).optional(),
};

const making = byKey(
  {
    sum: z.strictObject({ ...rows, sum: text }),
    count: z.strictObject({ ...rows, count: z.literal('rows') }),
    value: z.strictObject({ ...rows, value: text }),
    ratio: z.strictObject({ about: text, ratio: z.tuple([column, column]) }),
    difference: z.strictObject({ about: text, difference: z.tuple([column, column]) }),
  },
  z.strictObject({ about: text, flag: text, facts: z.record(column, text), from: text.optional() }),
);

/** `Explanations`. */
export const explanationsShape = z.strictObject({
  columns: z.record(
    tableName,
    z.strictObject({ days: z.record(text, text).optional(), columns: z.record(column, making) }),
  ),
  records: z.record(tableName, z.array(origin)),
});

/** `ColumnLineage`. */
export const lineageShape = z.record(
  tableName,
  z.strictObject({
    rows: z.array(text),
    columns: z.record(column, z.array(text)),
    keys: z.record(column, z.array(text)).optional(),
  }),
);
