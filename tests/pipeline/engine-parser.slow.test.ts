// Logs that an engine's machines parse: the same bytes in every table, and what happens where a machine, a file or a program
// is not as it must be. The machines are processes here; tests/engine has real ones.

import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { Engine, ProgramRun } from '../../src/engine/engine.js';
import { rangeProgram } from '../../src/records/hot-path.js';
import { unitLines } from '../../src/records/scan/line-units.js';
import { localStorage } from '../../src/storage/local.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { runHere, withPrograms } from '../engine/programs-here.js';
import { goldenCases } from '../golden/cases.js';
import type { Delivery } from '../reference/reference.js';
import { lakeOn, newLake, sharedResources, type TestLake } from './lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());
const wasm = await shared.resources.engine();

let folder = '';
let told: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-parsing-'));
  told = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A lake on this disk whose logs are parsed by processes; `run` stands in place of running them. */
function parsedElsewhere(
  run?: Engine['run'],
  { parseFrom = 1, storage = 'disk', parseProgram = '' } = {},
): TestLake {
  const runtime = systemRuntime((_, text) => void told.push(text));
  const engine = withPrograms(wasm, run);
  const capabilities = parseProgram === '' ? wasm.capabilities : { ...wasm.capabilities, parseProgram };
  const resources = {
    ...shared.resources,
    engine: () =>
      Promise.resolve(
        new Proxy(engine, {
          get: (of, name): unknown => (name === 'capabilities' ? capabilities : Reflect.get(of, name)),
        }),
      ),
  };
  const place = storage === 'disk' ? localStorage(folder, runtime) : memoryStorage(runtime);
  return lakeOn(place, resources, undefined, { parseFrom, runtime });
}

/** Counts the ranges that were parsed elsewhere. */
function counting(): { readonly run: NonNullable<Engine['run']>; readonly ranges: () => number } {
  let ranges = 0;
  const run = (given: ProgramRun): Promise<readonly string[]> => {
    ranges += given.inputs.length;
    return runHere(given);
  };
  return { run, ranges: () => ranges };
}

const event = (id: string, more: object = {}): string =>
  JSON.stringify({
    event_id: id,
    event_type: 'purchase',
    user_id: `ü-${id}`,
    timestamp: '2024-03-05T10:00:00Z',
    amount: 10,
    currency: 'USD',
    schema_version: 2,
    ...more,
  });

/** Three units: blank lines, CR LF, a byte order mark, bytes that are no UTF-8, conflicts, unknown fields, no last line end. */
const hostile = Buffer.concat([
  Buffer.from(`\ufeff${event('a')}\r\n${'\n'.repeat(unitLines - 3)}${event('b')}\r\r\n`),
  Buffer.from(`${event('c', { extra: '😀'.repeat(50) })}\n`),
  Buffer.from(`${'\r\n'.repeat(unitLines - 4)}${event('a', { amount: 5 })}\n`),
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]),
  Buffer.from(`${event('b')}\n{"torn\n${event('d', { amount: 'x' })}\n${event('e')}`),
]);

const deliveriesOf = (dir: string): Delivery[] =>
  readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) }));

const named = (bytes: Uint8Array, name = 'events.ndjson'): Delivery[] => [{ name, bytes }];

describe('a log that is parsed elsewhere', () => {
  it('makes the same bytes: odd lines, several ranges, no last line end; then as it grows, and as another', async () => {
    const { run, ranges } = counting();
    const [there, here] = [parsedElsewhere(run), newLake(shared.resources)];
    const grown = Buffer.concat([
      hostile,
      Buffer.from(`\n${event('f')}\n${event('a', { amount: 20 })}\nno\n`),
    ]);
    const other = Buffer.concat([Buffer.from(`${event('g')}\n`), grown]);
    for (const bytes of [hostile, grown, other]) {
      await there.ingest(named(bytes));
      await here.ingest(named(bytes));
      expect(await there.contents()).toEqual(await here.contents());
    }
    expect((await there.rows('silver.quarantine')).length).toBeGreaterThan(2);
    expect(ranges()).toBe(3 + 1 + 3);
    expect(told).toEqual([]);
  }, 120_000);

  it.each(goldenCases().filter(({ name }) => /^(05|10|11|17)/.test(name)))(
    'the golden case $name comes out in the same bytes',
    async ({ batchDirs }) => {
      const { run, ranges } = counting();
      const [there, here] = [parsedElsewhere(run), newLake(shared.resources)];
      for (const dir of batchDirs) {
        await there.ingest(deliveriesOf(dir));
        await here.ingest(deliveriesOf(dir));
        expect(await there.contents()).toEqual(await here.contents());
      }
      expect(ranges()).toBeGreaterThan(0);
    },
    120_000,
  );

  it('may lie beside others that are parsed here: compressed, smaller, empty', async () => {
    const { run, ranges } = counting();
    const files = [
      ...named(gzipSync(`${event('z')}\n${event('a')}\n`), 'events-1.ndjson.gz'),
      ...named(Buffer.from(`${event('y')}\n`), 'events-2.ndjson'),
      ...named(hostile, 'events-3.ndjson'),
      ...named(Buffer.alloc(0), 'events-4.ndjson'),
      ...named(Buffer.from(`${event('x')}\n${event('b')}`), 'events-5.ndjson'),
    ];
    const [there, here] = [parsedElsewhere(run, { parseFrom: 1000 }), newLake(shared.resources)];
    await there.ingest(files);
    await here.ingest(files);
    expect(await there.contents()).toEqual(await here.contents());
    expect(ranges()).toBe(3);
  }, 120_000);

  it('leaves nothing beside the tables', async () => {
    await parsedElsewhere().ingest(named(hostile));
    expect((await readdir(folder, { recursive: true })).filter((path) => path.includes('_engine-'))).toEqual(
      [],
    );
  }, 60_000);
});

