// Who asks Google Cloud Storage, by Google's own library: a service account's key or a federated identity in the file that
// GOOGLE_APPLICATION_CREDENTIALS names, what `gcloud auth application-default login` wrote, or the machine's own account.

import { LakeError } from '../../../common/errors.js';
import type { Variables } from '../variables.js';

/** Reading, writing, listing and deleting objects. */
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';

/** A bearer token, asked for at the first request and again before it lapses; undefined where none is wanted. */
export type Tokens = () => Promise<string | undefined>;

/** For an emulator, which knows nobody. */
export const noTokens: Tokens = () => Promise.resolve(undefined);

/** The tokens of whoever the environment says. */
export function tokensFrom(env: Variables): Tokens {
  const keyFilename = env['GOOGLE_APPLICATION_CREDENTIALS'] || undefined;
  let auth: Promise<{ getAccessToken(): Promise<string | null | undefined> }> | undefined;
  let failure: LakeError | undefined;
  return async () => {
    if (failure !== undefined) throw failure; // a search of all places takes seconds
    auth ??= import('google-auth-library').then(
      ({ GoogleAuth }) => new GoogleAuth({ scopes: [scope], ...(keyFilename && { keyFilename }) }),
    );
    try {
      const token = await (await auth).getAccessToken();
      if (typeof token === 'string' && token !== '') return token;
      throw new Error('no token was given');
    } catch (cause) {
      failure = noCredentials(cause, keyFilename);
      throw failure;
    }
  };
}

function noCredentials(cause: unknown, keyFilename: string | undefined): LakeError {
  const said = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.replace(/\.$/, '');
  const place = keyFilename === undefined ? '' : ` with ${keyFilename}`;
  return new LakeError(
    'invalid-input',
    `No credentials for Google Cloud Storage were found${place} (${said}). Name a service account's key file with GOOGLE_APPLICATION_CREDENTIALS, or run "gcloud auth application-default login".`,
    { cause },
  );
}
