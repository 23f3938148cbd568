// Observed records as a source of a project: what is declared of each field, and the evidence that a guess rests on.

import { findKey } from './find-key.js';
import type { FileGroup } from './merge-files.js';
import type { ObservedFile } from './observe.js';
import type { NumberContext } from './guess-number.js';
import {
  text,
  type FieldGuess,
  type ObservedChild,
  type ObservedField,
  type ObservedRecords,
} from './observed.js';
import { guessField, JSON_VALUES } from './values.js';

/** A field as the project will declare it. */
export interface DraftField {
  readonly name: string;
  readonly from: string;
  readonly guess: FieldGuess;
  readonly isRequired: boolean;
  /** Of text: the values that were seen, one for each record that has one. */
  readonly values?: readonly string[];
}

/** A table of rows by key: a source, or a child of one. */
export interface DraftTable {
  readonly name: string;
  readonly fields: readonly DraftField[];
  /** Absent: equal records count once. */
  readonly key?: {
    readonly columns: readonly string[];
    readonly evidence: string;
    readonly hasRivals: boolean;
  };
  /** The DATE column by which days are counted, and the timestamp that it is of; `of` is absent where it is a field itself. */
  readonly day?: { readonly column: string; readonly of?: string };
}

/** A nested array that becomes a table of its own. */
export interface DraftChild extends DraftTable {
  /** The array's place in the parent's record. */
  readonly path: string;
  /** Elements that were seen. */
  readonly rows: number;
}

/** A source as it is going to be written into `lake.yaml`. */
export interface DraftSource extends DraftTable {
  /** Patterns of file names. */
  readonly files: readonly string[];
  readonly file: ObservedFile;
  readonly kind: 'log' | 'extract';
  readonly nulls: readonly string[];
  readonly children: readonly DraftChild[];
  /** Of times that name no other. */
  readonly zone?: string;
  /** Rows at the end of files that sum up the others: how many, what the first begins with, and the field of text that holds it. */
  readonly totals?: { readonly rows: number; readonly label: string; readonly field?: string };
}

/** The draft of one source from its files. */
export function draftSource({ file, fullest, name, files }: FileGroup): DraftSource {
  const context: NumberContext = {
    style: file.csv ?? JSON_VALUES.style,
    isCsv: file.csv !== undefined,
    isMinor: file.hasMinorUnits === true,
  };
  const table = withArrays(draftTable(file, { name, context, ofKey: fullest, isLog: isLog(file) }), file);
  const children = draftChildren(file, table, context);
  const nulls = sharedNulls([table, ...children]);
  return {
    ...table,
    files,
    file,
    kind: file.format === 'ndjson' || table.key === undefined ? 'log' : 'extract',
    nulls,
    children,
    ...zoneOf(table),
    ...totalsRule(file, table),
  };
}

/** Lines of a log are no states of a thing, whatever they come in. */
function isLog({ format, fields }: ObservedFile): boolean {
  const has = (names: RegExp): boolean => fields.some(({ name }) => names.test(name));
  const saysLines = has(/^(level|severity|log_level|loglevel)$/) && has(/^(message|msg|text|event|logger)$/);
  return (format === 'ndjson' || saysLines) && !has(/^(updated_at|modified_at|deleted_at)$/);
}

/** Words for null, those that are a value of some text left out: they are said beside their field. */
function sharedNulls(tables: readonly DraftTable[]): readonly string[] {
  const fields = tables.flatMap((table) => table.fields);
  const words = new Set(fields.flatMap(({ guess }) => guess.nulls));
  return [...words]
    .filter(
      (word) =>
        !fields.some((field) => field.values?.includes(word) === true && !field.guess.nulls.includes(word)),
    )
    .sort();
}

/** The zone that all local times name. */
function zoneOf({ fields }: DraftTable): { readonly zone?: string } {
  const zones = new Set(fields.flatMap(({ guess }) => guess.zone ?? []));
  return zones.size === 1 ? { zone: [...zones][0]! } : {};
}

/** A rule against rows of totals, where no field that must have a value is blank in them. */
function totalsRule({ totals = [], fields }: ObservedFile, table: DraftTable): Pick<DraftSource, 'totals'> {
  const [row] = totals;
  if (row === undefined) return {};
  const at = row.findIndex((cell) => cell.trim() !== '');
  const label = row[at]?.trim() ?? '';
  const field = table.fields.find(({ from }) => from === fields[at]?.from);
  return {
    totals: { rows: totals.length, label, ...(field?.guess.type === 'text' && { field: field.name }) },
  };
}

interface TableContext {
  readonly name: string;
  readonly context: NumberContext;
  /** Records that the key tells apart. */
  readonly ofKey: Pick<ObservedRecords, 'rows' | 'fields'>;
  readonly isLog: boolean;
}

function draftTable(
  records: Pick<ObservedRecords, 'rows' | 'fields'>,
  { name, context, ofKey, isLog }: TableContext,
): DraftTable {
  const guesses = withLikelyTimes(
    records.fields.map((field) => ({ field, guess: guessField(field.name, field.values, context) })),
  );
  const typeOf = new Map(guesses.map(({ field, guess }) => [field.from, guess]));
  const key = findKey(ofKey, {
    source: name,
    isLog,
    typeOf: ({ from }) => {
      const guess = typeOf.get(from);
      return guess === undefined || guess.missing > 0 ? '' : guess.type;
    },
  });
  const day = dayOf(guesses);
  const needed = new Set([...(key?.columns ?? []), ...(day === undefined ? [] : [day.of ?? day.column])]);
  const fields = guesses.map(({ field, guess }) => ({
    name: field.name,
    from: field.from,
    guess,
    isRequired: needed.has(field.name),
    ...(guess.type === 'text' && { values: textsOf(field) }),
  }));
  return { name, fields, ...(key && { key }), ...(day && { day }) };
}

