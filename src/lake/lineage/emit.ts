// Where events go: to the end of a file, one a line, or to an OpenLineage endpoint. In the order in which they are told,
// beside the run; what cannot be delivered is one warning, and the run is what it is.

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Runtime } from '../../common/runtime.js';
import type { LakeSettings } from '../settings/settings.js';
import type { RunEvent } from './events.js';

export type LineageTargets = LakeSettings['lineage'];

export interface Emitter {
  /** Does not wait for the delivery. */
  tell(events: readonly RunEvent[]): void;
  /** Resolves when everything told is delivered, or was warned of. */
  delivered(): Promise<void>;
}

const URL_TIMEOUT_MS = 10_000;

export function startEmitter(runtime: Runtime, { file, url }: LineageTargets): Emitter {
  const lines = [
    ...(file === undefined ? [] : [inOrder(runtime, file, (events) => append(file, events))]),
    ...(url === undefined ? [] : [inOrder(runtime, url, (events) => postAll(url, events))]),
  ];
  return {
    tell: (events) => lines.forEach((line) => line.tell(events)),
    delivered: async () => void (await Promise.all(lines.map((line) => line.delivered()))),
  };
}

/** One target: a delivery begins when the one before it ended, and after a failure none does. */
function inOrder(
  runtime: Runtime,
  target: string,
  deliver: (events: readonly RunEvent[]) => Promise<void>,
): Emitter {
  let last = Promise.resolve(true);
  const attempt = async (events: readonly RunEvent[]): Promise<boolean> => {
    try {
      await deliver(events);
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      runtime.log(
        'warn',
        `Lineage events were not delivered to ${target}: ${reason}. The run is not affected.`,
      );
      return false;
    }
  };
  return {
    tell: (events) => void (last = last.then((isReached) => (isReached ? attempt(events) : false))),
    delivered: async () => void (await last),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** One write, so that lines of runs beside each other stay whole. */
async function append(file: string, events: readonly RunEvent[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

async function postAll(url: string, events: readonly RunEvent[]): Promise<void> {
  for (const event of events) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(URL_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  }
}
