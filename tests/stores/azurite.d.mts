// See azurite.mjs.

import type { Installed } from './programs.mjs';
import type { Emulator } from './emulators.js';

export declare const account: string;
/** Base64. */
export declare const accountKey: string;
export declare function installAzurite(): Promise<Installed>;
export declare function startAzurite(options: { readonly program: string }): Promise<Emulator>;
/** The query of a signature with these permissions (`rwdlc`), for an hour unless said. */
export declare function sharedAccess(options: {
  readonly permissions: string;
  readonly seconds?: number;
}): string;
