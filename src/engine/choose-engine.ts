// Which engine runs the statements of a lake: the one place that knows them all.

import type { Engine } from './engine.js';
import { installedNative, nativeVersion } from './native/installed.js';

/** As users say it; `auto` takes the native engine where it is installed. */
export const engineChoices = ['wasm', 'native', 'auto'] as const;
/** One of `engineChoices`. */
export type EngineChoice = (typeof engineChoices)[number];

/** What an engine must be allowed to do beyond what every engine may. */
interface EngineNeeds {
  /** Folders on this machine's disk below which all files may be read. */
  readonly folders?: readonly string[] | undefined;
}

/** Starts an engine; its first request waits until it is there. */
export type StartEngine = (needs?: EngineNeeds) => Promise<Engine>;

/** What starts the engine of a choice. Nothing is loaded before it is called. */
export function chooseEngine(choice: EngineChoice): StartEngine {
  const isNative = choice === 'native' || (choice === 'auto' && installedNative() === nativeVersion);
  return isNative
    ? async (needs) => (await import('./native/engine.js')).startNativeDuckDb(needs)
    : async () => (await import('./wasm/engine.js')).startDuckDbWasm();
}
