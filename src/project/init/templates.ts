// Projects that are complete, to begin with.

import { basename, resolve } from 'node:path';
import { blankProject } from './blank-project.js';
import { type InitReport, writeProject } from './init-project.js';
import { logsProject } from './logs-project.js';
import { snakeCase } from './names.js';
import { saasProject } from './saas-project.js';
import { shopProject } from './shop-project.js';

/** A project that `lake init` can write out. */
export type Template = 'shop' | 'logs' | 'saas' | 'blank';

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
