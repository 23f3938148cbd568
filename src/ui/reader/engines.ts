// Engines that are used again: DuckDB takes most of a second to start in a browser, and 33 MB to be fetched. Who closes an
// engine gives it back empty.

import type { Engine } from '../../engine/engine.js';
import { startDuckDbWasm } from '../../engine/wasm/engine.js';

/** Starts engines, or gives one that was given back. */
export interface EnginePool {
  start(): Promise<Engine>;
  /** Ends all engines that are in use, and with them what they do. */
  stop(): Promise<void>;
}

/** Two rest at most: a comparison of two snapshots takes as many. */
const RESTING = 2;

/** Of the tab's memory; the page is to stay under 1 GB unless a statement of the user needs more. */
const MEMORY_BYTES = 2 ** 31;

/** No engine yet. */
export function enginePool(): EnginePool {
  const resting: Engine[] = [];
  const inUse = new Set<Engine>();
  const lend = (engine: Engine): Engine => {
    inUse.add(engine);
    const giveBack = async (): Promise<void> => {
      if (!inUse.delete(engine)) return;
      if (resting.length >= RESTING) return engine.close();
      try {
        await engine.reset();
        resting.push(engine);
      } catch {
        await engine.close();
      }
    };
    return new Proxy(engine, {
      get: (target, name) => {
        if (name === 'close') return giveBack;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
  };
  return {
    start: () => Promise.resolve(lend(resting.pop() ?? startDuckDbWasm({ memoryLimitBytes: MEMORY_BYTES }))),
    stop: async () => {
      const engines = [...inUse];
      inUse.clear();
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}