interface Guessed {
  readonly field: ObservedField;
  readonly guess: FieldGuess;
}

/** Fields without a value that are called like times are times, where all others are written in one way: `canceled_at`. */
function withLikelyTimes(guesses: readonly Guessed[]): readonly Guessed[] {
  const isNamed = ({ field }: Guessed): boolean => /_at$/.test(field.name);
  const times = guesses.filter((each) => isNamed(each) && each.guess.type === 'timestamp');
  const ways = new Map(times.map((each) => [JSON.stringify(each.guess.formats), each]));
  const [like] = ways.values();
  if (like === undefined || ways.size > 1) return guesses;
  const { type, formats } = like.guess;
  const evidence = `no value was seen; as ${like.field.name}`;
  return guesses.map((each) =>
    isNamed(each) && each.guess.type === 'text' && each.guess.present === 0
      ? { ...each, guess: { ...each.guess, type, ...(formats && { formats }), evidence } }
      : each,
  );
}

const textsOf = ({ values }: ObservedField): readonly string[] =>
  values.flatMap((value) => (value === null ? [] : [text(value).trim()]));

/** Arrays of objects as fields of JSON: the elements are not lost, whatever is made of them. */
function withArrays(table: DraftTable, { children }: Pick<ObservedRecords, 'children'>): DraftTable {
  const arrays = children.map(({ path }): DraftField => ({
    name: path.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase(),
    from: path,
    guess: { type: 'json', nulls: [], present: 0, missing: 0, evidence: 'an array of objects' },
    isRequired: false,
  }));
  const taken = new Set(table.fields.map(({ name }) => name));
  return { ...table, fields: [...table.fields, ...arrays.filter(({ name }) => !taken.has(name))] };
}

/** The time of a record: a date or timestamp that every record has, the one that sounds most like when it happened. */
function dayOf(
  guesses: readonly { readonly field: ObservedField; readonly guess: FieldGuess }[],
): DraftTable['day'] {
  const times = guesses.filter(
    ({ guess }) => guess.missing === 0 && guess.present > 0 && /^(date|timestamp)$/.test(guess.type),
  );
  const rank = (name: string): number =>
    /updat|modif|cancel|(^|_)ends?(_|$)|expir|ship|due|observed|ingest|received|birth|last_|next_|period/.test(
      name,
    )
      ? 4
      : /^(ts|date|day|time|timestamp|created|created_at|ordered_at|event_time|datum|jour|fecha)$/.test(name)
        ? 0
        : /creat|order|bestell|command|event|happen|occur|(^|_)(date|day|time|datum)$/.test(name)
          ? 1
          : /^time|start|begin/.test(name)
            ? 2
            : 3;
  // What lies deep in a record happened before it: `session.creationDate`.
  const depth = (from: string): number => from.split('.').length;
  const best = times.toSorted(
    (a, b) => rank(a.field.name) - rank(b.field.name) || depth(a.field.from) - depth(b.field.from),
  )[0];
  if (best === undefined) return undefined;
  const { name } = best.field;
  if (best.guess.type === 'date') return { column: name };
  const taken = new Set(guesses.map(({ field }) => field.name));
  const column = name.endsWith('_at')
    ? name.replace(/_at$/, '_on')
    : /(^|_)date$/.test(name)
      ? name.replace(/date$/, 'day')
      : `${name}_date`;
  return { column: taken.has(column) ? `${column}_day` : column, of: name };
}

/** Arrays of a source's records as tables of their own: the parent's key and day, and the place in the array. None without a key. */
function draftChildren(
  records: ObservedRecords,
  parent: DraftTable,
  context: NumberContext,
): readonly DraftChild[] {
  if (parent.key === undefined) return [];
  const taken = new Set(
    [...parent.fields.map(({ name }) => name), parent.day?.column].filter((name) => name !== undefined),
  );
  return records.children.map((child) =>
    draftChild(child, { parent, name: freeName(`${parent.name}_${child.name}`, taken), context }),
  );
}

/** The name, with a number where another has it; it is taken then. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
  taken.add(free);
  return free;
}

interface ChildContext {
  readonly parent: DraftTable;
  readonly name: string;
  readonly context: NumberContext;
}

function draftChild({ records, path }: ObservedChild, { parent, name, context }: ChildContext): DraftChild {
  const inner = withArrays(draftTable(records, { name, context, ofKey: records, isLog: false }), records);
  const taken = new Set(inner.fields.map((field) => field.name));
  const ofParent = (column: string, type: string): DraftField => ({
    name: freeName(column === 'id' || taken.has(column) ? `${parent.name}_${column}` : column, taken),
    from: `^${column}`,
    guess: { ...nothingSeen, type },
    isRequired: true,
  });
  const typeOf = (column: string): string =>
    parent.fields.find((field) => field.name === column)?.guess.type ?? 'date';
  const keyFields = parent.key!.columns.map((column) => ofParent(column, typeOf(column)));
  const position: DraftField = {
    name: freeName('position', taken),
    from: '#',
    guess: { ...nothingSeen, type: 'integer' },
    isRequired: true,
  };
  const day = parent.day === undefined ? [] : [ofParent(parent.day.column, 'date')];
  return {
    name,
    path,
    rows: records.rows,
    fields: [
      ...[...keyFields, position, ...day],
      ...inner.fields.map((field) => ({ ...field, isRequired: false })),
    ],
    key: {
      columns: [...keyFields, position].map((field) => field.name),
      evidence: 'the record, and the place in its array',
      hasRivals: false,
    },
    ...(day[0] && { day: { column: day[0].name } }),
  };
}

const nothingSeen = { nulls: [], present: 0, missing: 0, evidence: '' };
