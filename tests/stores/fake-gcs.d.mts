// See fake-gcs.mjs.

import type { Installed } from './programs.mjs';
import type { Emulator } from './emulators.js';

export declare function installFakeGcs(): Promise<Installed>;
export declare function startFakeGcs(options: { readonly program: string }): Promise<Emulator>;
