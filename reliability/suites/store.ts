// Eight processes commit to one lake in a real server, through a proxy that loses, doubles, delays and fails requests;
// they are killed at random and others go on. Every commit that one of them was told of is there, once, in a chain
// of parents without holes, and every file reads.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import { openObjectStore } from '../../src/storage/object/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { readDataFile } from '../../src/table/read.js';
import { findHead, openSnapshot } from '../../src/table/snapshot-lookup.js';
import type * as azuriteModule from '../../tests/stores/azurite.mjs';
import type * as fakeGcsModule from '../../tests/stores/fake-gcs.mjs';
import type * as versitygwModule from '../../tests/stores/versitygw.mjs';
import { openHead } from '../../src/table/view.js';
import { startFaultyProxy } from '../faulty-proxy.js';
import { compiledProduct, programPath, repository } from '../places.js';
import { randomFor, type Random } from '../random.js';
import { check, type Failure, type Suite, type SuiteOptions, type SuiteResult } from '../suite.js';
import { filesOf } from '../tables.js';

/** A server that is started for a suite. */
interface Server {
  readonly endpoint: string;
  /** Where its lake lies. */
  readonly lake: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Servers of one kind: how they are had, how they are started in a folder, and how a process is told their address. */
interface StoreKind {
  readonly name: string;
  readonly server: string;
  readonly fullRuns: number;
  install(): Promise<{ readonly program: string } | { readonly reason: string }>;
  start(program: string, folder: string): Promise<Server>;
  readonly addressIn: string;
}

/** Modules of the tests, which are found only when a suite runs. */
const load = async <Module>(name: string): Promise<Module> =>
  (await import(new URL(`tests/stores/${name}`, repository).href)) as Module;

/** The lake of a suite lies below the server's own place. */
const withLakeInside = (server: Server): Server => ({ ...server, lake: `${server.lake}/l` });

const s3: StoreKind = {
  name: 'store',
  server: 'versitygw 1.8.0',
  fullRuns: 1_600,
  install: async () => (await load<typeof versitygwModule>('versitygw.mjs')).installVersitygw(),
  start: async (program, folder) => {
    const { startVersitygw } = await load<typeof versitygwModule>('versitygw.mjs');
    const server = await startVersitygw({ program, folder });
    return { endpoint: server.endpoint, lake: 's3://lake/l', env: server.env, stop: () => server.stop() };
  },
  addressIn: 'AWS_ENDPOINT_URL',
};

const google: StoreKind = {
  name: 'store-google',
  server: 'fake-gcs-server 1.56.1',
  fullRuns: 800,
  install: async () => (await load<typeof fakeGcsModule>('fake-gcs.mjs')).installFakeGcs(),
  start: async (program) => {
    const { startFakeGcs } = await load<typeof fakeGcsModule>('fake-gcs.mjs');
    return withLakeInside(await startFakeGcs({ program }));
  },
  addressIn: 'STORAGE_EMULATOR_HOST',
};

const azure: StoreKind = {
  name: 'store-azure',
  server: 'Azurite 3.37.0',
  fullRuns: 800,
  install: async () => (await load<typeof azuriteModule>('azurite.mjs')).installAzurite(),
  start: async (program) => {
    const { startAzurite } = await load<typeof azuriteModule>('azurite.mjs');
    return withLakeInside(await startAzurite({ program }));
  },
  addressIn: 'AZURE_STORAGE_BLOB_ENDPOINT',
};

/** Many processes commit to one store at once; one suite for each kind of store. */
export const [store, storeGoogle, storeAzure] = [suiteOn(s3), suiteOn(google), suiteOn(azure)] as const;

function suiteOn(kind: StoreKind): Suite {
  return {
    name: kind.name,
    promise:
      'On an object store, too: no acknowledged commit is lost, doubled or torn, whatever dies or is not answered.',
    method: `8 processes commit to ${kind.server} through a proxy that loses requests and answers, doubles, delays and fails them; one in eight commits ends with a kill -9 of some process; then the chain, every acknowledged commit and every file are looked up`,
    unit: 'commits',
    fullRuns: kind.fullRuns,
    plantedBug: 'a store that ignores the condition of a write, with the probe that refuses it left out',
    run: (options) => run(kind, options),
  };
}

const processes = 8;
/** Commits to a kill. */
const commitsPerKill = 8;
/** Requests to a fault. */
const requestsPerFault = 40;

interface Acknowledged {
  readonly commitId: string;
  readonly snapshotId: number;
}

async function run(kind: StoreKind, options: SuiteOptions): Promise<SuiteResult> {
  const { runs, seed, workFolder, plant } = options;
  const random = randomFor(seed, 0);
  const installed = await kind.install();
  if ('reason' in installed)
    return { runs: 0, failures: [], failed: 0, facts: { skipped: installed.reason } };
  const server = await kind.start(installed.program, workFolder);
  const { origin, pathname } = new URL(server.endpoint);
  const proxy = await startFaultyProxy(origin, random, requestsPerFault);
  const failures: Failure[] = [];
  const facts: Record<string, string | number> = { processes };
  try {
    const address = `${proxy.endpoint}${pathname.replace(/\/$/, '')}`;
    const writers = new Writers(options, server.lake, { ...server.env, [kind.addressIn]: address }, random);
    await writers.run(runs);
    Object.assign(facts, { 'kills -9': writers.kills }, proxy.faults);
    const env = { ...server.env, [kind.addressIn]: server.endpoint };
    const { store: direct } = await openObjectStore(server.lake, systemRuntime(), { env });
    await checkChain(objectStorage(direct, systemRuntime()), writers.acknowledged);
  } catch (error) {
    failures.push({ run: 0, seed, what: error instanceof Error ? error.message : String(error) });
  } finally {
    await proxy.close();
    await server.stop();
  }
  return { runs, failures, failed: failures.length, facts: plant ? {} : facts };
}

/** The processes, each replaced when it is killed, until enough was acknowledged. */
class Writers {
  readonly acknowledged: Acknowledged[] = [];
  kills = 0;
  readonly #alive = new Set<ChildProcess>();
  #wanted = 0;

