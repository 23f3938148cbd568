// Where a Spark Connect server is, as its clients write it: sc://host:port/;use_ssl=true;token=…
// https://github.com/apache/spark/blob/master/sql/connect/docs/client-connection-string.md

import { LakeError } from '../../common/errors.js';

/** An address, read. */
export interface SparkAddress {
  /** `http://host:port`, or `https` where the connection is encrypted. */
  readonly origin: string;
  /** The address as messages may show it: without its token. */
  readonly shown: string;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
  /** Whom the server takes the session for. */
  readonly user: string;
}

const DEFAULT_PORT = 15_002;
const known = ['use_ssl', 'token', 'user_id'] as const;

/**
 * Reads an address.
 * @throws LakeError `invalid-input` for a text that is none, or with a parameter that is not known
 */
export function readSparkAddress(text: string): SparkAddress {
  const [, host = '', port = String(DEFAULT_PORT), rest = ''] =
    /^sc:\/\/(\[[\da-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/?((?:;[^;]*)*)$/.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535)
    throw refused(`found "${withoutToken(text)}", expected sc://HOST:PORT, like sc://localhost:15002`);
  const parameters = parametersOf(rest);
  const token = parameters.get('token');
  const isEncrypted = token !== undefined || parameters.get('use_ssl') === 'true';
  return {
    origin: `${isEncrypted ? 'https' : 'http'}://${host}:${port}`,
    shown: `sc://${host}:${port}`,
    token,
    user: parameters.get('user_id') ?? 'lake',
  };
}

function parametersOf(rest: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of rest.split(';').filter((each) => each !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (!known.some((each) => each === name))
      throw refused(`found the parameter "${name}", expected ${known.join(', ')}`);
    if (name === 'use_ssl' && value !== 'true' && value !== 'false')
      throw refused(`found use_ssl=${value}, expected true or false`);
    if (name === 'use_ssl' && value === 'false' && rest.includes(';token='))
      throw refused('found a token and use_ssl=false, but a token is sent encrypted only');
    parameters.set(name, decodeURIComponent(value));
  }
  return parameters;
}

const withoutToken = (text: string): string => text.replace(/(token=)[^;]*/g, '$1***');

const refused = (why: string): LakeError =>
  new LakeError('invalid-input', `The address of a Spark Connect server: ${why}.`);
