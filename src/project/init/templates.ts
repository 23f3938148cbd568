// Projects that are complete, to begin with.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blankProject } from './blank-project.js';
import { type InitReport, writeProject } from './init-project.js';
import { logsProject } from './logs-project.js';
import { snakeCase } from './names.js';
import { shopProject } from './shop-project.js';
import type { ProjectText } from './write-draft.js';

/** A project that `lake init` can write out. */
type Template = 'shop' | 'logs' | 'saas' | 'blank';

/** Those that take the name of the folder. */
const PROJECTS = { shop: shopProject, logs: logsProject, blank: blankProject };

/**
 * Writes a template's files into a folder.
 * @throws LakeError `invalid-input` where one of them is there already
 */
export async function initFromTemplate(folder: string, template: Template): Promise<InitReport> {
  const name = snakeCase(basename(resolve(folder)));
  const text = template === 'saas' ? await saasProject() : PROJECTS[template](name);
  return { folder: resolve(folder), written: await writeProject(folder, text), sources: [], children: [] };
}

/** The folder in the package, as far from the source as from what is compiled. */
const builtIn = fileURLToPath(new URL('../../../pipelines/saas/', import.meta.url));

/** The built-in project's files as they are in the package. The project keeps its name, so that lakes of the built-in one are its lakes, too. */
async function saasProject(): Promise<ProjectText> {
  const entries = await readdir(builtIn, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(
    paths.map(async (path) => [relative(builtIn, path).split(sep).join('/'), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts) as ProjectText;
}
