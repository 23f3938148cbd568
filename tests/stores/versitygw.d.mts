// See versitygw.mjs.

import type { AwsClient } from 'aws4fetch';

/** What a signed request needs; the server knows no other user. */
export declare const keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
export declare const region: string;

/** Where the program is, or why there is none. */
export type Installed = { readonly program: string } | { readonly reason: string };
export declare function installVersitygw(): Promise<Installed>;

/** A server that runs, with the bucket `lake`. */
export interface RunningStore {
  readonly endpoint: string;
  /** What it serves: a folder per bucket. */
  readonly folder: string;
  readonly client: AwsClient;
  /** Variables of a process that may use it. */
  readonly env: Readonly<Record<string, string>>;
  stop(options?: { readonly keep?: boolean }): Promise<void>;
}
export declare function startVersitygw(options: {
  readonly program: string;
  readonly folder?: string;
  readonly port?: number;
  readonly readOnly?: boolean;
}): Promise<RunningStore>;
