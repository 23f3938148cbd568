// Publications: the same bytes for the same lake, whenever and however often; nobody else's file is touched.

import fc from 'fast-check';
import { avroMetadata, avroRead } from 'icebird';
import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { publishTables, type Publication } from '../../src/iceberg/publish.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { evolve } from '../../src/table/evolve.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { listSnapshots } from '../../src/table/snapshot-lookup.js';
import { tagSnapshot } from '../../src/table/history/tags.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openHead, openView, requireTable } from '../../src/table/view.js';
import { lawRuns } from '../law-runs.js';
import { add, dayFile, events, runtime } from '../table/lake-fixture.js';

const location = 's3://bucket/lake';
const folder = `_iceberg/${events.name}/metadata`;
const publish = (storage: Storage, at = location): Promise<Publication> =>
  publishTables(storage, { location: at });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

interface Metadata {
  readonly location: string;
  readonly schemas: readonly {
    readonly 'schema-id': number;
    readonly fields: readonly { readonly name: string }[];
  }[];
  readonly refs: Readonly<Record<string, { readonly 'snapshot-id': number; readonly type: string }>>;
  readonly snapshots: readonly {
    readonly 'snapshot-id': number;
    readonly 'schema-id': number;
    readonly 'manifest-list': string;
    readonly summary: Readonly<Record<string, string>>;
  }[];
}

async function metadataOf(storage: Storage, version: number): Promise<Metadata> {
  return JSON.parse(text(await storage.read(`${folder}/v${version}.metadata.json`))) as Metadata;
}

interface Avro {
  readonly schema: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** An Avro file as a reader that is not ours decodes it. */
async function avroFile(storage: Storage, uri: string): Promise<Avro> {
  const bytes = await storage.read(uri.slice(location.length + 1));
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const { metadata, syncMarker } = avroMetadata(reader);
  const rows = avroRead({ reader, metadata, syncMarker });
  return { schema: JSON.stringify(metadata['avro.schema']), rows };
}

interface Entry {
  readonly status: number;
  readonly snapshot_id: bigint;
  readonly sequence_number: bigint | undefined;
  readonly data_file: {
    readonly file_path: string;
    readonly file_size_in_bytes: bigint;
    readonly record_count: bigint;
    readonly partition: Readonly<Record<string, unknown>>;
  };
}

/** Entries of the manifests of each snapshot. */
async function entriesOf(storage: Storage, { snapshots }: Metadata): Promise<readonly (readonly Entry[])[]> {
  const all: Entry[][] = [];
  for (const snapshot of snapshots) {
    const entries: Entry[] = [];
    for (const { manifest_path } of (await avroFile(storage, snapshot['manifest-list'])).rows)
      entries.push(...((await avroFile(storage, String(manifest_path))).rows as unknown as Entry[]));
    all.push(entries);
  }
  return all;
}

/** A file more, and on every third run another day's file less. */
async function run(storage: Storage, i: number): Promise<void> {
  const state = await (await openHead(storage))?.table(events.name);
  const files = (await state?.files()) ?? [];
  const gone = i % 3 === 2 ? files.slice(0, 1).map(({ path }) => path) : [];
  await add(
    storage,
    events,
    [await dayFile(`2024-03-${String(1 + (i % 28)).padStart(2, '0')}`, `a${i}`)],
    gone,
  );
}

async function lakeOf(runs: number): Promise<MemoryStorage> {
  const storage = memoryStorage(runtime);
  for (let i = 0; i < runs; i++) await run(storage, i);
  return storage;
}

async function evolveHead(storage: Storage, at: number): Promise<void> {
  const view = (await openHead(storage))!;
  const column = { name: `extra_${at}`, type: 'string' } as const;
  await evolve(storage, runtime, {
    view,
    table: events.name,
    commitId: uuid(runtime),
    evolutions: [{ kind: 'add', column }],
  });
}

async function published(storage: Storage): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const { path } of await storage.list('_iceberg'))
    files.set(path, Buffer.from(await storage.read(path)).toString('base64'));
  return files;
}

type Step = 'run' | 'evolve' | 'expire' | 'tag' | 'publish';
const steps = fc.array(
  fc.constantFrom<Step>('run', 'run', 'run', 'evolve', 'expire', 'tag', 'publish', 'publish'),
  { minLength: 1, maxLength: 14 },
);

