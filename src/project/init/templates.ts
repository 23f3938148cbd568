// Projects that are complete, to begin with: folders of this package that are written out as they are.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InitReport, writeProject } from './init-project.js';
import { snakeCase } from './observe.js';
import { blankProject } from './write-draft.js';

/** Where the package keeps each of them. */
const FOLDERS = {
  shop: 'examples/shop',
  logs: 'examples/logs',
  saas: 'pipelines/saas',
} as const;

/** A project that `lake init` can write out. */
export type Template = keyof typeof FOLDERS | 'blank';

/** From `src/project/init` and from `dist/project/init` alike. */
const packageFolder = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Writes a template's files into a folder, its data among them.
 * @throws LakeError `invalid-input` where one of them is there already
 */
export async function initFromTemplate(folder: string, template: Template): Promise<InitReport> {
  if (template === 'blank') {
    const text = blankProject(snakeCase(basename(resolve(folder))));
    return { folder: resolve(folder), written: await writeProject(folder, text), sources: [] };
  }
  const from = join(packageFolder, FOLDERS[template]);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith('expected/') && !path.startsWith('lake/'));
  const texts = paths.filter((path) => !path.startsWith('data/'));
  const text = Object.fromEntries(
    await Promise.all(texts.map(async (path) => [path, await readFile(join(from, path), 'utf8')] as const)),
  );
  const copies = new Map(
    paths.filter((path) => path.startsWith('data/')).map((path) => [path, join(from, path)]),
  );
  return { folder: resolve(folder), written: await writeProject(folder, text, copies), sources: [] };
}
