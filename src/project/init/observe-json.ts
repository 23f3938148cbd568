// JSON records as columns of observed values, and where in a document the records lie.

import { childName, NameGiver, quotedKey } from './names.js';
import type { Observed, ObservedRecords } from './observed.js';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a line of NDJSON is; none for anything else. */
export function objectOf(line: string): readonly JsonObject[] {
  if (!line.trimStart().startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
}

/**
 * The beginning of a document as one that ends: cut after the last whole element of the outermost array that is open, and
 * closed. Text without such an element comes back as it is.
 */
export function closedDocument(text: string): string {
  const open: { readonly closer: string; end: number }[] = [];
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (isText) {
      if (mark === '\\') at++;
      else if (mark === '"') isText = false;
    } else if (mark === '"') isText = true;
    else if (mark === '{' || mark === '[') open.push({ closer: mark === '{' ? '}' : ']', end: 0 });
    else if (mark === '}' || mark === ']') {
      open.pop();
      const around = open.at(-1);
      if (around !== undefined) around.end = at + 1;
    }
  }
  const array = open.findIndex(({ closer, end }) => closer === ']' && end > 0);
  if (array < 0) return text;
  const closers = open.slice(0, array + 1).map(({ closer }) => closer);
  return text.slice(0, open[array]!.end) + closers.reverse().join('');
}

/** An array of objects and where it lies; whether the document calls itself a list. */
interface FoundRecords {
  readonly at: string;
  readonly records: readonly JsonObject[];
  readonly isList: boolean;
}

/** The largest array of objects in a document, at most three levels down. */
export function recordsOf(document: unknown): FoundRecords | undefined {
  if (Array.isArray(document)) return { at: '', records: document.filter(isObject), isList: false };
  const isList = isObject(document) && document['object'] === 'list';
  const found: { at: string; records: readonly JsonObject[] }[] = [];
  const search = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value) && value.some(isObject))
      found.push({ at: `${path.join('.')}[]`, records: value.filter(isObject) });
    else if (isObject(value) && path.length < 3)
      for (const [key, inner] of Object.entries(value)) search(inner, [...path, quotedKey(key)]);
  };
  search(document, []);
  const [largest] = found.toSorted((a, b) => b.records.length - a.records.length);
  return largest && { ...largest, isList };
}

/**
 * Whether records write amounts as payment providers do: they name their own kind (`"object": "charge"`), amounts are texts of
 * digits, or currencies stand in small letters.
 */
export function hasMinorUnits(records: readonly JsonObject[]): boolean {
  let [kinds, small, digits, others] = [0, 0, 0, 0];
  const look = (record: JsonObject, level: number): void => {
    for (const [key, value] of Object.entries(record)) {
      if (key === 'object' && typeof value === 'string' && /^[a-z_]+$/.test(value)) kinds++;
      if (/currency/i.test(key) && typeof value === 'string' && /^[a-z]{3}$/.test(value)) small++;
      if (/amount|total|price/i.test(key) && typeof value === 'string') {
        if (/^\d+$/.test(value)) digits++;
        else others++;
      }
      if (Array.isArray(value) && level < 4)
        for (const each of value.slice(0, 3)) if (isObject(each)) look(each, level + 1);
      if (isObject(value) && level < 4) look(value, level + 1);
    }
  };
  for (const record of records) look(record, 0);
  return kinds >= records.length || small >= records.length || (digits >= records.length && others === 0);
}

/** Levels of objects that become fields of their own; what lies deeper is JSON. */
const MAX_LEVELS = 6;
/** Fields that are drawn apart. */
const MAX_FIELDS = 2000;
/** Keys of objects in one place, from which on they are values and no names. */
const MAX_KEYS = 60;

/** Records as columns: nested objects drawn apart, arrays of objects as children, other arrays whole. */
export function observeObjects(records: readonly JsonObject[]): ObservedRecords {
  const columns = new Map<string, { values: Observed[]; path: readonly string[] }>();
  const arrays = new Map<string, { elements: JsonObject[]; path: readonly string[] }>();
  const whole = wholePlaces(records);
  records.forEach((record, row) => {
    for (const { path, value } of leaves(record, [], whole)) {
      const from = path.map(quotedKey).join('.');
      if (Array.isArray(value) && value.some(isObject) && !whole.has(from)) {
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

/** What stands in one place of the records. */
interface Place {
  objects: number;
  /** Of all objects together. */
  entries: number;
  readonly keys: Set<string>;
  arrays: number;
  others: number;
}

/**
 * Places whose values stay whole, as JSON: an object here and a text there, arrays of more than objects, and objects whose keys are
 * values (`{ "user-17": 3 }`).
 */
function wholePlaces(records: readonly JsonObject[]): ReadonlySet<string> {
  const places = new Map<string, Place>();
  const look = (value: unknown, path: readonly string[]): void => {
    if (value === null) return;
    const from = path.map(quotedKey).join('.');
    const place = places.get(from) ?? { objects: 0, entries: 0, keys: new Set(), arrays: 0, others: 0 };
    places.set(from, place);
    if (isObject(value)) {
      const keys = Object.keys(value);
      place.objects++;
      place.entries += keys.length;
      for (const key of keys) place.keys.add(key);
      if (path.length < MAX_LEVELS) for (const key of keys) look(value[key], [...path, key]);
    } else if (
      Array.isArray(value) &&
      value.some(isObject) &&
      value.every((each) => isObject(each) || each === null)
    )
      place.arrays++;
    else if (!Array.isArray(value) || value.length > 0) place.others++;
  };
  for (const record of records) for (const [key, value] of Object.entries(record)) look(value, [key]);
  const isWhole = ({ objects, entries, keys, arrays, others }: Place): boolean =>
    [objects, arrays, others].filter((count) => count > 0).length > 1 ||
    (keys.size > MAX_KEYS && keys.size * objects > 4 * entries);
  return new Set([...places].flatMap(([from, place]) => (isWhole(place) ? [from] : [])));
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
  whole: ReadonlySet<string>,
): Generator<{ readonly path: readonly string[]; readonly value: unknown }> {
  for (const [key, value] of Object.entries(record)) {
    const inner = [...path, key];
    const isApart =
      isObject(value) &&
      inner.length < MAX_LEVELS &&
      Object.keys(value).length > 0 &&
      !whole.has(inner.map(quotedKey).join('.'));
    if (isApart) yield* leaves(value, inner, whole);
    else yield { path: inner, value };
  }
}
