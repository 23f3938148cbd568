// The runtime of a real process: the system's clock, chance and timers.

import { randomInt } from 'node:crypto';
import { LakeError } from './errors.js';
import type { Runtime } from './runtime.js';

/** The two clocks may differ by this much before the finer one is taken to have stood still, or the other to have been set. */
const toleranceMs = 1000;

/** The finer clock counts from the start of the process and may stand still while the machine sleeps; then the wall's counts. */
function nowMicros(): number {
  const [fineMs, wallMs] = [performance.timeOrigin + performance.now(), Date.now()];
  return Math.round((Math.abs(fineMs - wallMs) > toleranceMs ? wallMs : fineMs) * 1000);
}

/** Logs go to `log`, which defaults to nowhere. */
export function systemRuntime(log: Runtime['log'] = () => undefined): Runtime {
  return {
    now: nowMicros,
    random: () => randomInt(2 ** 47) / 2 ** 47,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const interrupted = (): void =>
          reject(new LakeError('interrupted', 'Interrupted while waiting; nothing was published.'));
        if (signal?.aborted === true) return interrupted();
        const stop = (): void => {
          clearTimeout(timer);
          interrupted();
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', stop);
          resolve();
        }, ms);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    log,
  };
}
