// Where a project is: a light file, since every command asks.

import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The file that makes a folder a project. */
export const PROJECT_FILE = 'lake.yaml';

/** The nearest folder with a `lake.yaml`, from a folder upwards; undefined where there is none. */
export async function findProject(from: string): Promise<string | undefined> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = await lstat(join(folder, PROJECT_FILE)).catch(() => undefined);
    if (found !== undefined) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
