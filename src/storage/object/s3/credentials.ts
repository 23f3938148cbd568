// Who asks the store: keys of the environment, else the chain that every program of this field follows (profile files,
// single sign-on, a process, a web identity, a container's or a machine's own role), by the field's own library.

import { LakeError } from '../../../common/errors.js';
import type { Variables } from '../variables.js';

/** Keys to sign with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The credentials, found at the first question and again before they lapse. */
export function credentialsFrom(env: Variables): () => Promise<Credentials> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (accessKeyId && secretAccessKey) {
    const own = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    return () => Promise.resolve(own);
  }
  let chain: Promise<() => Promise<Credentials>> | undefined;
  return async () => {
    chain ??= import('@aws-sdk/credential-provider-node').then(({ defaultProvider }) => defaultProvider());
    try {
      const found = await (await chain)();
      return {
        accessKeyId: found.accessKeyId,
        secretAccessKey: found.secretAccessKey,
        ...(found.sessionToken !== undefined && { sessionToken: found.sessionToken }),
      };
    } catch (cause) {
      throw noCredentials(cause);
    }
  };
}

function noCredentials(cause: unknown): LakeError {
  const said = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
  return new LakeError(
    'invalid-input',
    `No credentials for the store were found (${said}). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE.`,
    { cause },
  );
}

/** The region that was asked for, else that of the environment, else of the profile, else Amazon's first. */
export async function regionFrom(asked: string | undefined, env: Variables): Promise<string> {
  const said = asked ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  if (said) return said;
  if (!hasProfile(env)) return 'us-east-1';
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile } = await loadSharedConfigFiles();
  return configFile[env['AWS_PROFILE'] || 'default']?.['region'] ?? 'us-east-1';
}

/** Whether there may be a profile: keys in the environment need none. */
function hasProfile(env: Variables): boolean {
  return env['AWS_PROFILE'] !== undefined || env['AWS_ACCESS_KEY_ID'] === undefined;
}
