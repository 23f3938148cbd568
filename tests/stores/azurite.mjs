// Azurite, which speaks as Azure Blob Storage does, for tests.

import { createHmac } from 'node:crypto';
import { URLSearchParams } from 'node:url';
import { freePort, installFromNpm, startServer } from './programs.mjs';

export const account = 'laketests';
export const accountKey = Buffer.from('the key of the account for tests').toString('base64');

/** The program's path, installed where it is not there yet; a reason where it cannot be. */
export const installAzurite = () => installFromNpm('azurite', '3.37.0', 'dist/src/blob/main.js');

/** A running server with the container `lake`, in memory. */
export async function startAzurite({ program }) {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}/${account}`;
  const flags = ['--silent', '--inMemoryPersistence', '--disableTelemetry'];
  const server = await startServer({
    program: process.execPath,
    arguments: [program, '--blobHost', '127.0.0.1', '--blobPort', String(port), ...flags],
    env: { AZURITE_ACCOUNTS: `${account}:${accountKey}` },
    isUp: async () => {
      const url = `${endpoint}/lake?restype=container&${sharedAccess({ permissions: 'rwdlc' })}`;
      const answer = await globalThis.fetch(url, {
        method: 'PUT',
        headers: { 'x-ms-version': '2021-12-02' },
      });
      return answer.ok || answer.status === 409;
    },
  });
  return {
    endpoint,
    lake: `az://${account}/lake`,
    env: { AZURE_STORAGE_KEY: accountKey, AZURE_STORAGE_BLOB_ENDPOINT: endpoint },
    stop: () => server.stop(),
  };
}

/** A shared access signature of the account for an hour from now, as its owner would make one. */
export function sharedAccess({ permissions, seconds = 3600 }) {
  const version = '2021-12-02';
  const expiry = new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '');
  const text = [account, permissions, 'b', 'sco', '', expiry, '', '', version, '', ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64');
  return new URLSearchParams({
    sv: version,
    ss: 'b',
    srt: 'sco',
    sp: permissions,
    se: expiry,
    sig,
  }).toString();
}