  constructor(
    private readonly options: SuiteOptions,
    private readonly lake: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly random: Random,
  ) {}

  async run(wanted: number): Promise<void> {
    this.#wanted = wanted;
    await Promise.all(Array.from({ length: processes }, (_, slot) => this.#fill(slot)));
  }

  async #fill(slot: number): Promise<void> {
    for (let life = 0; this.acknowledged.length < this.#wanted; life++) {
      const { plant } = this.options;
      const args = [compiledProduct.href, this.lake, `${slot}_${life}`, '1000000', plant ? 'plant' : ''];
      const child = fork(programPath('contention-writer.mjs'), args, {
        env: { ...process.env, ...this.env },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      this.#alive.add(child);
      let errors = '';
      child.stderr?.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-2000)));
      child.on('message', (message: Acknowledged | 'ready') =>
        message === 'ready'
          ? child.send('go', () => undefined) // it may have been killed meanwhile
          : this.#hear(message),
      );
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      this.#alive.delete(child);
      const what = /\w*Error: [^\n]*/.exec(errors)?.[0] ?? errors.slice(-300);
      check(signal === 'SIGKILL', () => `a writer ended with ${code}: ${what}`);
    }
  }

  #hear(message: Acknowledged): void {
    this.acknowledged.push(message);
    const { length } = this.acknowledged;
    this.options.onProgress(Math.min(length, this.#wanted), this.#wanted);
    if (length >= this.#wanted) for (const child of this.#alive) child.kill('SIGKILL');
    else if (length % commitsPerKill === 0) {
      this.kills++;
      const victim = this.random.pick([...this.#alive]);
      setTimeout(() => victim.kill('SIGKILL'), this.random.below(60));
    }
  }
}

async function checkChain(storage: Storage, acknowledged: readonly Acknowledged[]): Promise<void> {
  const byNumber = new Map(acknowledged.map(({ snapshotId, commitId }) => [snapshotId, commitId]));
  const lost = acknowledged.length - byNumber.size;
  check(lost === 0, `${lost} of ${acknowledged.length} acknowledged commits share a number with another`);
  const head = await findHead(storage);
  const commits = new Set<string>();
  let parent: string | null = null;
  for (let id = 1; id <= head; id++) {
    const { snapshot, sha256 } = await openSnapshot(storage, id);
    const told = byNumber.get(id);
    check(
      told === undefined || snapshot.commitId === told,
      `snapshot ${id} is of another commit than was told`,
    );
    check(snapshot.parentSha256 === parent, `snapshot ${id} names another parent than the one before it`);
    check(!commits.has(snapshot.commitId), `commit ${snapshot.commitId} is there twice`);
    commits.add(snapshot.commitId);
    byNumber.delete(id);
    parent = sha256;
  }
  check(byNumber.size === 0, `${byNumber.size} acknowledged commits are beyond the head ${head}`);
  const view = (await openHead(storage))!;
  for (const table of view.tables)
    for (const file of await filesOf(view, table)) await readDataFile(storage, file);
}
