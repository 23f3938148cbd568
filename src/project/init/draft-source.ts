// Observed records as a source of a project: what is declared of each field, and the evidence that a guess rests on.

import { findKey } from './find-key.js';
import type { ObservedField, ObservedFile, ObservedRecords } from './observe.js';
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

/** A nested array that could be a table of its own. */
export interface DraftChild extends DraftTable {
  /** The array's place in the parent's record. */
  readonly path: string;
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
  return {
    ...table,
    files,
    file,
    kind: file.format === 'ndjson' || table.key === undefined ? 'log' : 'extract',
    nulls: [...new Set(table.fields.flatMap(({ guess }) => guess.nulls))].sort(),
    children: table.key === undefined ? [] : draftChildren(file, table),
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

/** Arrays of a source's records as tables of their own: the parent's key, and the place in the array. */
function draftChildren(records: ObservedRecords, parent: DraftTable): readonly DraftChild[] {
  const parentKey = parent.key!.columns;
  return records.children.map((child) => {
    const inner = draftTable(child.records, { name: `${parent.name}_${child.name}`, style: undefined });
    const taken = new Set(parentKey);
    const keyFields = parentKey.map((column): DraftField => {
      const of = parent.fields.find(({ name }) => name === column)!;
      const guess: FieldGuess = { type: of.guess.type, nulls: [], present: 0, missing: 0, evidence: '' };
      return { name: `${parent.name}_${column}`, from: `^${column}`, guess, isRequired: true };
    });
    const position: DraftField = {
      name: 'position',
      from: '#',
      guess: { type: 'integer', nulls: [], present: 0, missing: 0, evidence: '' },
      isRequired: true,
    };
    const own = inner.fields.map((field) => ({
      ...field,
      name: taken.has(field.name) || field.name === 'position' ? `${child.name}_${field.name}` : field.name,
      isRequired: false,
    }));
    return {
      name: inner.name,
      path: child.path,
      fields: [...keyFields, position, ...own],
      key: {
        columns: [...keyFields.map(({ name }) => name), 'position'],
        evidence: '',
        hasRivals: false,
      },
    };
  });
}
