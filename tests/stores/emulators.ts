// The servers that stores are tested on, all alike.

import { installAzurite, startAzurite } from './azurite.mjs';
import { installFakeGcs, startFakeGcs } from './fake-gcs.mjs';
import type { Installed } from './programs.mjs';
import { installVersitygw, startVersitygw } from './versitygw.mjs';

/** A server that runs. */
export interface Emulator {
  readonly endpoint: string;
  /** A bucket or container that is there, as the location of a lake that has all of it. */
  readonly lake: string;
  /** Variables of a process that may use it, its address among them. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A server that can be started where it is installed. */
export interface StoreServer {
  readonly name: string;
  /** The program, or why there is none. */
  readonly installed: Installed;
  readonly start: (options: { readonly program: string }) => Promise<Emulator>;
}

/** Installs what is missing, one after the other, and says what cannot be had. */
export async function storeServers(): Promise<readonly StoreServer[]> {
  const servers = [
    { name: 'versitygw', installed: await installVersitygw(), start: startVersitygwAlike },
    { name: 'fake-gcs-server', installed: await installFakeGcs(), start: startFakeGcs },
    { name: 'Azurite', installed: await installAzurite(), start: startAzurite },
  ];
  for (const { installed } of servers)
    if ('reason' in installed) console.warn(`skipped: ${installed.reason}`);
  return servers;
}

async function startVersitygwAlike(options: { readonly program: string }): Promise<Emulator> {
  const server = await startVersitygw(options);
  const { endpoint } = server;
  return {
    endpoint,
    lake: 's3://lake',
    env: { ...server.env, AWS_ENDPOINT_URL: endpoint },
    stop: () => server.stop(),
  };
}
