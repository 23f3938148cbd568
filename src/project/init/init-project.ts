// `lake init`: a new project's folder, drafted from files or from nothing. What exists is never overwritten.

import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { PROJECT_FILE } from '../find-project.js';
import { draftSource, type DraftSource } from './draft-source.js';
import { observe, type ObservedFile, snakeCase } from './observe.js';
import { sampleFile } from './sample-file.js';
import { type ProjectText, writeDraft } from './write-draft.js';

/** What `lake init` made. */
export interface InitReport {
  /** Absolute. */
  readonly folder: string;
  /** Files that were written, by their path in the folder; copies of data are among them. */
  readonly written: readonly string[];
  /** What each source was drafted from. */
  readonly sources: readonly {
    readonly name: string;
    readonly format: string;
    readonly fields: number;
    readonly rows: number;
    readonly isWhole: boolean;
    readonly key: readonly string[];
  }[];
  /** What is made of arrays in their records. */
  readonly children: readonly {
    readonly name: string;
    /** The source, and the place of the array in its records. */
    readonly parent: string;
    readonly path: string;
    readonly fields: number;
    readonly rows: number;
    readonly isWhole: boolean;
    readonly key: readonly string[];
  }[];
}

/**
 * Drafts a project from files and writes it, with copies of the files in `data/`.
 * @throws LakeError `invalid-input` for a folder that holds a project, or a file that is no CSV or JSON; `not-found`
 */
export async function initFromFiles(folder: string, files: readonly string[]): Promise<InitReport> {
  const observed: ObservedFile[] = [];
  for (const file of files) observed.push(observe(await sampleFile(file)));
  const sources = draftSources(observed);
  const name = snakeCase(basename(resolve(folder)));
  const copies = new Map(files.map((file) => [`data/${basename(file)}`, resolve(file)]));
  if (copies.size < files.length)
    throw new LakeError('invalid-input', 'Two of the files have the same name; give each its own.');
  const written = await writeProject(folder, writeDraft(name, sources), copies);
  return {
    folder: resolve(folder),
    written,
    sources: sources.map(({ name: source, file, fields, key }) => ({
      name: source,
      format: file.format,
      fields: fields.length,
      rows: file.rows,
      isWhole: file.sample.isWhole,
      key: key?.columns ?? [],
    })),
    children: sources.flatMap(({ name: parent, file, children }) =>
      children.map((child) => ({
        name: child.name,
        parent,
        path: child.path,
        fields: child.fields.length,
        rows: child.rows,
        isWhole: file.sample.isWhole,
        key: child.key?.columns ?? [],
      })),
    ),
  };
}

/** Files whose names differ in numbers alone, and whose fields are alike, are deliveries of one source. */
function draftSources(files: readonly ObservedFile[]): readonly DraftSource[] {
  const groups = new Map<string, ObservedFile[]>();
  for (const file of files) {
    const key = `${stemOf(file)} ${file.format}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const stems = [...groups.values()].map(([first]) => stemOf(first!));
  return [...groups.values()].map((group) => {
    const fullest = group.toSorted((a, b) => b.fields.length - a.fields.length || b.rows - a.rows)[0]!;
    const stem = stemOf(fullest);
    const isShared = stems.filter((each) => each.startsWith(stem)).length > 1;
    const files = isShared && group.length === 1 ? fileName(fullest) : `${stem}*.${extensionOf(fullest)}`;
    return draftSource(fullest, { name: snakeCase(stem), files });
  });
}

const fileName = ({ sample }: ObservedFile): string => basename(sample.path).replace(/\.gz$/i, '');

/** `orders-2024-01.csv` is a delivery of `orders`. */
function stemOf(file: ObservedFile): string {
  const bare = fileName(file).replace(/\.[A-Za-z]+$/, '');
  const stem = bare.replace(/(?:[-_. ]*\d+)+$/, '');
  return stem === '' ? bare : stem;
}

const extensionOf = (file: ObservedFile): string => /\.([A-Za-z]+)$/.exec(fileName(file))?.[1] ?? file.format;

/** Writes the files of a new project; all that it would write is looked at first, so that it is whole or not there. */
export async function writeProject(
  folder: string,
  text: ProjectText,
  copies: ReadonlyMap<string, string> = new Map(),
): Promise<readonly string[]> {
  const root = resolve(folder);
  const paths = [...Object.keys(text), ...copies.keys()];
  for (const path of [PROJECT_FILE, ...paths]) {
    if ((await lstat(join(root, path)).catch(() => undefined)) === undefined) continue;
    if (resolve(root, path) === copies.get(path)) continue;
    throw new LakeError(
      'invalid-input',
      `${join(folder, path)} is there already, and nothing is overwritten. Give "lake init" another folder.`,
      { details: { path: join(folder, path) } },
    );
  }
  for (const [path, content] of Object.entries(text)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { flag: 'wx' });
  }
  for (const [path, from] of copies) {
    if (resolve(root, path) === from) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(from, join(root, path), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
  return paths.sort();
}

/** The files of a folder, for `--from` of a folder; hidden ones are passed over. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
}
