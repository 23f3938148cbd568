// `lake init`: a new project's folder, drafted from files or from nothing. What exists is never overwritten.

import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isLakeError, LakeError } from '../../common/errors.js';
import { PROJECT_FILE } from '../find-project.js';
import { draftSource } from './draft-source.js';
import { groupFiles } from './merge-files.js';
import { snakeCase } from './names.js';
import { observe, type ObservedFile } from './observe.js';
import { sampleFile } from './sample-file.js';
import { type ProjectText, writeDraft } from './write-draft.js';

/** What `lake init` made. */
export interface InitReport {
  /** Absolute. */
  readonly folder: string;
  /** Files that were written, by their path in the folder; copies of data are among them. */
  readonly written: readonly string[];
  /** Files of a folder that hold no records, and why. */
  readonly skipped?: readonly { readonly path: string; readonly reason: string }[];
  /** What each source was drafted from. */
  readonly sources: readonly {
    readonly name: string;
    readonly format: string;
    /** False: a CSV whose first row is data. */
    readonly hasHeader?: false;
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
 * @param found files that were found and not named: those that hold no records are left out, and told
 * @throws LakeError `invalid-input` for a folder that holds a project, or a file that is no CSV or JSON; `not-found`
 */
export async function initFromFiles(
  folder: string,
  files: readonly string[],
  found: readonly string[] = [],
): Promise<InitReport> {
  const observed: ObservedFile[] = [];
  const skipped: { readonly path: string; readonly reason: string }[] = [];
  for (const file of files) observed.push(observe(await sampleFile(file)));
  for (const path of found)
    try {
      observed.push(observe(await sampleFile(path)));
    } catch (error) {
      if (!isLakeError(error, 'invalid-input')) throw error;
      skipped.push({ path, reason: error.message });
    }
  if (observed.length === 0)
    throw new LakeError(
      'invalid-input',
      `No file holds records:\n${skipped.map(({ reason }) => reason).join('\n')}`,
    );
  const sources = groupFiles(observed).map(draftSource);
  const name = snakeCase(basename(resolve(folder)));
  const taken = observed.map(({ sample }) => sample.path);
  const copies = new Map(taken.map((file) => [`data/${basename(file)}`, resolve(file)]));
  if (copies.size < taken.length)
    throw new LakeError('invalid-input', 'Two of the files have the same name; give each its own.');
  const written = await writeProject(folder, writeDraft(name, sources), copies);
  return {
    folder: resolve(folder),
    written,
    skipped,
    sources: sources.map(({ name: source, file, fields, key }) => ({
      name: source,
      format: file.format,
      ...(file.csv?.header === false && { hasHeader: false as const }),
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

/** The files of a folder that are called like data: what a person who begins in a folder of exports means. */
export async function dataFilesIn(folder: string): Promise<readonly string[]> {
  const files = await filesIn(folder).catch(() => []);
  return files.filter((path) => /\.(csv|tsv|ndjson|jsonl|json)(\.gz)?$/i.test(path) && !NO_DATA.test(path));
}

const NO_DATA = /(^|\/)(package|package-lock|tsconfig|lake\.config)\.json$/;
