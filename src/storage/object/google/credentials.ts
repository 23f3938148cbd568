// Who asks Google Cloud Storage, found as Google's own programs find it: the file that GOOGLE_APPLICATION_CREDENTIALS names, what
// `gcloud auth application-default login` wrote, or the account of the machine.

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LakeError } from '../../../common/errors.js';
import type { Runtime } from '../../../common/runtime.js';
import {
  askForJson,
  keptToken,
  oauthToken,
  reasonOf,
  type BearerToken,
  type Tokens,
} from '../bearer-token.js';
import type { Variables } from '../variables.js';
import { tokenByFile } from './credentials-file.js';

/** The tokens of whoever the environment says. */
export function googleTokens(env: Variables, runtime: Runtime): Tokens {
  return keptToken(runtime, async () => {
    const named = env['GOOGLE_APPLICATION_CREDENTIALS'] || undefined;
    try {
      const file = named ?? (await loginFile(env));
      return await (file === undefined ? machineToken(env, runtime) : tokenByFile(file, runtime));
    } catch (cause) {
      throw noCredentials(cause, named);
    }
  });
}

/** What a person's login left, if there was one. */
async function loginFile(env: Variables): Promise<string | undefined> {
  const folder =
    env['CLOUDSDK_CONFIG'] ||
    (process.platform === 'win32' && env['APPDATA']
      ? join(env['APPDATA'], 'gcloud')
      : join(env['HOME'] || homedir(), '.config', 'gcloud'));
  const path = join(folder, 'application_default_credentials.json');
  return readFile(path).then(
    () => path,
    () => undefined,
  );
}

async function machineToken(env: Variables, runtime: Runtime): Promise<BearerToken> {
  const host = env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  return oauthToken(await askForJson({ url, init: { headers: { 'metadata-flavor': 'Google' } } }), runtime);
}

function noCredentials(cause: unknown, file: string | undefined): LakeError {
  const place = file === undefined ? '' : ` with ${file}`;
  return new LakeError(
    'invalid-input',
    `No credentials for Google Cloud Storage were found${place} (${reasonOf(cause)}). Name a service account's key file with GOOGLE_APPLICATION_CREDENTIALS, or run "gcloud auth application-default login".`,
    { cause },
  );
}
