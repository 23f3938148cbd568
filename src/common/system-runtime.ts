// The runtime of a real process: the system's clock, chance and timers.

import { randomInt } from 'node:crypto';
import { LakeError } from './errors.js';
import type { Runtime } from './runtime.js';

/** Logs go to `log`, which defaults to nowhere. */
export function systemRuntime(log: Runtime['log'] = () => undefined): Runtime {
  return {
    now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
    random: () => randomInt(2 ** 47) / 2 ** 47,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          reject(new LakeError('interrupted', 'Interrupted while waiting; nothing was published.'));
        };
        if (signal?.aborted === true) return stop();
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', stop);
          resolve();
        }, ms);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    log,
  };
}
