// See sail.mjs.

import type { RunningSpark } from './spark4.mjs';

export declare const noSail: string | undefined;
export declare function startSail(): Promise<RunningSpark>;
