// A file's records as columns of observed values: where each value stands in a record, and what was seen there.

import { LakeError } from '../../common/errors.js';
import type { FileSample } from './sample-file.js';
import { type CsvDialect, sniffCsv } from './sniff-csv.js';
import { type Encoding, sniffText } from './sniff-text.js';
import type { Observed } from './values.js';

/** One field of the records that were seen: a value for each of them, null where it is absent. */
export interface ObservedField {
  /** Where it stands, as a project's `from` says it. */
  readonly from: string;
  readonly name: string;
  readonly values: readonly Observed[];
}

/** Records of one shape, and the arrays in them that hold records of their own. */
export interface ObservedRecords {
  readonly rows: number;
  readonly fields: readonly ObservedField[];
  readonly children: readonly ObservedChild[];
}

/** What was seen in a nested array of the records. */
export interface ObservedChild {
  /** The array's place in a record. */
  readonly path: string;
  readonly name: string;
  readonly records: ObservedRecords;
}

/** What was seen in a file. */
export interface ObservedFile extends ObservedRecords {
  readonly sample: FileSample;
  readonly format: 'csv' | 'ndjson' | 'json';
  readonly encoding: Encoding;
  readonly csv?: CsvDialect;
  /** Where the array of records lies in a JSON object, as `records` says it. */
  readonly recordsAt?: string;
}

/**
 * What a sample holds.
 * @throws LakeError `invalid-input` for what is neither CSV nor JSON
 */
