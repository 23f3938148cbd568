// Trusting a settings file: what it names is read from the very bytes that are written down as trusted.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { utf8Text } from '../../common/utf8-text.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { PROJECT_FILE } from '../../project/find-project.js';
import { Problems } from '../../project/problems.js';
import { parseProjectText } from '../../project/read-project.js';
import { namedKeys } from './find-settings.js';
import { parseSettings, said } from './settings-file.js';
import type { OutgoingSettings } from './settings.js';
import { trustFile, type Environment, type TrustedFile } from './trust.js';

/** What was trusted. */
export interface TrustedSettings {
  /** Null: the file names nothing that needs it. */
  readonly trusted: TrustedFile | null;
  readonly outgoing: OutgoingSettings;
}

/**
 * Trusts the file as it is now.
 * @throws LakeError `not-found` where there is none; `invalid-input` for settings that are none
 */
export async function trustSettings(
  path: string,
  pipeline: PipelinePart,
  { env, runtime }: { readonly env: Environment; readonly runtime: Runtime },
): Promise<TrustedSettings> {
  const content = await readFile(path).catch((cause: Error) => {
    throw new LakeError('not-found', `${path}: there are no settings to trust. ${cause.message}`, {
      cause,
      details: { path },
    });
  });
  const outgoing = outgoingOf(path, utf8Text(path, content), pipeline);
  if (namedKeys(outgoing).length === 0) return { trusted: null, outgoing };
  return { trusted: await trustFile(env, path, content, runtime), outgoing };
}

/** What the bytes name, in either kind of file. */
function outgoingOf(path: string, text: string, pipeline: PipelinePart): OutgoingSettings {
  if (basename(path) !== PROJECT_FILE) {
    const { alerts, lineage } = parseSettings(path, text, pipeline);
    return { alerts, lineage };
  }
  const problems = new Problems();
  const read = parseProjectText(text, problems, path);
  problems.throwIfAny();
  const { alerts, lineage } = read?.document ?? {};
  return { alerts: said(alerts), lineage: said(lineage) };
}
