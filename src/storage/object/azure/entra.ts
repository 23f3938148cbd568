// Tokens of Microsoft Entra for a storage account, by the few requests that programs without a browser make: a service
// principal with its secret, a workload identity with the file that its platform writes, a machine with an identity of
// its own. A token is kept until shortly before it lapses.

import { readFile } from 'node:fs/promises';
import { LakeError } from '../../../common/errors.js';
import type { Runtime } from '../../../common/runtime.js';
import type { Variables } from '../variables.js';

const resource = 'https://storage.azure.com';
/** A token is asked for anew so long before it lapses. */
const earlyMs = 300_000;
/** Nobody answers at once on a machine that is none of Azure's. */
const waitMs = 5_000;

interface Token {
  readonly text: string;
  readonly lapsesAtMs: number;
}

/** A token for each request, asked for at the first one. */
export function entraTokens(env: Variables, runtime: Runtime): () => Promise<string> {
  let current: Promise<Token> | undefined;
  return async () => {
    const known = await current?.catch(() => undefined);
    const isFresh = known !== undefined && known.lapsesAtMs - earlyMs > runtime.now() / 1000;
    if (!isFresh) current = askFor(env, runtime);
    return (await current!).text;
  };
}

async function askFor(env: Variables, runtime: Runtime): Promise<Token> {
  try {
    const { url, init } = await requestOf(env);
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(waitMs) });
    const said = (await response.json()) as Readonly<Record<string, unknown>>;
    const token = said['access_token'];
    if (!response.ok || typeof token !== 'string')
      throw new Error(
        `${new URL(url).host} answers ${response.status} ${String(said['error_description'] ?? said['error'] ?? '')}`,
      );
    const lifeSeconds = Number(said['expires_in'] ?? 3600);
    return { text: token, lapsesAtMs: runtime.now() / 1000 + lifeSeconds * 1000 };
  } catch (cause) {
    throw noCredentials(cause);
  }
}

/** How a token is asked for, by what the environment has. */
async function requestOf(env: Variables): Promise<{ readonly url: string; readonly init: RequestInit }> {
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
  const said = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.replace(/\.$/, '');
  return new LakeError(
    'invalid-input',
    `No credentials for Azure Blob Storage were found (${said}). Set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.`,
    { cause },
  );
}