export function observe(sample: FileSample): ObservedFile {
  const { text, encoding } = sniffText(sample.pieces);
  const base = { sample, encoding };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const objects = lines.flatMap((line) => objectOf(line));
  const isOneDocument = lines.length === 1 && objects.length === 1 && recordsOf(objects[0]) !== undefined;
  if (!isOneDocument && objects.length * 2 > lines.length)
    return { ...base, format: 'ndjson', ...observeObjects(objects) };
  if (/^\s*[[{]/.test(text)) {
    const found = recordsOf(parseJson(text, sample));
    if (found !== undefined)
      return {
        ...base,
        format: 'json',
        ...(found.at === '' ? {} : { recordsAt: found.at }),
        ...observeObjects(found.records),
      };
  }
  const table = sniffCsv(text);
  const isCsv = table !== undefined && (table.header.length > 1 || /\.csv(\.gz)?$/i.test(sample.path));
  if (!isCsv) throw notRead(sample, 'no header and rows of a CSV, and no JSON records');
  const names = new NameGiver();
  const fields = table.header.map((from, i) => ({
    from,
    name: names.give(from),
    values: table.rows.map((cells) => cells[i] ?? null),
  }));
  return { ...base, format: 'csv', csv: table.dialect, rows: table.rows.length, fields, children: [] };
}

const notRead = ({ path }: FileSample, found: string, cause?: unknown): LakeError =>
  new LakeError('invalid-input', `${path}: expected CSV, NDJSON or JSON with records; found ${found}.`, {
    cause,
    details: { path },
  });

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectOf(line: string): readonly JsonObject[] {
  if (!line.trimStart().startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
}

function parseJson(text: string, sample: FileSample): unknown {
  if (!sample.isWhole)
    throw notRead(sample, 'one large JSON document; give "lake init" a smaller file of the same kind');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notRead(sample, `what is no JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}

/** The largest array of objects in a document, at most three levels down. */
function recordsOf(
  document: unknown,
): { readonly at: string; readonly records: readonly JsonObject[] } | undefined {
  if (Array.isArray(document)) return { at: '', records: document.filter(isObject) };
  const found: { at: string; records: readonly JsonObject[] }[] = [];
  const search = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value) && value.some(isObject))
      found.push({ at: `${path.join('.')}[]`, records: value.filter(isObject) });
    else if (isObject(value) && path.length < 3)
      for (const [key, inner] of Object.entries(value)) search(inner, [...path, quotedKey(key)]);
  };
  search(document, []);
  return found.toSorted((a, b) => b.records.length - a.records.length)[0];
}

/** Levels of objects that become fields of their own; what lies deeper is JSON. */
const MAX_LEVELS = 6;
/** Fields that are drawn apart. */
const MAX_FIELDS = 2000;

/** Records as columns: nested objects drawn apart, arrays of objects as children, other arrays whole. */
export function observeObjects(records: readonly JsonObject[]): ObservedRecords {
  const columns = new Map<string, { values: Observed[]; path: readonly string[] }>();
  const arrays = new Map<string, { elements: JsonObject[]; path: readonly string[] }>();
  records.forEach((record, row) => {
    for (const { path, value } of leaves(record, [])) {
      const from = path.map(quotedKey).join('.');
      if (Array.isArray(value) && value.some(isObject)) {
        const array = arrays.get(from) ?? { elements: [], path };
        array.elements.push(...value.filter(isObject));
        arrays.set(from, array);
        continue;
      }
      if (!columns.has(from) && columns.size >= MAX_FIELDS) continue;
      const column = columns.get(from) ?? { values: [], path };
      while (column.values.length < row) column.values.push(null);
      column.values.push(value as Observed);
      columns.set(from, column);
    }
  });
  const names = new NameGiver();
  const fields = [...columns]
    .filter(([from, { values }]) => !isOnlyPlaceholder(from, values, { arrays, columns }))
    .map(([from, { values, path }]) => ({
      from,
      name: names.give(path.join('_')),
      values: [...values, ...Array<null>(records.length - values.length).fill(null)],
    }));
  const children = [...arrays].map(([path, { elements, path: keys }]) => ({
    path,
    name: childName(keys),
    records: observeObjects(elements),
  }));
  return { rows: records.length, fields, children };
}

/** An empty array beside children, or a null beside an object that was drawn apart: no field of its own. */
function isOnlyPlaceholder(
  from: string,
  values: readonly Observed[],
  {
    arrays,
    columns,
  }: { readonly arrays: ReadonlyMap<string, unknown>; readonly columns: ReadonlyMap<string, unknown> },
): boolean {
  const isEmpty = values.every(
    (value) => value === null || (typeof value === 'object' && Object.keys(value).length === 0),
  );
  const hasParts =
    arrays.has(from) || [...columns.keys(), ...arrays.keys()].some((key) => key.startsWith(`${from}.`));
  return isEmpty && hasParts;
}

function* leaves(
  record: JsonObject,
  path: readonly string[],
): Generator<{ readonly path: readonly string[]; readonly value: unknown }> {
  for (const [key, value] of Object.entries(record)) {
    const inner = [...path, key];
    if (isObject(value) && inner.length < MAX_LEVELS && Object.keys(value).length > 0)
      yield* leaves(value, inner);
    else yield { path: inner, value };
  }
}

/** A key as a dotted path says it: quoted where it holds what a path means something by. */
const quotedKey = (key: string): string => (/^[^."[\]#^\s]+$/.test(key) ? key : JSON.stringify(key));

/** `items.data` holds items. */
function childName(path: readonly string[]): string {
  const telling = path.filter((key) => !/^(data|items|list|values|results|edges|nodes)$/i.test(key));
  return snakeCase((telling.length > 0 ? telling : path.slice(0, 1)).join('_'));
}

/** Names of columns, each once. */
class NameGiver {
  readonly #given = new Set<string>();

  give(from: string): string {
    const base = snakeCase(from);
    let name = base;
    for (let n = 2; this.#given.has(name); n++) name = `${base}_${n}`;
    this.#given.add(name);
    return name;
  }
}

/** `Order ID` is `order_id`, `createdAt` is `created_at`, `Ordered At (UTC)` is `ordered_at_utc`. */
export function snakeCase(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/ß/g, 'ss')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  const named = /^[a-z]/.test(plain) ? plain : plain === '' ? 'field' : `f_${plain}`;
  return named in Object.prototype ? `${named}_field` : named;
}