async function take(storage: Storage, step: Step, at: number): Promise<void> {
  const head = (await openHead(storage))?.snapshot.snapshotId ?? 0;
  if (step === 'run') await run(storage, at);
  else if (head === 0) return;
  else if (step === 'evolve') await evolveHead(storage, at);
  else if (step === 'expire') await expire(storage, runtime, { keep: 2, olderThanMicros: 1e18 });
  else if (step === 'tag') await tagSnapshot(storage, runtime, { name: `t${at}`, snapshotId: head });
  else await publish(storage);
}

describe('a publication', () => {
  it('is the same from nothing as in steps, and again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const storage = memoryStorage(runtime);
        await run(storage, 99);
        for (const [at, step] of taken.entries()) await take(storage, step, at);
        await publish(storage);
        const inSteps = await published(storage);
        const { tables } = await publish(storage);
        expect(tables.map(({ filesWritten }) => filesWritten)).toEqual([0]);
        await storage.delete('_iceberg');
        await publish(storage);
        for (const [path, bytes] of await published(storage)) expect(inSteps.get(path)).toBe(bytes);
      }),
      { numRuns: lawRuns(25), endOnFailure: true },
    );
  });

  it('has a snapshot for each run, with the rows and files of the lake', async () => {
    const storage = await lakeOf(7);
    await publish(storage);
    const metadata = await metadataOf(storage, 7);
    expect(metadata.snapshots.map((each) => each['snapshot-id'])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const entries = await entriesOf(storage, metadata);
    for (const [at, snapshot] of metadata.snapshots.entries()) {
      const files = await (await requireTable(await openView(storage, at + 1), events.name)).files();
      const live = entries[at]!.filter(({ status }) => status !== 2);
      expect(live.map(({ data_file }) => data_file.file_path)).toEqual(
        files.map(({ path }) => `${location}/${path}`),
      );
      expect(snapshot.summary['total-data-files']).toBe(String(files.length));
      expect(snapshot.summary['total-records']).toBe(String(files.length)); // one row each
    }
    expect(metadata.snapshots[2]?.summary).toMatchObject({
      operation: 'overwrite',
      'deleted-data-files': '1',
    });
  });

  it('says of every entry when it came, how large its file is, and what is gone', async () => {
    const storage = await lakeOf(6);
    await publish(storage);
    const addedIn = new Map<string, number>();
    for (const { snapshotId } of (await listSnapshots(storage, 99)).toReversed())
      for (const file of await (await requireTable(await openView(storage, snapshotId), events.name)).files())
        addedIn.set(`${location}/${file.path}`, file.addedIn);
    const entries = (await entriesOf(storage, await metadataOf(storage, 6))).flat();
    expect(new Set(entries.map(({ status }) => status))).toEqual(new Set([0, 1, 2]));
    for (const { status, sequence_number, snapshot_id, data_file } of entries) {
      expect(Number(sequence_number)).toBe(addedIn.get(data_file.file_path));
      if (status !== 2) expect(snapshot_id).toBe(sequence_number);
      const stored = await storage.stat(data_file.file_path.slice(location.length + 1));
      expect(Number(data_file.file_size_in_bytes)).toBe(stored?.sizeBytes);
    }
  });

  it('numbers every field of its Avro files', async () => {
    const storage = await lakeOf(2);
    await publish(storage);
    const [snapshot] = (await metadataOf(storage, 2)).snapshots;
    const list = await avroFile(storage, snapshot!['manifest-list']);
    const manifest = await avroFile(storage, String(list.rows[0]?.['manifest_path']));
    for (const { schema } of [list, manifest]) {
      const fields = [...schema.matchAll(/"name":"[a-z_]+","type"/g)].length;
      expect([...schema.matchAll(/"field-id":\d+/g)]).toHaveLength(fields);
      expect(schema).toMatch(/"element-id":\d+/);
    }
    expect(manifest.schema).toContain('"logicalType":"map"');
    expect(manifest.rows[0]).toMatchObject({
      data_file: { partition: { day: expect.anything() as unknown } },
    });
  });

  it('names the schema of each snapshot, old ones with the old schema', async () => {
    const storage = await lakeOf(1);
    await evolveHead(storage, 1);
    await run(storage, 1);
    await publish(storage);
    const { snapshots, schemas } = await metadataOf(storage, 3);
    expect(snapshots.map((each) => each['schema-id'])).toEqual([0, 1, 0]); // the run knows the old columns only
    expect(schemas.map(({ fields }) => fields.map(({ name }) => name).includes('extra_1'))).toEqual([
      false,
      true,
    ]);
  });

  it('has tags as Iceberg tags, and no snapshot that has expired', async () => {
    const storage = await lakeOf(5);
    await tagSnapshot(storage, runtime, { name: 'audit', snapshotId: 2 });
    await publish(storage);
    await expire(storage, runtime, { keep: 2, olderThanMicros: 1e18 });
    await publish(storage);
    const { refs, snapshots } = await metadataOf(storage, 5);
    expect(snapshots.map((each) => each['snapshot-id'])).toEqual([2, 4, 5]);
    expect(refs).toEqual({
      audit: { 'snapshot-id': 2, type: 'tag' },
      main: { 'snapshot-id': 5, type: 'branch' },
    });
    expect((await storage.names(folder)).filter((name) => name.startsWith('snap-')).map((name) => name.split('-')[1]).sort()).toEqual(['2', '4', '5']); // prettier-ignore
  });

  it('keeps the one before it for readers that began on it, and no older one', async () => {
    const storage = await lakeOf(1);
    for (let i = 1; i <= 4; i++) {
      await publish(storage);
      await run(storage, i);
    }
    await publish(storage);
    const versions = (await storage.names(folder)).filter((name) => name.endsWith('.json'));
    expect(versions).toEqual(['v4.metadata.json', 'v5.metadata.json']);
    expect(text(await storage.read(`${folder}/version-hint.text`))).toBe('5');
  });

  it('is made for another place when the lake moves, and says so', async () => {
    const storage = await lakeOf(2);
    await publish(storage);
    const { tables } = await publish(storage, 's3://other/lake');
    expect(tables[0]?.movedFrom).toBe(`${location}/_iceberg/${events.name}`);
    const metadata = await metadataOf(storage, 2);
    expect(metadata.location).toBe(`s3://other/lake/_iceberg/${events.name}`);
    expect(JSON.stringify(metadata)).not.toContain('s3://bucket');
    expect((await publish(storage, 's3://other/lake')).tables[0]).toMatchObject({ filesWritten: 0 });
  });
});