describe('where nothing is parsed elsewhere', () => {
  it.each([
    ['the server runs no programs', () => parsedElsewhere(() => Promise.resolve(null)), /runs no programs/],
    ['the lake lies on no disk', () => parsedElsewhere(runHere, { storage: 'memory' }), /lies on no disk/],
  ])(
    '%s: this process does it, and says so once',
    async (_, open, why) => {
      const [there, here] = [open(), newLake(shared.resources)];
      const files = [...named(hostile), ...named(Buffer.from(`${event('x')}\n`), 'events-2.ndjson')];
      await there.ingest(files);
      await here.ingest(files);
      expect(await there.contents()).toEqual(await here.contents());
      expect(told).toEqual([expect.stringMatching(why)]);
    },
    60_000,
  );

  it('an engine without machines says nothing', async () => {
    const quiet = lakeOn(localStorage(folder, systemRuntime()), shared.resources, undefined, {
      parseFrom: 1,
    });
    await quiet.ingest(named(Buffer.from(`${event('x')}\n`)));
    expect(await quiet.rows('silver.events')).toHaveLength(1);
  });
});

/** The log, as a run found it in its folder. */
const logOf = async ({ arguments: [out = ''] }: ProgramRun): Promise<string> => {
  return (deserialize(await readFile(join(out, 'task'))) as { path: string }).path;
};

describe('what goes wrong elsewhere ends the run in one line, with nothing published', () => {
  it.each<[string, NonNullable<Engine['run']>, RegExp]>([
    [
      'a machine without Node',
      (given) => runHere({ ...given, program: '/nowhere/lake-parse.mjs' }),
      /could not parse it: Subprocess exited with status 1\. Error:.*They need Node/,
    ],
    [
      'a log that is cut there',
      async (given) => {
        await truncate(await logOf(given), 60_000);
        return runHere(given);
      },
      /it ends at byte 60000, expected it to have bytes/,
    ],
    [
      'a log that is another one there',
      async (given) => {
        const path = await logOf(given);
        await writeFile(path, Buffer.from(hostile).fill(0x20, 10, 11));
        return runHere(given);
      },
      /have the SHA-256 \w{12}…, expected \w{12}…/,
    ],
    [
      'a log that is not there',
      async (given) => {
        const path = await logOf(given);
        await rm(path);
        const answers = await runHere(given);
        await writeFile(path, '');
        return answers;
      },
      /events\.ndjson: ENOENT/,
    ],
    [
      'a file of a range that is missing',
      async (given) => {
        const answers = await runHere(given);
        const [first = '', last = first] = (await readdir(given.arguments[0]!)).filter((name) =>
          name.endsWith('.range'),
        );
        await rm(join(given.arguments[0]!, last));
        return answers;
      },
      /\.range cannot be read/,
    ],
    [
      'a file of a range that is cut',
      async (given) => {
        const answers = await runHere(given);
        await truncate(join(given.arguments[0]!, '0.range'), 1000);
        return answers;
      },
      /0\.range is not what was said of it/,
    ],
    [
      'an answer that is lost',
      async (given) => (await runHere(given)).slice(1),
      /nothing was said of its bytes/,
    ],
    ['an answer that is none', () => Promise.resolve(['hello']), /the program answered "hello"/],
  ])(
    '%s',
    async (_, run, why) => {
      const lake = parsedElsewhere(run);
      const failed: unknown = await lake.ingest(named(hostile)).catch((error: unknown) => error);
      expect(isLakeError(failed, 'out-of-resources')).toBe(true);
      expect((failed as Error).message).toMatch(why);
      expect((failed as Error).message).toMatch(/Nothing was published\.$/);
      expect((failed as Error).message).not.toContain('\n');
      expect(await lake.contents()).toEqual({});
      expect(
        (await readdir(folder, { recursive: true })).filter((path) => path.includes('_engine-')),
      ).toEqual([]);
    },
    60_000,
  );

  it('a program of another version', async () => {
    const own = join(folder, 'own.mjs');
    await writeFile(own, (await rangeProgram()).bytes);
    await parsedElsewhere(runHere, { parseProgram: own }).ingest(named(Buffer.from(`${event('x')}\n`)));
    await appendFile(own, '// newer\n');
    await expect(
      parsedElsewhere(runHere, { parseProgram: own }).ingest(named(Buffer.from(`${event('y')}\n`))),
    ).rejects.toThrow(
      /own\.mjs has the SHA-256 .* of another version of lake; write it again with "lake spark bundle"/,
    );
  }, 60_000);
});
