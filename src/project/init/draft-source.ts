// Observed records as a source of a project: what is declared of each field, and the evidence that a guess rests on.

import { findKey } from './find-key.js';
import type { ObservedChild, ObservedField, ObservedFile, ObservedRecords } from './observe.js';
import { type FieldGuess, guessField } from './values.js';

/** A field as the project will declare it. */
export interface DraftField {
  readonly name: string;
  readonly from: string;
  readonly guess: FieldGuess;
  readonly isRequired: boolean;
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
  /** A pattern of file names. */
  readonly files: string;
  readonly file: ObservedFile;
  readonly kind: 'log' | 'extract';
  readonly nulls: readonly string[];
  readonly children: readonly DraftChild[];
}

/** The draft of one source from a file that is like all of its files. */
export function draftSource(
  file: ObservedFile,
  { name, files }: { readonly name: string; readonly files: string },
): DraftSource {
  const table = withArrays(draftTable(file, { name, style: file.csv }), file);
  const children = draftChildren(file, table);
  return {
    ...table,
    files,
    file,
    kind: file.format === 'ndjson' || table.key === undefined ? 'log' : 'extract',
    nulls: [
      ...new Set([table, ...children].flatMap(({ fields }) => fields.flatMap(({ guess }) => guess.nulls))),
    ].sort(),
    children,
  };
}

function draftTable(
  records: Pick<ObservedRecords, 'rows' | 'fields'>,
  { name, style }: { readonly name: string; readonly style: ObservedFile['csv'] },
): DraftTable {
  const guesses = records.fields.map((field) => ({
    field,
    guess: guessField(field.name, field.values, style ?? { decimal: '.', thousands: undefined }),
  }));
  const typeOf = new Map(guesses.map(({ field, guess }) => [field.name, guess.type]));
  const key = findKey(records, ({ name: column }) =>
    ['text', 'integer', 'date', 'timestamp'].includes(typeOf.get(column) ?? ''),
  );
  const day = dayOf(guesses);
  const needed = new Set([...(key?.columns ?? []), ...(day === undefined ? [] : [day.of ?? day.column])]);
  const fields = guesses.map(({ field, guess }) => ({
    name: field.name,
    from: field.from,
    guess,
    isRequired: needed.has(field.name),
  }));
  return { name, fields, ...(key && { key }), ...(day && { day }) };
}

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
    /updat|modif|cancel|end|expir|ship|due/.test(name)
      ? 2
      : /creat|order|^ts$|^date$|^day$|^time|start|happen|occur/.test(name)
        ? 0
        : 1;
  const best = times.toSorted((a, b) => rank(a.field.name) - rank(b.field.name))[0];
  if (best === undefined) return undefined;
  const { name } = best.field;
  if (best.guess.type === 'date') return { column: name };
  const taken = new Set(guesses.map(({ field }) => field.name));
  const column = name.endsWith('_at') ? name.replace(/_at$/, '_on') : `${name}_date`;
  return { column: taken.has(column) ? `${column}_day` : column, of: name };
}

/** Arrays of a source's records as tables of their own: the parent's key and day, and the place in the array. None without a key. */
function draftChildren(records: ObservedRecords, parent: DraftTable): readonly DraftChild[] {
  if (parent.key === undefined) return [];
  const taken = new Set(
    [...parent.fields.map(({ name }) => name), parent.day?.column].filter((name) => name !== undefined),
  );
  return records.children.map((child) =>
    draftChild(child, parent, freeName(`${parent.name}_${child.name}`, taken)),
  );
}

/** The name, with a number where another has it; it is taken then. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
  taken.add(free);
  return free;
}

function draftChild({ records, path }: ObservedChild, parent: DraftTable, name: string): DraftChild {
  const inner = withArrays(draftTable(records, { name, style: undefined }), records);
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
