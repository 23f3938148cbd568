// Commands on a real S3 server, with two events to be read. Suites say that they are skipped where the server cannot be installed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runHere } from '../cli/run-here.js';
import { installVersitygw, startVersitygw, type RunningStore } from './versitygw.mjs';

/** The server's program, or why there is none. */
export const installed = await installVersitygw();
if ('reason' in installed) console.warn(`skipped: ${installed.reason}`);

/** The line of an event. */
export const event = (id: number): string =>
  `${JSON.stringify({ event_id: `e${id}`, event_type: 'login', user_id: 'u', timestamp: '2024-03-01T10:00:00Z', schema_version: 2 })}\n`;

/** A folder with two events in `events.ndjson`, for the tests of a file. */
export function eventsFolder(): string {
  const data = mkdtempSync(join(tmpdir(), 'lake-store-data-'));
  writeFileSync(join(data, 'events.ndjson'), event(1) + event(2));
  afterAll(() => rmSync(data, { recursive: true }));
  return data;
}

/** Environment variables beside those of the store. */
type Variables = Readonly<Record<string, string>>;

/** A server for the tests of a suite, and commands that reach it. */
export function lakeOnStore() {
  let store: RunningStore;
  beforeAll(async () => {
    if ('program' in installed) store = await startVersitygw(installed);
  });
  afterAll(() => store?.stop());
  const env = (more: Variables = {}): Record<string, string> => ({ ...store.env, ...more });
  const run = async (line: string, more: Variables = {}) =>
    runHere([...line.split(' '), '--endpoint', store.endpoint], { env: env(more) });
  return {
    /** There once the tests run. */
    get store(): RunningStore {
      return store;
    },
    env,
    run,
    /** What a command prints that must succeed. */
    done: async (line: string): Promise<string> => {
      const { code, stdout, stderr } = await run(line);
      if (code !== 0) throw new Error(`lake ${line}: exit code ${code}\n${stdout}\n${stderr}`);
      return stdout;
    },
  };
}
