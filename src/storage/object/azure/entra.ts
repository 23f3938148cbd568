// Tokens of Microsoft Entra for a storage account, by the few requests that programs without a browser make: a service
// principal with its secret, a workload identity with the file that its platform writes, a machine with an identity of
// its own. A token is kept until shortly before it lapses.

import { readFile } from 'node:fs/promises';
import { LakeError } from '../../../common/errors.js';
import type { Runtime } from '../../../common/runtime.js';
import {
  askForJson,
  keptToken,
  oauthToken,
  reasonOf,
  type TokenRequest,
  type Tokens,
} from '../bearer-token.js';
import type { Variables } from '../variables.js';

const resource = 'https://storage.azure.com';

/** The tokens of whoever the environment says. */
export function entraTokens(env: Variables, runtime: Runtime): Tokens {
  return keptToken(runtime, async () => {
    try {
      return oauthToken(await askForJson(await requestOf(env)), runtime);
    } catch (cause) {
      throw noCredentials(cause);
    }
  });
}

/** How a token is asked for, by what the environment has. */
async function requestOf(env: Variables): Promise<TokenRequest> {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = env;
  const file = env['AZURE_FEDERATED_TOKEN_FILE'];
  if (tenant && client && (secret || file)) {
    const authority = (env['AZURE_AUTHORITY_HOST'] || 'https://login.microsoftonline.com').replace(/\/$/, '');
    const proof = secret
      ? { client_secret: secret }
      : {
          client_assertion: (await readFile(file!, 'utf8')).trim(),
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        };
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      scope: `${resource}/.default`,
      ...proof,
    });
    return {
      url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      init: { method: 'POST', body },
    };
  }
  const identity = client ? `&client_id=${encodeURIComponent(client)}` : '';
  const query = `resource=${encodeURIComponent(resource)}${identity}`;
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = env;
  if (endpoint && header)
    return {
      url: `${endpoint}?api-version=2019-08-01&${query}`,
      init: { headers: { 'x-identity-header': header } },
    };
  return {
    url: `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&${query}`,
    init: { headers: { metadata: 'true' } },
  };
}

function noCredentials(cause: unknown): LakeError {
  return new LakeError(
    'invalid-input',
    `No credentials for Azure Blob Storage were found (${reasonOf(cause)}). Set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.`,
    { cause },
  );
}
