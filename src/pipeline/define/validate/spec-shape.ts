// The shape of a specification: which keys there are and of what kind. What they mean together is looked at elsewhere.

import { z } from 'zod';
import { fieldType } from '../../../format/json-shapes.js';
import { isPartitionName } from '../../../format/partition.js';
import { isTableName } from '../../../format/paths.js';
import { ENCODINGS } from '../../../records/contract.js';
import type { Problem } from './problems.js';
import { chartsShape, explanationsShape, headlineShape, lineageShape } from './shown-shape.js';

/** Columns, sources, checks and whatever else people type: they stand in SQL, in paths and in messages. */
const name = z
  .string()
  .refine(
    (word) => /^[a-z][a-z0-9_]{0,63}$/.test(word) && isPartitionName(word),
    'expected a name like order_date: lower case, digits, underscores',
  );
const tableName = z.string().refine(isTableName, 'expected a name like layer.table, in lower case');
const text = z.string().min(1, 'expected a text');
const flag = z.boolean();
const names = z.array(name);

const column = z.strictObject({ name, type: fieldType, required: flag });

const table = z.strictObject({
  name: tableName,
  columns: z.array(column).min(1, 'expected at least one column'),
  renamed: z.record(name, name).optional(),
  partition: z.strictObject({ source: name, transform: z.enum(['identity', 'month']), name }).optional(),
  sortOrder: names,
  key: names,
  keyIndex: names.optional(),
});

const contractField = z.looseObject({
  name,
  from: z.looseObject({ kind: z.enum(['path', 'position', 'parent']) }),
  type: z.looseObject({ kind: text }),
  when: z.array(z.looseObject({ field: name })),
  since: z.array(z.strictObject({ field: z.string(), value: z.number() })),
});

/** What a source promises, and what a child of one does. */
const keyedContract = {
  source: name,
  fields: z.array(contractField).min(1),
  rules: z.array(z.looseObject({ reason: text, condition: z.looseObject({ kind: text }) })),
  derived: z.array(z.looseObject({ kind: z.enum(['date-of', 'converted']), name })),
  unknown: z.enum(['keep', 'refuse']),
  columns: z.array(column).min(1),
};

const contract = z.strictObject({
  ...keyedContract,
  relation: z.enum(['log', 'extract']),
  format: z.enum(['ndjson', 'json-array', 'csv']),
  files: z.array(text).min(1, 'expected at least one pattern'),
  csv: z
    .strictObject({
      decimal: z.enum(['.', ',']),
      thousands: text.optional(),
      delimiter: z
        .string()
        .regex(/^[^"\r\n]$/, 'expected one character, no quote and no line end')
        .optional(),
      encoding: z.enum(ENCODINGS).optional(),
      skip: z.int().min(0).optional(),
      header: z.literal(false).optional(),
    })
    .optional(),
  records: z.array(text).optional(),
  children: z
    .array(
      z.strictObject({ ...keyedContract, array: name, key: names.min(1, 'expected at least one column') }),
    )
    .optional(),
  key: names,
  winner: z.array(z.union([z.strictObject({ column: name }), z.strictObject({ has: name })])),
});

const commonSource = { contract, bronze: tableName, table, childTables: z.array(table).optional() };

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('log'), ...commonSource, conflicts: tableName }),
  z.strictObject({ kind: z.literal('extract'), ...commonSource }),
]);

const spread = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rows') }),
  z.strictObject({ kind: z.literal('referenced'), column: name }),
  z.strictObject({ kind: z.literal('days') }),
  z.strictObject({ kind: z.literal('months'), before: z.int().min(0), after: z.int().min(0) }),
  z.strictObject({ kind: z.literal('from'), column: name }),
  z.strictObject({ kind: z.literal('table') }),
]);

const model = z.strictObject({
  table,
  about: text.optional(),
  sql: text,
  inputs: z.array(
    z.strictObject({
      table: tableName,
      as: tableName.optional(),
      columns: names.min(1, 'expected at least one column'),
      spread,
    }),
  ),
  usesRange: flag,
});

const told = { name, severity: z.enum(['error', 'warn']), reason: text };
const bound = z.union([z.string(), z.number()]).optional();
const columnOfRuns = z.strictObject({ column: name, table: tableName, of: name });
const limit = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

const metric = z.strictObject({
  name,
  about: text,
  of: name,
  by: name.optional(),
  judged: z.enum(['rate', 'volume', 'bounds']),
  limit: limit.optional(),
  isCommon: flag.optional(),
  check: name,
  reason: text,
});

const series = z.strictObject({
  name,
  kind: z.enum(['count', 'money']),
  reason: text,
  from: z.union([
    z.strictObject({ sql: text, tables: z.array(tableName).min(1) }),
    z.strictObject({ partitionsOf: tableName }),
  ]),
});

/** A `PipelineSpec`. */
const specShape = z.strictObject({
  name,
  sources: z.array(source).min(1, 'expected at least one source'),
  settings: z.record(z.string(), z.unknown()).optional(),
  books: z
    .strictObject({ batches: tableName, runs: tableName, corrections: tableName, quarantine: tableName })
    .partial()
    .optional(),
  models: z.array(model).optional(),
  checks: z
    .array(z.strictObject({ ...told, sql: text, tables: z.array(tableName).min(1), whole: flag.optional() }))
    .optional(),
  ranges: z
    .array(
      z.strictObject({
        ...told,
        table: tableName,
        columns: z.record(name, z.strictObject({ min: bound, max: bound })),
      }),
    )
    .optional(),
  runs: z
    .strictObject({
      nulls: z.array(columnOfRuns),
      sums: z.array(columnOfRuns),
      metrics: z.array(metric),
    })
    .partial()
    .optional(),
  series: z.array(series).optional(),
  mayShrink: z.array(tableName).optional(),
  range: tableName.optional(),
  lineage: lineageShape.optional(),
  headline: headlineShape.optional(),
  charts: chartsShape.optional(),
  explanations: explanationsShape.optional(),
  firstLook: tableName.optional(),
});

/** What a value lacks to be of the shape; none: it is. */
export function shapeProblems(value: unknown): readonly Problem[] {
  const parsed = specShape.safeParse(value, { reportInput: true, jitless: true });
  return parsed.success ? [] : parsed.error.issues.flatMap(problemsOf);
}

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ place: [...issue.path, key], message: 'there is no such key' }));
  if (issue.code === 'invalid_key')
    return [{ place: issue.path, message: issue.issues[0]?.message ?? issue.message }];
  const found = issue.input === undefined ? 'nothing' : (JSON.stringify(issue.input) ?? typeof issue.input);
  const expected = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return [
    { place: issue.path, message: `${expected.replace(/, received .*$/, '')}, found ${found.slice(0, 60)}` },
  ];
}
