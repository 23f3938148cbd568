// A project's folder as documents: `lake.yaml`, models, checks and tests, each checked for its own shape, all problems at once.
// What they mean together is build-pipeline.ts. Nothing outside the folder is read, whatever links lie in it.

import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { LakeError } from '../common/errors.js';
import { knownProjectKeys, projectShape, type ProjectDocument } from './document.js';
import { PROJECT_FILE } from './find-project.js';
import { Problems } from './problems.js';
import { shaped } from './shape.js';
import {
  checkHeaderShape,
  type CheckHeader,
  modelHeaderShape,
  type ModelHeader,
  parseStatementFile,
  type StatementFile,
} from './statement-file.js';
import { type ModelTest, parseTestFile } from './test-file.js';
import { parseYaml, type YamlText } from './yaml-text.js';

/** A model's file, with the table that its place names. */
export interface ModelFile extends StatementFile<ModelHeader> {
  /** `layer.table`: the folder below `models/` and the file's name. */
  readonly table: string;
}

/** A check's file; its name is the file's. */
export interface CheckFile extends StatementFile<CheckHeader> {
  readonly name: string;
}

/** The documents of a project, each well-formed by itself. */
export interface ProjectFiles {
  /** Absolute. */
  readonly folder: string;
  readonly document: ProjectDocument;
  readonly places: YamlText;
  /** By table name. */
  readonly models: readonly ModelFile[];
  readonly checks: readonly CheckFile[];
  readonly tests: readonly ModelTest[];
}

/** A file of SQL or YAML that is larger holds something else. */
const MAX_FILE_BYTES = 1 << 20;
/** Files that a folder of a project may hold. */
const MAX_FILES = 5000;
const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Reads a project's folder.
 * @throws LakeError `not-found` without a `lake.yaml`; `invalid-input` with every problem of every file, by file, line and column
 */
export async function readProject(folder: string): Promise<ProjectFiles> {
  const root = await realpath(folder).catch(() => resolve(folder));
  const problems = new Problems();
  const text = await readProjectFile(root, PROJECT_FILE, problems);
  if (text === undefined) {
    problems.throwIfAny();
    throw new LakeError(
      'not-found',
      `${folder}: expected a project, a folder with a ${PROJECT_FILE}; found none.`,
      { details: { path: folder } },
    );
  }
  const read = parseProjectText(text, problems);
  const models = await readModels(root, problems);
  const checks = await readChecks(root, problems);
  const tests = await readTests(root, problems);
  problems.throwIfAny();
  return { folder: root, ...read!, models, checks, tests };
}

/** The text of a `lake.yaml`; undefined where it has problems, which are added. */
export function parseProjectText(
  text: string,
  problems: Problems,
  file = PROJECT_FILE,
): Pick<ProjectFiles, 'document' | 'places'> | undefined {
  const places = parseYaml({ file, text }, problems);
  if (places === undefined) return undefined;
  const document = shaped<ProjectDocument>(places, projectShape, { problems, knownKeys: knownProjectKeys });
  return document === undefined ? undefined : { document, places };
}

async function readModels(root: string, problems: Problems): Promise<readonly ModelFile[]> {
  const models: ModelFile[] = [];
  for (const file of await filesBelow(root, 'models', problems)) {
    if (!file.endsWith('.sql')) continue;
    const [, layer = '', name = '', ...deeper] = file.slice(0, -'.sql'.length).split('/');
    const isPlaced =
      deeper.length === 0 && NAME.test(layer) && NAME.test(name) && !(name in Object.prototype);
    if (!isPlaced) {
      problems.add(
        { file, line: 1, column: 1 },
        'expected models/<layer>/<table>.sql, both names of lower-case letters, digits and _',
      );
      continue;
    }
    const text = await readProjectFile(root, file, problems);
    const parsed =
      text === undefined ? undefined : parseStatementFile({ file, text }, modelHeaderShape, problems);
    if (parsed !== undefined) models.push({ ...parsed, table: `${layer}.${name}` });
  }
  return models;
}

async function readChecks(root: string, problems: Problems): Promise<readonly CheckFile[]> {
  const checks: CheckFile[] = [];
  for (const file of await filesBelow(root, 'checks', problems)) {
    if (!file.endsWith('.sql')) continue;
    const name = file.slice('checks/'.length, -'.sql'.length);
    if (!NAME.test(name) || name in Object.prototype) {
      problems.add(
        { file, line: 1, column: 1 },
        'expected checks/<name>.sql, the name of lower-case letters, digits and _',
      );
      continue;
    }
    const text = await readProjectFile(root, file, problems);
    const parsed =
      text === undefined ? undefined : parseStatementFile({ file, text }, checkHeaderShape, problems);
    if (parsed !== undefined) checks.push({ ...parsed, name });
  }
  return checks;
}

async function readTests(root: string, problems: Problems): Promise<readonly ModelTest[]> {
  const tests: ModelTest[] = [];
  for (const file of await filesBelow(root, 'tests', problems)) {
    if (!/\.ya?ml$/.test(file)) continue;
    const text = await readProjectFile(root, file, problems);
    if (text !== undefined) tests.push(...parseTestFile({ file, text }, problems));
  }
  return tests;
}

/** The files below a folder of the project, by name; none where it is absent. Hidden ones are passed over. */
async function filesBelow(root: string, folder: string, problems: Problems): Promise<readonly string[]> {
  const path = join(root, folder);
  const place = { file: folder, line: 1, column: 1 };
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) {
    problems.add(place, 'expected a folder, found a file or a link');
    return [];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').some((piece) => piece.startsWith('.')));
  if (files.length > MAX_FILES)
    problems.add(place, `expected at most ${MAX_FILES} files, found ${files.length}`);
  return files.slice(0, MAX_FILES).sort();
}

/** A regular file of the project as text; undefined where there is none, or where it cannot be taken (a problem then). */
async function readProjectFile(root: string, file: string, problems: Problems): Promise<string | undefined> {
  const place = { file, line: 1, column: 1 };
  const found = await lstat(join(root, file)).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) {
    problems.add(place, 'expected a file of the project, found a link or a folder');
    return undefined;
  }
  if (found.size > MAX_FILE_BYTES) {
    problems.add(place, `expected at most ${MAX_FILE_BYTES} bytes, found ${found.size}`);
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(root, file)));
  } catch {
    problems.add(place, 'expected a text of UTF-8 that can be read');
    return undefined;
  }
}
