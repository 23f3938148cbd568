// The built-in project, as files that a person can change.

import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectText } from './write-draft.js';

/** The folder in the package, as far from the source as from what is compiled. */
const folder = fileURLToPath(new URL('../../../pipelines/saas/', import.meta.url));

/** The files as they are in the package. The project keeps its name, so that lakes of the built-in one are its lakes, too. */
export async function saasProject(): Promise<ProjectText> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(
    paths.map(async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts) as ProjectText;
}
