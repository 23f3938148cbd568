// Who asks Azure Blob Storage, as the environment says: a connection string, a shared access signature, an account's key;
// else a token of Microsoft Entra (a service principal's secret, a workload identity, a machine's own identity).

import { LakeError } from '../../../common/errors.js';
import type { Runtime } from '../../../common/runtime.js';
import type { Variables } from '../variables.js';
import { entraTokens } from './entra.js';

/** What proves who asks. */
export type AzureCredentials =
  | { readonly kind: 'key'; readonly key: string }
  /** A query, without its question mark. */
  | { readonly kind: 'signature'; readonly query: string }
  | { readonly kind: 'token'; readonly token: () => Promise<string> };

/** Credentials for an account, and its address where it was said with them. */
interface AzureAccess {
  readonly credentials: AzureCredentials;
  readonly endpoint?: string;
}

/**
 * Credentials for an account.
 * @throws LakeError `invalid-input` for a connection string that is none, or is another account's
 */
export function azureAccess(account: string, env: Variables, runtime: Runtime): AzureAccess {
  const connection = env['AZURE_STORAGE_CONNECTION_STRING'] || undefined;
  const said = connection === undefined ? {} : connectionAccess(connection, account);
  const signature = env['AZURE_STORAGE_SAS_TOKEN'] || said.signature;
  const key = env['AZURE_STORAGE_KEY'] || env['AZURE_STORAGE_ACCOUNT_KEY'] || said.key;
  const credentials: AzureCredentials = signature
    ? { kind: 'signature', query: signature.replace(/^\?/, '') }
    : key
      ? { kind: 'key', key: checkedKey(key) }
      : { kind: 'token', token: entraTokens(env, runtime) };
  return { credentials, ...(said.endpoint !== undefined && { endpoint: said.endpoint }) };
}

interface Connection {
  readonly key?: string | undefined;
  readonly signature?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** `AccountName=…;AccountKey=…;BlobEndpoint=…`. */
function connectionAccess(text: string, account: string): Connection {
  const parts = new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const name = parts.get('AccountName');
  if (name !== undefined && name !== account)
    throw refused(`AZURE_STORAGE_CONNECTION_STRING is of the account ${name}, and the lake is in ${account}`);
  const [key, signature] = [parts.get('AccountKey'), parts.get('SharedAccessSignature')];
  if (key === undefined && signature === undefined)
    throw refused('AZURE_STORAGE_CONNECTION_STRING has neither an AccountKey nor a SharedAccessSignature');
  return { key, signature, endpoint: parts.get('BlobEndpoint') };
}

function checkedKey(key: string): string {
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(key) && key.length % 4 === 0) return key;
  throw refused("the account's key in the environment is not base64; copy it as Azure shows it");
}

const refused = (what: string): LakeError => new LakeError('invalid-input', `Azure Blob Storage: ${what}.`);
