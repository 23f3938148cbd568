// `lake init --update`: fields that came in the data and that `lake.yaml` does not name are added to it, each with its evidence.
// Every other character of the file stays as it is.

import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { isOfPattern } from '../../common/name-pattern.js';
import { isChild, type SourceDocument } from '../document.js';
import { parsePath } from '../fields/field-path.js';
import { PROJECT_FILE } from '../find-project.js';
import { listOf } from '../load/child-spec.js';
import { Problems } from '../problems.js';
import { parseProjectText, type ProjectFiles, readProject } from '../read-project.js';
import type { DraftField } from './draft-source.js';
import { observe, type ObservedFile } from './observe.js';
import type { ObservedRecords } from './observed.js';
import { sampleFile } from './sample-file.js';
import { guessField, JSON_VALUES } from './values.js';
import { fieldLine } from './write-draft.js';

/** What `lake init --update` added. */
export interface UpdateReport {
  /** Absolute. */
  readonly folder: string;
  /** In the order of the file; none: it is as it was. */
  readonly added: readonly { readonly source: string; readonly field: string; readonly from: string }[];
}

/**
 * Adds the new fields of some files to a project.
 * @param files those of the project's data/ unless given
 * @throws LakeError `not-found` without a project; `invalid-input` for files of none of its sources, and where `lake.yaml`
 *   cannot be added to
 */
export async function updateProject(folder: string, files?: readonly string[]): Promise<UpdateReport> {
  const project = await readProject(folder);
  const found = await additionsOf(project, files ?? (await dataOf(project.folder)), files !== undefined);
  const added = found.flatMap(({ source, fields }) =>
    fields.map(({ name, from }) => ({ source, field: name, from })),
  );
  if (added.length > 0) await rewrite(project, found);
  return { folder: project.folder, added };
}

/** Fields that are new in a source. */
interface Additions {
  readonly source: string;
  readonly fields: readonly DraftField[];
}

const dataOf = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(folder, 'data')).catch(() => [])).sort().map((name) => join(folder, 'data', name));

async function additionsOf(
  { document: { sources } }: ProjectFiles,
  files: readonly string[],
  isAsked: boolean,
): Promise<readonly Additions[]> {
  const found = new Map<string, DraftField[]>();
  for (const path of files) {
    const name = Object.keys(sources).find((source) => takes(sources[source]!, basename(path)));
    if (name === undefined && isAsked)
      throw new LakeError('invalid-input', `${path}: no source of the project takes a file of this name.`, {
        details: { path },
      });
    if (name === undefined) continue;
    const file = observe(await sampleFile(path));
    if (file.csv?.header === false) continue; // its columns have no names that could be new
    addNew(found, name, { records: file, file, sources });
    for (const [child, document] of Object.entries(sources)) {
      if (!isChild(document) || document.parent !== name) continue;
      const records = file.children.find((each) => isSamePath(each.path, document.path))?.records;
      if (records !== undefined) addNew(found, child, { records, file, sources });
    }
  }
  return [...found].filter(([, fields]) => fields.length > 0).map(([source, fields]) => ({ source, fields }));
}

const takes = (document: SourceDocument, name: string): boolean =>
  !isChild(document) && listOf(document.files).some((pattern) => isOfPattern(name, pattern));

interface Seen {
  readonly records: ObservedRecords;
  readonly file: ObservedFile;
  readonly sources: ProjectFiles['document']['sources'];
}

/** Adds what neither the source nor the files before have. */
function addNew(found: Map<string, DraftField[]>, source: string, { records, file, sources }: Seen): void {
  const document = sources[source]!;
  const isCsv = file.csv !== undefined;
  const fresh = found.get(source) ?? [];
  found.set(source, fresh);
  const arrays = Object.values(sources).flatMap((each) =>
    isChild(each) && each.parent === source ? [each.path] : [],
  );
  const known = [
    ...Object.entries(document.fields).map(([name, { from = name }]) => from),
    ...arrays,
    ...fresh.map(({ from }) => from),
  ];
  const taken = new Set(
    [document.fields, document.dates, document.convert].flatMap((each) => Object.keys(each ?? {})),
  );
  for (const { name } of fresh) taken.add(name);
  const isKnown = (from: string): boolean =>
    known.some((each) => (isCsv ? heading(each) === heading(from) : isWithin(from, each)));
  const context = { style: file.csv ?? JSON_VALUES.style, isCsv, isMinor: file.hasMinorUnits === true };
  const fields = records.fields.map(({ name, from, values }) => ({
    name,
    from,
    guess: guessField(name, values, context),
  }));
  const whole = records.children.map(({ path, name }) => ({
    name,
    from: path,
    guess: { type: 'json', nulls: [], present: 0, missing: 0, evidence: 'an array of objects' },
  }));
  for (const { name, from, guess } of [...fields, ...whole]) {
    if (isKnown(from)) continue;
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
    taken.add(free);
    fresh.push({ name: free, from, guess, isRequired: false });
  }
}

const heading = (text: string): string => text.trim().toLowerCase();

const stepsOf = (path: string): string => JSON.stringify(parsePath(path) ?? [path]).slice(1, -1);

const isSamePath = (a: string, b: string): boolean => stepsOf(a) === stepsOf(b);

/** A field that has an object or an array has all that lies in it. */
const isWithin = (path: string, other: string): boolean =>
  `${stepsOf(path)},`.startsWith(`${stepsOf(other)},`);

/** Puts the lines in, looks whether the file is one still, and puts it in place of the old one. */
async function rewrite({ folder, places }: ProjectFiles, additions: readonly Additions[]): Promise<void> {
  const path = join(folder, PROJECT_FILE);
  const text = await readFile(path, 'utf8');
  const lines = text.split('\n');
  const inserts = additions
    .map(({ source, fields }) => ({ at: lineAfter(source, places, lines), fields, source }))
    .toSorted((a, b) => b.at.line - a.at.line);
  for (const { at, fields } of inserts)
    lines.splice(at.line, 0, ...fields.map((field) => `${at.indent}${fieldLine(field).trimStart()}`));
  const updated = lines.join('\n');
  const problems = new Problems();
  parseProjectText(updated, problems);
  problems.throwIfAny();
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, updated, { flag: 'wx' });
  await rename(aside, path);
}

/** Where a source's fields end: what stands deeper than they do belongs to the last of them. */
function lineAfter(
  source: string,
  places: ProjectFiles['places'],
  lines: readonly string[],
): { readonly line: number; readonly indent: string } {
  const key = places.placeOfKey(['sources', source, 'fields']);
  const first = places.placeOf(['sources', source, 'fields']);
  const indent = /^\s*/.exec(lines[first.line - 1] ?? '')?.[0] ?? '';
  if (first.line === key.line)
    throw new LakeError(
      'invalid-input',
      `${key.file}:${key.line}:${key.column}: the fields of ${source} stand on one line, in braces; expected one line a field. Nothing was changed: write them below each other, or add the new ones by hand.`,
      { details: { ...key } },
    );
  let end = first.line;
  for (let line = first.line; line < lines.length; line++) {
    const text = lines[line]!;
    if (text.trim() === '') continue;
    const depth = /^\s*/.exec(text)![0].length;
    if (depth < indent.length) break;
    end = line + 1;
  }
  return { line: end, indent };
}
