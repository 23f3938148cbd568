// Trusting a settings file: what it names is read from the very bytes that are written down as trusted.

import { readFile } from 'node:fs/promises';
import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { utf8Text } from '../../common/utf8-text.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { namedKeys } from './find-settings.js';
import { parseSettings } from './settings-file.js';
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
  const { alerts, lineage } = parseSettings(path, utf8Text(path, content), pipeline);
  const outgoing = { alerts, lineage };
  if (namedKeys(outgoing).length === 0) return { trusted: null, outgoing };
  return { trusted: await trustFile(env, path, content, runtime), outgoing };
}
