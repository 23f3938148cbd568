// A lake in memory at a moment of its life, and the operations that are stopped at every single storage call.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '../src/common/runtime.js';
import { uuid } from '../src/common/runtime.js';
import { runBackfill, runRepair } from '../src/pipeline/run/backfill.js';
import { runIngest, type Resources, type RunBasis } from '../src/pipeline/run/ingest.js';
import { builtInProject } from '../src/project/built-in/compiled-project.js';
import type { Rates } from '../src/records/contract.js';
import { memoryStorage, type MemoryHook, type MemoryStorage } from '../src/storage/memory.js';
import type { Storage } from '../src/storage/storage.js';
import { compact } from '../src/table/maintenance/compact.js';
import { expire } from '../src/table/maintenance/expire.js';
import { tagSnapshot } from '../src/table/history/tags.js';
import { rollback } from '../src/table/history/rollback.js';
import { vacuum } from '../src/table/maintenance/vacuum.js';
import { openHead, openView } from '../src/table/view.js';
import { randomOf } from './random.js';

const saas = builtInProject('saas');
const defaultSettings = saas.settings.defaults as { readonly rates: Rates };

/** All files of a storage. */
export type Contents = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly modifiedAtMs: number }>;

/** Time that only moves when it is asked for, and chance from a seed: the same calls in the same order, every time. */
export function replayableRuntime(seed: number, startMicros = Date.UTC(2026, 0, 1) * 1000): Runtime {
  const random = randomOf(seed);
  let now = startMicros;
  return {
    now: () => (now += 1000),
    random: () => random.next(),
    sleep: (ms) => {
      now += ms * 1000;
      return Promise.resolve();
    },
    log: () => undefined,
  };
}

/** What a process sees that starts after this one died. */
export async function contentsOf(storage: Storage): Promise<Contents> {
  const contents = new Map<string, { bytes: Uint8Array; modifiedAtMs: number }>();
  for (const { path, modifiedAtMs } of await storage.list(''))
    contents.set(path, { bytes: await storage.read(path), modifiedAtMs });
  return contents;
}

/** A storage in memory that holds what is given, all of it lasting. */
export function storageWith(contents: Contents, runtime: Runtime, hook?: MemoryHook): MemoryStorage {
  return memoryStorage(runtime, hook, contents);
}

/** One operation, on a lake that gives it something to do. */
export interface Operation {
  readonly name: string;
  readonly prepare: (lake: CrashLake) => Promise<void>;
  readonly perform: (lake: CrashLake) => Promise<unknown>;
}

/** A lake with what operations need. */
export interface CrashLake {
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly resources: Resources;
}

const line = (id: number, day: string, amount: number): string =>
  `${JSON.stringify({
    event_id: `e${id}`,
    event_type: 'purchase',
    user_id: `u${id % 3}`,
    timestamp: `${day}T10:00:00Z`,
    schema_version: 2,
    amount,
    currency: 'EUR',
    tax: 0,
  })}\n`;

const batch = (from: number, day: string): string =>
  [0, 1, 2].map((i) => line(from + i, day, 10 + from + i)).join('');

function basis({ storage, runtime, resources }: CrashLake, settings = defaultSettings): RunBasis {
  return { storage, runtime, resources, pipeline: saas.under(settings), dryRun: false };
}

/** Ingests one small log. */
async function ingest(
  lake: CrashLake,
  name: string,
  text: string,
  settings = defaultSettings,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lake-crash-'));
  try {
    const path = join(folder, `${name}.ndjson`);
    writeFileSync(path, text);
    await runIngest({ ...basis(lake, settings), paths: [path], ingestDate: 19_800 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const history = async (lake: CrashLake): Promise<void> => {
  await ingest(lake, 'events-1', batch(1, '2024-03-01'));
  await ingest(lake, 'events-2', batch(10, '2024-03-02'));
  await ingest(lake, 'events-3', `${batch(20, '2024-04-01')}${line(1, '2024-03-01', 99)}`);
};

const expireAll = ({ storage, runtime }: CrashLake): Promise<unknown> =>
  expire(storage, runtime, { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER });

/** Under another rate, so that a backfill has every table to make again. */
const otherRates = { ...defaultSettings, rates: { ...defaultSettings.rates, EUR: 2 } };

/** Every operation that changes a lake. */
export const operations: readonly Operation[] = [
  {
    name: 'first ingest',
    prepare: () => Promise.resolve(),
    perform: (lake) => ingest(lake, 'events-1', batch(1, '2024-03-01')),
  },
  {
    name: 'ingest',
    prepare: history,
    perform: (lake) => ingest(lake, 'events-4', `${batch(30, '2024-03-02')}${line(10, '2024-03-02', 98)}`),
  },
  {
    name: 'backfill',
    prepare: (lake) => ingest(lake, 'events-1', batch(1, '2024-03-01'), otherRates),
    perform: (lake) => runBackfill(basis(lake)),
  },
  {
    name: 'compact',
    prepare: history,
    perform: async ({ storage, runtime }) => {
      const view = (await openHead(storage))!;
      return compact(storage, runtime, { view, tables: view.tables, commitId: uuid(runtime) });
    },
  },
  { name: 'expire', prepare: history, perform: expireAll },
  {
    name: 'vacuum',
    prepare: async (lake) => {
      await history(lake);
      await expireAll(lake);
      await lake.storage.write([{ path: 'silver/events/x.parquet.tmp-1-a-0', bytes: new Uint8Array(3) }]);
    },
    perform: ({ storage, runtime }) => vacuum(storage, runtime, { graceMs: 0 }),
  },
  {
    name: 'rollback',
    prepare: history,
    perform: async ({ storage, runtime }) => {
      const [head, to] = await Promise.all([openHead(storage), openView(storage, 1)]);
      return rollback(storage, runtime, { head: head!, to, commitId: uuid(runtime) });
    },
  },
  {
    name: 'tag',
    prepare: history,
    perform: ({ storage, runtime }) => tagSnapshot(storage, runtime, { name: 'kept', snapshotId: 2 }),
  },
  {
    name: 'repair',
    prepare: async (lake) => {
      await history(lake);
      const state = await (await openHead(lake.storage))!.table('gold.daily_revenue_net');
      await lake.storage.delete((await state!.files()).map(({ path }) => path));
    },
    perform: (lake) => runRepair(basis(lake), 'head'),
  },
];
