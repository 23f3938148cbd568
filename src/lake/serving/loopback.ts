// Servers for readers on this machine only: they listen on the loopback address and answer no other name.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LakeError } from '../../common/errors.js';

/** Where servers listen. */
export const LOOPBACK = '127.0.0.1';

/**
 * Listens; 0 is any port that is free.
 * @returns the address of the server
 * @throws LakeError `invalid-input` for a port that is taken or not allowed
 */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new LakeError(
          'invalid-input',
          `Cannot listen on port ${port}: ${cause.message}. Give another with --port.`,
          { cause, details: { port } },
        ),
      );
    });
    server.listen(port, LOOPBACK, () =>
      resolve(`http://${LOOPBACK}:${(server.address() as AddressInfo).port}`),
    );
  });
}

/** A page in a browser could reach us under a name of its own (DNS rebinding); then the header has that name. */
export const isOwnHost = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? '');
