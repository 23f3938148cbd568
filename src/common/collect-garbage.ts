// Memory that is shared between threads counts towards no thread's heap: one that only passes such buffers on would hold
// on to gigabytes of them before it collected any. Who lets go of many says so here.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | undefined;

/** Gives back, in some tens of milliseconds, what this thread holds no longer. */
export function collectGarbage(): void {
  collector ??= exposedCollector();
  collector();
}

/** V8's own, which a context made after the flag was set has as a global. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
