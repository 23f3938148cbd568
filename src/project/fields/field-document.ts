// A field of `lake.yaml` as a person writes it: every key of its long form, and the short form that is one text.

import { z } from 'zod';
import { nearMiss } from '../../common/near-miss.js';
import { parseFieldText, parseFieldType, TYPE_NAMES } from './field-text.js';
import { nameShape } from '../names.js';

const text = z.string().min(1, 'expected a text that is not empty');
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** A type with what it takes, such as `decimal(18,2)`. */
export const fieldTypeShape = z.string().superRefine((value, context) => {
  if (parseFieldType(value) === undefined) context.addIssue(typeProblem(value));
});

function typeProblem(value: string): { code: 'custom'; message: string; input: string } {
  const near = nearMiss(value.split(/[\s(]/)[0] ?? '', TYPE_NAMES);
  const hint = near === undefined || value.startsWith(near) ? '' : `; did you mean ${near}?`;
  const expected =
    'expected text, integer, decimal(p,s) of at most 38 digits, double, boolean, date, timestamp or json';
  return { code: 'custom', message: `${expected}${hint}`, input: value };
}

/** One field with every key; the short form is a text like `decimal(18,2) required`. */
export const fieldShape = z.strictObject({
  /** Where the value stands in a record: a column's heading, a dotted path, `#` or `^field` in a child. The field's name unless said. */
  from: text.optional(),
  type: fieldTypeShape,
  required: z.boolean().optional(),
  description: text.optional(),
  /** Of text: false keeps leading and trailing white space. */
  trim: z.boolean().optional(),
  /** Of text: ASCII letters made lower or upper. */
  case: z.enum(['lower', 'upper']).optional(),
  /** Of text: runs of white space become one space. */
  spaces: z.enum(['keep', 'collapse']).optional(),
  /** Texts that count as null, beside those of the source. */
  nulls: z.array(z.string()).optional(),
  /** The only values; `rates`: the currencies that have a rate. */
  one_of: z.union([z.literal('rates'), z.array(scalar).min(1, 'expected at least one')]).optional(),
  /** Other spellings of a value. */
  aliases: z.record(z.string(), scalar).optional(),
  /** What null becomes. */
  default: scalar.optional(),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  /** Of text: code points. */
  length: z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(1).optional() }).optional(),
  /** Of dates and timestamps: tried in order. */
  formats: z.array(text).min(1, 'expected at least one').optional(),
  /** Of decimals that arrive in minor units: digits after the point. */
  scale: z.int().min(0).max(18).optional(),
  /** The field counts only where other fields have these values. */
  when: z.record(nameShape, z.union([scalar, z.array(scalar).min(1)])).optional(),
  /** The field counts only where other fields have at least these values. */
  since: z.record(nameShape, z.number()).optional(),
  /** Of JSON: only a value of the type's own JSON type is of it. Of a CSV: a number has digits on both sides of its point. */
  strict: z.boolean().optional(),
  /** Whether a blank text is null, or not of the type. */
  blank: z.enum(['null', 'refuse']).optional(),
  /** Of decimals: the absolute value is kept where other fields have these values. */
  absolute: z.record(nameShape, z.union([scalar, z.array(scalar).min(1)])).optional(),
  /** Of numbers: the absolute value is below this. */
  below: z.union([z.number(), z.string()]).optional(),
  /** Of decimals: a JSON number is read as a double, or by the digits that were written. */
  digits: z.enum(['written', 'double']).optional(),
  /** Of numbers in a CSV: texts that may stand before or after the digits. */
  affixes: z.array(text).min(1, 'expected at least one').optional(),
  /** Of integers: 64 unless said. */
  bits: z.union([z.literal(32), z.literal(64)]).optional(),
  /** What becomes of a value that is not of the type. */
  on_invalid: z.enum(['refuse', 'null']).optional(),
  /** The one reason for everything that the field refuses, unless `reasons` names another. */
  refuse: nameShape.optional(),
});

/** A field with every key, after the short form was spelled out. */
export type FieldDocument = z.output<typeof fieldShape>;

/** The short form of a field, spelled out. */
export const shortFieldShape = z
  .string()
  .superRefine((value, context) => {
    if (parseFieldText(value) === undefined) context.addIssue(typeProblem(value));
  })
  .transform((value): FieldDocument => parseFieldText(value) ?? { type: value });
