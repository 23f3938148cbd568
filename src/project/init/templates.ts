// Projects that are complete, to begin with.

import { basename, resolve } from 'node:path';
import { blankProject } from './blank-project.js';
import { type InitReport, writeProject } from './init-project.js';
import { logsProject } from './logs-project.js';
import { snakeCase } from './observe.js';
import { shopProject } from './shop-project.js';

/** A project that `lake init` can write out. */
export type Template = 'shop' | 'logs' | 'blank';

/**
 * Writes a template's files into a folder.
 * @throws LakeError `invalid-input` where one of them is there already
 */
export async function initFromTemplate(folder: string, template: Template): Promise<InitReport> {
  const projects = { shop: shopProject, logs: logsProject, blank: blankProject };
  const text = projects[template](snakeCase(basename(resolve(folder))));
  return { folder: resolve(folder), written: await writeProject(folder, text), sources: [], children: [] };
}
