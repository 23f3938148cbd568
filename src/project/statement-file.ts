// Files of SQL with a header: `/* … */` at the top holds YAML, the rest is one statement. Models and checks are such files.

import { z } from 'zod';
import { columnCall, partitionCall, referencedCall } from './column-call.js';
import { nameShape } from './names.js';
import type { Problems } from './problems.js';
import { shaped } from './shape.js';
import { makingShape, originsShape, keysOf } from './shown-document.js';
import { parseYaml, type YamlText } from './yaml-text.js';

const names = z.union([
  nameShape.transform((name): readonly string[] => [name]),
  z.array(nameShape).min(1, 'expected at least one'),
]);
const text = z.string().min(1, 'expected a text that is not empty');
const bound = z.union([z.number(), z.string()]);

const spread = z.string().refine((value) => isSpread(value), {
  error: `expected table, rows, day(column), month(column), month(column, before, after), from(column) or referenced(layer.table, column)`,
});

function isSpread(value: string): boolean {
  if (value === 'table' || value === 'rows' || referencedCall(value) !== undefined) return true;
  const call = columnCall(value, ['day', 'month', 'from']);
  return (
    call !== undefined && (call.numbers.length === 0 || (call.word === 'month' && call.numbers.length === 2))
  );
}

const partition = z
  .string()
  .refine((value) => partitionCall(value) !== undefined, 'expected day(column) or month(column)');

const columnShape = z.strictObject({
  description: text.optional(),
  unit: text.optional(),
  required: z.boolean().optional(),
  min: bound.optional(),
  max: bound.optional(),
});

/** What the header of a model may say; all of it is optional. */
export const modelHeaderShape = z.strictObject({
  description: text.optional(),
  key: names.optional(),
  partition: partition.optional(),
  sort: names.optional(),
  reads: z.record(text, spread).optional(),
  columns: z.record(nameShape, columnShape).optional(),
  /** Old name → new name: the column keeps its field id. */
  renamed: z.record(nameShape, nameShape).optional(),
  /** By column, and by parts of columns: how it is made. */
  explain: z.record(nameShape, makingShape).optional(),
  /** By name: days that follow from the key, for `explain`. */
  days: z.record(nameShape, text).optional(),
  /** The ways from rows of the table to records. */
  records: originsShape.optional(),
  /** Rows may go in an ingest, since that is good news. */
  may_shrink: z.boolean().optional(),
});

/** What the header of a check may say. */
export const checkHeaderShape = z.strictObject({
  severity: z.enum(['error', 'warn']).optional(),
  reason: text.optional(),
  description: text.optional(),
  /** `false`: it may be asked of those partitions alone that a run made again; of whole tables unless said. */
  whole: z.boolean().optional(),
});

/** What the comment at the head of a model says. */
export type ModelHeader = z.output<typeof modelHeaderShape>;
/** What the comment at the head of a check says. */
export type CheckHeader = z.output<typeof checkHeaderShape>;

/** A file as it was read. */
export interface StatementFile<Header> {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly header: Header;
  /** The statement, without header and without a semicolon at its end. */
  readonly sql: string;
  /** The line of the file on which the statement begins. */
  readonly firstLine: number;
  /** The header's places, for what is found wrong later. */
  readonly places: YamlText | undefined;
}

/** Splits a file and checks its header; undefined when that has problems. */
export function parseStatementFile<Header>(
  { file, text: content }: { readonly file: string; readonly text: string },
  shape: z.ZodObject & z.ZodType<Header>,
  problems: Problems,
): StatementFile<Header> | undefined {
  const [, lead = '', yaml] = /^(\s*)\/\*([^]*?)\*\//.exec(content) ?? [];
  const rest = yaml === undefined ? content : content.slice(lead.length + yaml.length + 4);
  const before = content.slice(0, content.length - rest.trimStart().length);
  const firstLine = before.split('\n').length;
  const sql = rest.trim().replace(/;\s*$/, '').trimEnd();
  if (sql === '') {
    problems.add({ file, line: firstLine, column: 1 }, 'expected a SELECT statement, found nothing');
    return undefined;
  }
  const places =
    yaml === undefined
      ? undefined
      : parseYaml({ file, text: yaml, firstLine: lead.split('\n').length }, problems);
  if (yaml !== undefined && places === undefined) return undefined;
  const isProse = typeof places?.value === 'string';
  const header =
    places === undefined || isProse
      ? shape.parse({})
      : shaped<Header>(places, shape, { problems, knownKeys: (path) => keysAt(shape, path) });
  return header === undefined ? undefined : { file, header, sql, firstLine, places };
}

function keysAt(shape: z.ZodObject, path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(shape.shape);
  if (path[0] === 'columns') return Object.keys(columnShape.shape);
  return path[0] === 'explain' && path.length === 2 ? keysOf(makingShape) : [];
}
