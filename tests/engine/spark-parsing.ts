// Logs that the machines of a Spark parse: no byte of any table differs, and a server that runs no programs leaves it to us.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { Engine, ProgramRun } from '../../src/engine/engine.js';
import { startSpark } from '../../src/engine/spark/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { startLogWorkers } from '../../src/records/hot-path.js';
import { unitLines } from '../../src/records/scan/line-units.js';
import { localStorage } from '../../src/storage/local.js';
import { lakeOn } from '../pipeline/lake-under-test.js';
import { ordersPipeline } from '../pipeline/models/orders-pipeline.js';
import type { Delivery } from '../reference/reference.js';
import type { RunningSpark } from '../sparks/spark4.mjs';
import { withPrograms } from './programs-here.js';
import { bytesOf, type LakeBytes } from './same-bytes.js';

const order = (number: string, more: object = {}): string =>
  `${JSON.stringify({ shop: 'ä', number, placed_at: '2024-01-30T10:00:00Z', amount: 3, ...more })}\r\n`;

/** A log of so many ranges, most of whose lines are blank; the last line has no end. */
export function longLog(ranges: number): Delivery {
  const rows = Array.from({ length: ranges }, (_, at) =>
    [
      order(`${at % 7}`, { amount: at }),
      order(`${at}`, { placed_at: `2024-02-${String(1 + (at % 28)).padStart(2, '0')}T00:00:00Z` }),
      `{"torn ${at}\n`,
      '\n'.repeat(unitLines - 3),
    ].join(''),
  );
  return { name: 'orders.ndjson', bytes: Buffer.from(`${rows.join('')}${order('last').trimEnd()}`) };
}

/** What runs on one engine make of deliveries, one after the other; `parseFrom` is 1 on a Spark. */
export async function lakeBytes(
  engine: Engine,
  runs: readonly (readonly Delivery[])[],
  { parseFrom, told = [] }: { readonly parseFrom?: number; readonly told?: string[] } = {},
): Promise<LakeBytes> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-parsing-'));
  const pool = startLogWorkers(1);
  try {
    const runtime = systemRuntime((_, text) => void told.push(text));
    const storage = localStorage(folder, runtime);
    const resources = {
      expect: () => undefined,
      pool: () => pool,
      engine: () => Promise.resolve(engine),
      engineName: () => engine.name,
      memoryBytes: Infinity,
    };
    const basis = { pipeline: ordersPipeline, runtime, ...(parseFrom !== undefined && { parseFrom }) };
    const lake = lakeOn(storage, resources, undefined, basis);
    for (const files of runs) await lake.ingest(files);
    return await bytesOf(storage);
  } finally {
    await pool.close();
    await rm(folder, { recursive: true });
  }
}

/** What the embedded engine makes of them, with logs parsed here. */
export async function embeddedBytes(runs: readonly (readonly Delivery[])[]): Promise<LakeBytes> {
  const engine = startDuckDbWasm();
  try {
    return await lakeBytes(engine, runs);
  } finally {
    await engine.close();
  }
}

/** The tests, on a server that `start` starts; `runsPrograms` says whether it does. */
export function sparkParsing(
  start: () => Promise<RunningSpark>,
  { runsPrograms }: { readonly runsPrograms: boolean },
): void {
  let server: RunningSpark;
  let engine: Engine;
  beforeAll(async () => {
    server = await start();
    engine = await startSpark({ address: server.address });
  });
  afterAll(async () => {
    await engine.close();
    await server.kill();
  });

  const small: Delivery = { name: 'payments.ndjson', bytes: Buffer.from('{"payment_id":"p"}\n') };

  it(runsPrograms ? 'makes the same bytes' : 'is left to this process, which says so once', async () => {
    let ranges = 0;
    const counted = withPrograms(engine, async (given: ProgramRun) => {
      const answers = await engine.run!(given);
      ranges += answers?.length ?? 0;
      return answers;
    });
    const first = longLog(5);
    const grown = {
      ...first,
      bytes: Buffer.concat([first.bytes, Buffer.from(`\n${order('0', { amount: 99 })}`)]),
    };
    const runs = [[first, small], [grown]];
    const told: string[] = [];
    expect(await lakeBytes(counted, runs, { parseFrom: 1, told })).toEqual(await embeddedBytes(runs));
    expect(ranges).toBe(runsPrograms ? 6 + 1 + 1 : 0);
    const once = runsPrograms ? [] : [/runs no programs/, /runs no programs/];
    expect(told).toEqual(once.map((why) => expect.stringMatching(why) as string)); // once a run
  });

  it.runIf(runsPrograms)('a process that cannot start is told as it is', async () => {
    const lost = withPrograms(engine, (given) =>
      engine.run!({ ...given, program: '/nowhere/lake-parse.mjs' }),
    );
    await expect(lakeBytes(lost, [[longLog(1)]], { parseFrom: 1 })).rejects.toMatchObject({
      code: 'out-of-resources',
      message: expect.stringMatching(
        /could not parse it: Subprocess exited with status 1.*Nothing was published\.$/,
      ) as string,
    });
  });
}
