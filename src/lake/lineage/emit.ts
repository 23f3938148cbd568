// Where events go: to the end of a file, one a line, or to an OpenLineage endpoint. In the order in which they are told,
// beside the run. What is not delivered in its time is lost, said in one warning, and the run is what it is.

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Runtime } from '../../common/runtime.js';
import { withoutSecrets } from '../outgoing/address.js';
import { postJson, reasonOf, within } from '../outgoing/post.js';
import type { LakeSettings } from '../settings/settings.js';
import type { RunEvent } from './events.js';

/** Both may be given; none: nothing is told. */
export type LineageTargets = LakeSettings['lineage'];

/** Takes events while a run goes on. */
export interface Emitter {
  /** Does not wait for the delivery. */
  tell(events: readonly RunEvent[]): void;
  /** Resolves when everything told is delivered or lost, no later than the limits say. */
  delivered(): Promise<void>;
}

/** How long a run waits for its events. */
interface EmitterLimits {
  /** For all that is left to deliver at the end of the run, and for a single event before it. */
  readonly deadlineMs?: number;
  /** The user wants to stop: what is left has a second. */
  readonly signal?: AbortSignal;
}

const DEADLINE_MS = 10_000;
const INTERRUPTED_MS = 1000;

/** Delivers to every target that is given, each at its own pace. */
export function startEmitter(
  runtime: Runtime,
  { file, url }: LineageTargets,
  { deadlineMs = DEADLINE_MS, signal }: EmitterLimits = {},
): Emitter {
  const limits = { deadlineMs, signal };
  const toFile = (path: string): Emitter => inOrder(runtime, path, limits, appending(path));
  const toUrl = (address: string): Emitter =>
    inOrder(runtime, withoutSecrets(address), limits, posting(address, deadlineMs));
  const lines = [...(file === undefined ? [] : [toFile(file)]), ...(url === undefined ? [] : [toUrl(url)])];
  return {
    tell: (events) => lines.forEach((line) => line.tell(events)),
    delivered: async () => void (await Promise.all(lines.map((line) => line.delivered()))),
  };
}

/** Delivers one after the other, and says after each how many have arrived. */
type Deliver = (events: readonly RunEvent[], signal: AbortSignal) => AsyncIterable<number>;

/** One target: a delivery begins when the one before it ended, and after a failure none does. */
function inOrder(
  runtime: Runtime,
  target: string,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal | undefined },
  deliver: Deliver,
): Emitter {
  const over = new AbortController();
  let [told, arrived] = [0, 0];
  let failure: string | undefined;
  let last = Promise.resolve();
  const attempt = async (events: readonly RunEvent[]): Promise<void> => {
    if (failure !== undefined) return;
    try {
      for await (const count of deliver(events, over.signal)) arrived += count;
    } catch (error) {
      failure = reasonOf(over.signal.aborted ? over.signal.reason : error);
    }
  };
  return {
    tell(events) {
      told += events.length;
      last = last.then(() => attempt(events));
    },
    async delivered() {
      const endAfter = (ms: number): NodeJS.Timeout =>
        setTimeout(() => over.abort(new Error(`not accepted within ${ms / 1000} s`)), ms);
      const timers = [endAfter(deadlineMs)];
      const interrupt = (): void => void timers.push(endAfter(Math.min(deadlineMs, INTERRUPTED_MS)));
      signal?.addEventListener('abort', interrupt, { once: true });
      if (signal?.aborted === true) interrupt();
      await Promise.race([last, fired(over.signal)]);
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', interrupt);
      if (over.signal.aborted) failure ??= reasonOf(over.signal.reason);
      if (failure === undefined) return;
      const lost = `${told - arrived} of ${told} lineage events were not delivered to ${target} and are lost`;
      runtime.log('warn', `${lost}: ${failure}. The run is not affected.`);
    },
  };
}

const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** One write, so that lines of runs beside each other stay whole. */
const appending = (file: string): Deliver =>
  async function* (events) {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    yield events.length;
  };

const posting = (url: string, timeoutMs: number): Deliver =>
  async function* (events, signal) {
    for (const event of events) {
      await postJson(url, JSON.stringify(event), within(timeoutMs, signal));
      yield 1;
    }
  };
