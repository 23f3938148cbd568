// A source as a person writes it, made into what is promised of each of its records. Everything that cannot be read that way
// is a problem at its key.

import { compileCondition } from '../records/condition.js';
import type { Field } from '../records/field.js';
import {
  columnOf,
  type CsvDialect,
  type DerivedColumn,
  type RecordContract,
  type RecordRule,
} from '../records/contract.js';
import { isChild, type SourceDocument } from './document.js';
import { parseRule } from './rule-text.js';
import type { FieldContext } from './fields/field-part.js';
import { sourceFields } from './fields/source-fields.js';

/** The contract of a source's records; `arrays` are the fields that keep arrays, of which children are made. */
export function recordContract(context: FieldContext, arrays: readonly Field[] = []): RecordContract {
  const { document } = context;
  const fields = [...sourceFields(context), ...arrays];
  const derived = derivedColumns(fields, context);
  return {
    fields,
    rules: sourceRules(fields, context),
    derived,
    columns: columnsOf(fields, derived).flatMap((name) => columnOf({ fields, derived }, name) ?? []),
    unknown: context.unknown ?? 'keep',
    ...(context.isCsv && !isChild(document) ? { csv: csvDialect(document) } : {}),
  };
}

/** Encodings as a person may write them. The bytes of UTF-16 tell their order themselves. */
const ENCODING_OF: Readonly<Record<string, NonNullable<CsvDialect['encoding']>>> = {
  'utf-8': 'utf-8',
  'utf-16le': 'utf-16',
  'utf-16be': 'utf-16',
  'windows-1252': 'windows-1252',
  'iso-8859-1': 'latin1',
};

function csvDialect({ csv = {} }: Exclude<SourceDocument, { parent: string }>): CsvDialect {
  const { decimal = '.', thousands, delimiter, encoding, skip, header } = csv;
  return {
    decimal,
    ...(thousands === undefined ? {} : { thousands }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding: ENCODING_OF[encoding] ?? 'utf-8' }),
    ...(skip === undefined ? {} : { skip }),
    ...(header === false ? { header } : {}),
  };
}

/** Rules as conditions, those that do not compare told at their place. */
function sourceRules(
  fields: readonly Field[],
  { source, document, places, problems }: FieldContext,
): readonly RecordRule[] {
  return Object.entries(document.rules ?? {}).flatMap(([name, written]): readonly RecordRule[] => {
    const place = places.placeOf(['sources', source, 'rules', name]);
    const { when, after } = typeof written === 'string' ? { when: written, after: undefined } : written;
    const problem = (message: string): readonly RecordRule[] => {
      problems.add(place, `${source}.rules.${name}: ${message}`);
      return [];
    };
    const parsed = parseRule(when);
    if (!parsed.ok) return problem(`at character ${parsed.at + 1}: ${parsed.message}`);
    if (after !== undefined && !fields.some((field) => field.name === after))
      return problem(`there is no field ${after} to stand after`);
    const compiled = compileCondition(parsed.condition, fields);
    if (typeof compiled === 'string') return problem(compiled);
    const reason = document.reasons?.[name] ?? name;
    return [{ reason, condition: parsed.condition, ...(after === undefined ? {} : { after }) }];
  });
}

function derivedColumns(
  fields: readonly Field[],
  { source, document, zone, rates, places, problems }: FieldContext,
): readonly DerivedColumn[] {
  const typeOf = (name: string): string | undefined => fields.find((field) => field.name === name)?.type.kind;
  const expectType = (path: readonly string[], name: string, type: string): void => {
    if (!Object.hasOwn(document.fields, name))
      problems.add(places.placeOf(['sources', source, ...path]), `${source}: there is no field ${name}`);
    else if (typeOf(name) !== undefined && typeOf(name) !== type)
      problems.add(
        places.placeOf(['sources', source, ...path]),
        `${source}: expected a ${type}, found ${name}, which is ${typeOf(name) ?? 'nothing'}`,
      );
  };
  const dates = Object.entries(document.dates ?? {}).map(([name, timestamp]): DerivedColumn => {
    expectType(['dates', name], timestamp, 'timestamp');
    return { kind: 'date-of', name, timestamp, zone };
  });
  const converted = Object.entries(document.convert ?? {}).map(
    ([name, { amount, currency, type }]): DerivedColumn => {
      const written = document.fields[amount]?.type.replaceAll(' ', '');
      if (type !== undefined && type.replaceAll(' ', '') !== written)
        problems.add(
          places.placeOf(['sources', source, 'convert', name, 'type']),
          `${source}.${name}: a converted amount has the type of ${amount}, ${written ?? 'none'}; found ${type}`,
        );
      expectType(['convert', name], amount, 'decimal');
      expectType(['convert', name], currency, 'text');
      return { kind: 'converted', name, amount, currency, rates };
    },
  );
  for (const { name } of [...dates, ...converted])
    if (Object.hasOwn(document.fields, name))
      problems.add(
        places.placeOfKey(['sources', source, 'fields', name]),
        `${source}.${name}: another column has that name`,
      );
  return [...dates, ...converted];
}

/** Fields in their order; a derived column right after the last field that it is made of. */
function columnsOf(fields: readonly Field[], derived: readonly DerivedColumn[]): readonly string[] {
  const lastOf = (column: DerivedColumn): string =>
    column.kind === 'date-of'
      ? column.timestamp
      : ([...fields].reverse().find(({ name }) => name === column.amount || name === column.currency)?.name ??
        '');
  return fields.flatMap(({ name }) => [
    name,
    ...derived.filter((column) => lastOf(column) === name).map((column) => column.name),
  ]);
}