describe('files of other programs', () => {
  const put = (storage: Storage, name: string, content: string): Promise<void> =>
    storage.write([{ path: `${folder}/${name}`, bytes: new TextEncoder().encode(content) }]);

  it.each([
    ['a version after ours', 3, '{}'],
    ['our version, changed', 2, undefined],
  ])('stop a publication that would hide %s', async (_, version, content) => {
    const storage = await lakeOf(2);
    await publish(storage);
    const changed = (await metadataOf(storage, 2)) as unknown as object;
    await put(
      storage,
      `v${version}.metadata.json`,
      content ?? JSON.stringify({ ...changed, 'last-updated-ms': 1 }),
    );
    const before = await published(storage);
    await expect(publish(storage)).rejects.toThrow(
      `v${version}.metadata.json was written or changed by another program`,
    );
    expect(await published(storage)).toEqual(before);
    expect(await (await requireTable((await openHead(storage))!, events.name)).files()).toHaveLength(2);
  });

  it('are told of and left alone, by vacuum too', async () => {
    const storage = await lakeOf(2);
    await publish(storage);
    const orphan = `_iceberg/${events.name}/data/day=2024-03-01/00000-0-1f0c.parquet`;
    await storage.write([{ path: orphan, bytes: Uint8Array.of(1) }]);
    await put(storage, '5f2f-m0.avro', 'x');
    await put(storage, '.gitkeep', '');
    const { tables } = await publish(storage);
    expect(tables[0]?.foreign).toEqual([orphan, `${folder}/5f2f-m0.avro`]);
    const before = await published(storage);
    await vacuum(storage, runtime, { graceMs: 0, foreign: true, dryRun: false });
    expect(await published(storage)).toEqual(before);
  });
});
