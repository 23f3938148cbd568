// Files that are deliveries of one source, seen as one: the fields of all of them, and the records of each after the other.

import { basename } from 'node:path';
import { NameGiver, sourceName } from './names.js';
import { numberStyle } from './number-style.js';
import type { ObservedFile } from './observe.js';
import { text, type ObservedChild, type ObservedRecords } from './observed.js';

/** Files of one source. */
export interface FileGroup {
  /** Of the source, other than those of all other groups. */
  readonly name: string;
  /** Patterns of their names. */
  readonly files: readonly string[];
  /** All of them seen as one. */
  readonly file: ObservedFile;
  /** The one with most fields: its records are told apart by the key. */
  readonly fullest: ObservedFile;
}

/** Files whose names differ in numbers alone, and that are written alike, are deliveries of one source. */
export function groupFiles(files: readonly ObservedFile[]): readonly FileGroup[] {
  const groups = new Map<string, ObservedFile[]>();
  for (const file of files) {
    const key = JSON.stringify([stemOf(file).toLowerCase(), manner(file)]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const names = new NameGiver('records');
  return [...groups.values()].map((group) => {
    const fullest = group.toSorted((a, b) => b.fields.length - a.fields.length || b.rows - a.rows)[0]!;
    const others = files.filter((file) => !group.includes(file)).map(fileName);
    return {
      name: names.give(sourceName(stemOf(fullest))),
      files: patternsOf(group, others),
      file: mergeFiles(fullest, group),
      fullest,
    };
  });
}

/** What files of one source have in common beside their names. */
const manner = ({ format, encoding, csv, recordsAt }: ObservedFile): unknown => [
  format,
  csv && [csv.delimiter, csv.skip, csv.header, encoding],
  recordsAt,
];

const fileName = ({ sample }: ObservedFile): string => basename(sample.path).replace(/\.gz$/i, '');
const extensionOf = (file: ObservedFile): string => /\.[A-Za-z]+$/.exec(fileName(file))?.[0] ?? '';

/** `orders-2024-01.csv` is a delivery of `orders`. */
function stemOf(file: ObservedFile): string {
  const bare = fileName(file).replace(/\.[A-Za-z]+$/, '');
  const stem = bare.replace(/(?:[-_. (]*\d+[\d-_.]*\)?)+$/, '').trim();
  return stem === '' ? bare : stem;
}

/** One pattern where it takes no file of another source, else what stands before the numbers, else the files' own names. */
function patternsOf(group: readonly ObservedFile[], others: readonly string[]): readonly string[] {
  const names = [...new Set(group.map(fileName))];
  const plain = (text: string): string => text.replaceAll(/[*?]/g, '?');
  const [first] = group;
  const stem = stemOf(first!);
  const extension = extensionOf(first!);
  const isAlike = group.every((file) => extensionOf(file) === extension && fileName(file).startsWith(stem));
  const marks = new Set(names.map((name) => /^[-_. ]?/.exec(name.slice(stem.length))?.[0] ?? ''));
  const starts = [stem, ...(marks.size === 1 && group.length > 1 ? [`${stem}${[...marks][0]}`] : [])];
  const free = starts.find(
    (start) => isAlike && !others.some((name) => name.startsWith(start) && name.endsWith(extension)),
  );
  return free === undefined ? names.map(plain) : [`${plain(free)}*${extension}`];
}

function mergeFiles(fullest: ObservedFile, group: readonly ObservedFile[]): ObservedFile {
  if (group.length === 1) return fullest;
  const inOrder = [fullest, ...group.filter((file) => file !== fullest)];
  const totals = inOrder.flatMap((file) => file.totals ?? []);
  const records = mergeRecords(inOrder);
  const style =
    fullest.csv &&
    numberStyle(
      records.fields.flatMap(({ values }) => values.map(text)),
      fullest.csv.delimiter,
    );
  return {
    ...fullest,
    ...records,
    ...(fullest.csv && { csv: { ...fullest.csv, ...style } }),
    ...(totals.length === 0 ? {} : { totals }),
    sample: { ...fullest.sample, isWhole: inOrder.every(({ sample }) => sample.isWhole) },
    hasMinorUnits: inOrder.some((file) => file.hasMinorUnits === true),
  };
}

/** Fields by their places: a file that lacks one has nulls for it. */
function mergeRecords(parts: readonly ObservedRecords[]): ObservedRecords {
  const places = new Map<string, string>();
  const names = new NameGiver();
  for (const { fields } of parts)
    for (const { from, name } of fields) if (!places.has(from)) places.set(from, names.give(name));
  const fields = [...places].map(([from, name]) => ({
    from,
    name,
    values: parts.flatMap(
      (part) => part.fields.find((field) => field.from === from)?.values ?? Array<null>(part.rows).fill(null),
    ),
  }));
  const paths = new Map<string, ObservedChild[]>();
  for (const { children } of parts)
    for (const child of children) paths.set(child.path, [...(paths.get(child.path) ?? []), child]);
  const children = [...paths].map(([path, same]) => ({
    path,
    name: same[0]!.name,
    records: mergeRecords(same.map(({ records }) => records)),
  }));
  return { rows: parts.reduce((sum, { rows }) => sum + rows, 0), fields, children };
}
