// `lake.yaml` as a person writes it: its shape, key by key. What the keys mean together is decided after this
// (project-sources.ts, project-models.ts); the JSON schema that editors complete by is made of the same shape.

import { z } from 'zod';
import { byteSizeForm, bytesOfSize } from '../common/byte-size.js';
import { durationMs } from '../common/duration.js';
import { partitionCall } from './column-call.js';
import { fieldShape, fieldTypeShape, shortFieldShape, type FieldDocument } from './fields/field-document.js';
import { nameShape } from './names.js';
import { chartShape, figureShape, keysOf, originShape, rowsShape } from './shown-document.js';
import {
  metricShape,
  runColumnShape,
  seriesShape,
  settingShape,
  sourceCheckShape,
} from './watched-document.js';

const tableName = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected a table as layer.table');
const text = z.string().min(1, 'expected a text that is not empty');
const texts = z.union([text, z.array(text).min(1, 'expected at least one')]);
const names = z.union([nameShape, z.array(nameShape).min(1, 'expected at least one')]);
const severity = z.enum(['error', 'warn', 'off']);
const duration = z
  .string()
  .refine((value) => durationMs(value) !== undefined, 'expected a duration like 7d or 24h');
const byteSize = z.string().refine((value) => bytesOfSize(value) !== undefined, `expected ${byteSizeForm}`);
const url = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });

/** Checks a value by the one shape that its form calls for: its faults are then told in that shape's words. */
function chosen<T>(choose: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const parsed = choose(value).safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

const field = chosen<FieldDocument>((value) => (typeof value === 'string' ? shortFieldShape : fieldShape));

const call = z.string().refine((value) => partitionCall(value) !== undefined, {
  error: 'expected day(column) or month(column)',
});

const csvShape = z.strictObject({
  delimiter: z.string().length(1, 'expected one character').optional(),
  decimal: z.enum(['.', ',']).optional(),
  thousands: z.enum(['.', ',', ' ', "'", '_']).optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1']).optional(),
  /** Lines before the header. */
  skip: z.int().min(0).max(1000).optional(),
  header: z.boolean().optional(),
});

const rule = z.union([
  text,
  z.strictObject({
    when: text,
    /** The field after which it is asked; after all fields unless said. */
    after: nameShape,
  }),
]);

const winnerStep = z
  .string()
  .regex(/^(?:has )?[a-z][a-z0-9_]{0,62}$/, 'expected a field, or "has field" for its presence alone');

/** A source of files. */
const fileSource = z.strictObject({
  description: text.optional(),
  files: texts,
  format: z.enum(['csv', 'ndjson', 'json']).optional(),
  csv: csvShape.optional(),
  /** Of json: where the records lie when the file is an object. */
  records: text.optional(),
  nulls: z.array(z.string()).optional(),
  unknown: z.enum(['keep', 'refuse']).optional(),
  kind: z.enum(['log', 'extract']),
  key: names.optional(),
  winner: z.array(winnerStep).optional(),
  zone: text.optional(),
  fields: z.record(nameShape, field),
  rules: z.record(nameShape, rule).optional(),
  reasons: z.record(nameShape, nameShape).optional(),
  dates: z.record(nameShape, nameShape).optional(),
  convert: z
    .record(
      nameShape,
      z.strictObject({ amount: nameShape, currency: nameShape, type: fieldTypeShape.optional() }),
    )
    .optional(),
  partition: call.optional(),
  /** Fields by whose values rows are looked up, beside the key (format §6). */
  index: z.array(nameShape).optional(),
  /** Of a log: the name of the table of losing variants; `<source>_conflicts` unless said. */
  conflicts: nameShape.optional(),
  /** By name: what is asked of the source's table before each publication. */
  checks: z.record(nameShape, sourceCheckShape).optional(),
});

/** A table of the elements of an array in another source's records. */
const childSource = z.strictObject({
  description: text.optional(),
  parent: nameShape,
  path: text,
  key: names,
  fields: z.record(nameShape, field),
  rules: z.record(nameShape, rule).optional(),
  reasons: z.record(nameShape, nameShape).optional(),
  dates: z.record(nameShape, nameShape).optional(),
  convert: fileSource.shape.convert,
  partition: call.optional(),
});

/** A source that is read from files, as `lake.yaml` has it. */
export type FileSourceDocument = z.output<typeof fileSource>;
/** A source that is made of the records of another. */
export type ChildSourceDocument = z.output<typeof childSource>;
/** Either kind of source. */
export type SourceDocument = FileSourceDocument | ChildSourceDocument;

/** Whether a source is made of the records of another. */
export const isChild = (source: SourceDocument): source is ChildSourceDocument => 'parent' in source;

const target = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

const anomaliesShape = z.strictObject({
  severity: severity.optional(),
  threshold: z.number().min(1).optional(),
  quietRuns: z.int().min(1).optional(),
  quietWeeks: z.int().min(2).max(52).optional(),
});

/** The whole file. */
export const projectShape = z.strictObject({
  $schema: text.optional(),
  name: nameShape,
  description: text.optional(),
  sources: z.record(
    nameShape,
    chosen<SourceDocument>((value) =>
      typeof value === 'object' && value !== null && 'parent' in value ? childSource : fileSource,
    ),
  ),
  /** The date column whose first and last value models are given. */
  range: z
    .string()
    .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected layer.table.column')
    .optional(),
  headline: z.array(figureShape).optional(),
  charts: z.array(chartShape).optional(),
  /** The table that a newcomer should look at first; the last model unless said. */
  first_look: tableName.optional(),
  /** By name: ways from rows to records, for `records` in the headers of models. */
  origins: z.record(nameShape, originShape).optional(),
  /** By name: rows that columns of several models are made of, for `explain` in their headers. */
  rows: z.record(nameShape, rowsShape).optional(),
  /** By column of the run log: what it counts. */
  runs: z.record(nameShape, runColumnShape).optional(),
  metrics: z.record(nameShape, metricShape).optional(),
  series: z.record(nameShape, seriesShape).optional(),
  /** By key of `lake.config.json`: what it changes, for lakes that have this project built in. */
  settings: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9_]{0,62}$/, 'expected a name'), settingShape)
    .optional(),
  rates: z
    .record(
      z.string().regex(/^[A-Z]{3}$/, 'expected a currency code of three capital letters'),
      z.number().positive().max(100),
    )
    .optional(),
  checks: z.record(text, severity).optional(),
  limits: z.record(text, target).optional(),
  anomalies: anomaliesShape.optional(),
  retention: z.strictObject({ keep: z.int().min(1).optional(), olderThan: duration.optional() }).optional(),
  alerts: z.strictObject({ command: text.optional(), url: url.optional() }).optional(),
  lineage: z
    .strictObject({ file: text.optional(), url: url.optional(), namespace: text.optional() })
    .optional(),
  iceberg: z
    .strictObject({ publish: z.enum(['never', 'always']).optional(), location: text.optional() })
    .optional(),
  engine: z.enum(['wasm', 'native', 'auto']).optional(),
  spark: z.strictObject({ writeFrom: z.int().min(1).optional(), parseFrom: byteSize.optional() }).optional(),
});

