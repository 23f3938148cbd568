// The settings of a project stand in its lake.yaml: what decides rows and checks counts as it is, what starts or sends
// something only where the user trusts the file.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { PROJECT_FILE } from '../../project/find-project.js';
import type { Project } from '../../project/load/load-project.js';
import { settingsFileName, withUserSettings, type FoundSettings } from './find-settings.js';
import { settingsOf } from './settings-file.js';
import type { Environment } from './trust.js';

/**
 * What holds for the lake of a project.
 * @param named the settings file that the user named, which no project takes
 * @throws LakeError `invalid-input` for one, or for an old settings file beside the project's
 */
export async function projectSettings(
  project: Project,
  { named, env = {} }: { readonly named?: string | undefined; readonly env?: Environment },
): Promise<FoundSettings> {
  if (named !== undefined)
    throw new LakeError(
      'invalid-input',
      `${named}: the settings of a project stand in its ${PROJECT_FILE} (${join(project.folder, PROJECT_FILE)}); leave out --config and LAKE_CONFIG.`,
      { details: { path: named } },
    );
  await refuseOldFile(project.folder);
  const path = join(project.folder, PROJECT_FILE);
  const said = settingsOf(project.files.document, path, project);
  return withUserSettings(said, { file: { path, content: await readFile(path) }, isNamed: false, env });
}

/** A file that nobody reads would be taken for one that counts. */
async function refuseOldFile(folder: string): Promise<void> {
  const path = join(folder, settingsFileName);
  if ((await stat(path).catch(() => undefined)) === undefined) return;
  throw new LakeError(
    'invalid-input',
    `${path}: the settings of a project stand in ${PROJECT_FILE}; move what this file says there, key by key, and delete it.`,
    { details: { path } },
  );
}