/** The whole of `lake.yaml`. */
export type ProjectDocument = z.output<typeof projectShape>;

/** The JSON schema of `lake.yaml`, for editors. */
export function projectSchema(): object {
  const fields = z.record(z.string(), z.union([z.string(), fieldShape]));
  const sources = z.union([fileSource.extend({ fields }), childSource.extend({ fields })]);
  const shape = projectShape.extend({ sources: z.record(z.string(), sources) });
  return z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
}

/** What stands in lists, or by name, under a key of the file. */
const LISTED: Readonly<Record<string, z.ZodObject>> = {
  headline: figureShape,
  charts: chartShape,
  origins: originShape,
  rows: rowsShape,
  runs: runColumnShape,
  metrics: metricShape,
  series: seriesShape,
  settings: settingShape,
};

/** The keys that the file may have at a path; of sources and fields those of any of them. */
export function knownProjectKeys(path: readonly PropertyKey[]): readonly string[] {
  const [first, , third, , fifth] = path;
  if (path.length === 0) return Object.keys(projectShape.shape).filter((key) => key !== '$schema');
  if (first === 'sources' && path.length === 2)
    return [...new Set([...Object.keys(fileSource.shape), ...Object.keys(childSource.shape)])];
  if (first === 'sources' && third === 'fields' && path.length === 4) return Object.keys(fieldShape.shape);
  if (first === 'sources' && third === 'fields' && fifth === 'length') return ['min', 'max'];
  if (first === 'sources' && third === 'csv') return Object.keys(csvShape.shape);
  if (first === 'sources' && third === 'convert') return ['amount', 'currency', 'type'];
  if (path.includes('target') || path.includes('limit') || first === 'limits') return ['min', 'max'];
  if (first === 'sources' && third === 'checks') return keysOf(sourceCheckShape);
  const listed = LISTED[String(first)];
  if (listed !== undefined && path.length === 2) return keysOf(listed);
  const inner = projectShape.shape[first as keyof typeof projectShape.shape];
  const object = inner instanceof z.ZodOptional ? inner.unwrap() : inner;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}
