import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import { readDataFile } from '../../src/table/read.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { add, dayFile, events, runtime } from './lake-fixture.js';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const metadata = [
  '_manifests/lake.json',
  '_manifests/0000000001/snapshot.json',
  '_manifests/0000000001/silver.events.json',
  '_manifests/0000000001/silver.events.m0.json',
];

/** Opens the head and reads everything that it names. */
async function readAll(storage: MemoryStorage): Promise<number> {
  const files = (await (await (await openHead(storage))?.table(events.name))?.files()) ?? [];
  for (const file of files) await readDataFile(storage, file);
  return files.length;
}

describe('a lake', () => {
  let storage: MemoryStorage;
  let dataPath: string;
  beforeEach(async () => {
    storage = memoryStorage(runtime);
    await add(storage, events, [await dayFile('2024-03-05', 'a', 'b', 2)]);
    dataPath = (await storage.list('silver'))[0]!.path;
  });
  const replace = async (path: string, change: (text: string) => string): Promise<void> => {
    const text = new TextDecoder().decode(await storage.read(path));
    expect(change(text)).not.toBe(text);
    await storage.write([{ path, bytes: new TextEncoder().encode(change(text)) }]);
  };

  it('is read from the format alone: each level names the next by path and hash', async () => {
    const text = async (path: string): Promise<string> => new TextDecoder().decode(await storage.read(path));
    const snapshotText = await text(metadata[1]!);
    const snapshot = JSON.parse(snapshotText) as {
      tables: Record<string, unknown>;
      checksum: string;
      commitId: string;
    };
    expect(Object.keys(snapshot)).toEqual([
      ...['formatVersion', 'lakeId', 'snapshotId', 'parentId', 'parentSha256', 'commitId', 'committedAt'],
      ...['operation', 'tables', 'summary', 'checksum'],
    ]);
    const { checksum, ...rest } = snapshot;
    expect(sha256(JSON.stringify(rest))).toBe(checksum);
    const ref = snapshot.tables[events.name] as { path: string; sha256: string };
    expect(ref).toMatchObject({ rows: 2, files: 1, bytes: 14 });
    const tableText = await text(ref.path);
    expect(sha256(tableText)).toBe(ref.sha256);
    expect(tableText).toMatch(
      /^\{"formatVersion":1,"table":"silver.events","tableId":"[0-9a-f-]{36}","lastFieldId":3,"currentSchemaId":0,"schemas":\[\{"schemaId":0,"fields":\[\{"id":1,"name":"id","type":"string","required":true\},\{"id":2,"name":"day","type":"date","required":true\},\{"id":3,"name":"amount","type":"long","required":false\}\]\}\],"currentSpecId":0,"specs":\[\{"specId":0,"fields":\[\{"id":1000,"sourceId":2,"transform":"identity","name":"day"\}\]\}\],"sortOrder":\[\{"sourceId":1,"direction":"asc","nulls":"last"\}\],"manifests":\[\{"path":"_manifests\/0000000001\/silver.events.m0.json","sha256":"[0-9a-f]{64}","files":1,"rows":2,"bytes":14,"partitions":\{"day":\{"min":"2024-03-05","max":"2024-03-05","hasNull":false\}\}\}\]\}$/,
    );
    const [manifestRef] = (JSON.parse(tableText) as { manifests: { path: string; sha256: string }[] })
      .manifests;
    const manifestText = await text(manifestRef!.path);
    expect(sha256(manifestText)).toBe(manifestRef!.sha256);
    const hash = sha256(await storage.read(dataPath));
    expect(dataPath).toBe(
      `silver/events/day=2024-03-05/${hash.slice(0, 16)}-${snapshot.commitId.slice(0, 8)}.parquet`,
    );
    expect(manifestText).toBe(
      `{"formatVersion":1,"table":"silver.events","files":[{"path":"${dataPath}","sha256":"${hash}","bytes":14,"rows":2,"schemaId":0,"specId":0,"partition":{"day":"2024-03-05"},"columns":{"1":{"nulls":0,"min":"a","max":"b"},"2":{"nulls":0,"min":"2024-03-05","max":"2024-03-05"},"3":{"nulls":2}},"addedIn":1}]}`,
    );
  });

  it.each(metadata)('refuses any flipped bit of %s', async (path) => {
    const bytes = await storage.read(path);
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << (at % 8);
      await storage.write([{ path, bytes: flipped }]);
      const error = await readAll(storage).then(
        () => `read despite a flip at ${at}`,
        (e: unknown) => e,
      );
      expect(error).toMatchObject({ name: 'LakeError', message: expect.stringContaining(path) as string });
    }
  });

  it.each(metadata)('refuses %s torn, empty or gone', async (path) => {
    const bytes = await storage.read(path);
    for (const part of [
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(0, bytes.length / 2),
      bytes.subarray(0, 0),
    ]) {
      await storage.write([{ path, bytes: part }]);
      await expect(readAll(storage)).rejects.toMatchObject({ code: 'corrupt', details: { path } });
    }
    await storage.delete(path);
    if (path === '_manifests/0000000001/snapshot.json')
      await expect(readAll(storage)).rejects.toMatchObject({ code: 'corrupt' });
    else await expect(readAll(storage)).rejects.toMatchObject({ code: 'corrupt', details: { path } });
  });

  it('refuses a data file that is gone, torn, longer or another one', async () => {
    const bytes = await storage.read(dataPath);
    const other = bytes.slice();
    other[3]! ^= 4;
    for (const wrong of [bytes.subarray(1), Uint8Array.of(...bytes, 0), other, new Uint8Array()]) {
      await storage.write([{ path: dataPath, bytes: wrong }]);
      await expect(readAll(storage)).rejects.toMatchObject({ code: 'corrupt', details: { path: dataPath } });
    }
    await storage.delete(dataPath);
    await expect(readAll(storage)).rejects.toMatchObject({ code: 'corrupt', details: { path: dataPath } });
  });

  it('refuses the snapshot of another lake, and one in the wrong folder', async () => {
    const other = memoryStorage(runtime);
    await add(other, events, [await dayFile('2024-03-05', 'a')]);
    const path = metadata[1]!;
    const own = await storage.read(path);
    await storage.write([{ path, bytes: await other.read(path) }]);
    await expect(readAll(storage)).rejects.toThrow(/belongs to lake/);
    await storage.write([
      { path, bytes: own },
      { path: '_manifests/0000000002/snapshot.json', bytes: own },
    ]);
    await expect(readAll(storage)).rejects.toThrow(/0000000002.*it is snapshot 1/);
  });

  it.each(['_manifests/lake.json', '_manifests/0000000001/snapshot.json'])(
    'refuses a newer %s and says which versions',
    async (path) => {
      await replace(path, (text) => text.replace('"formatVersion":1', '"formatVersion":2'));
      await expect(readAll(storage)).rejects.toMatchObject({
        code: 'unsupported-storage',
        message: expect.stringMatching(/format version 2.*up to 1: upgrade lake/) as string,
      });
    },
  );

  /** Puts a manifest of an attacker's making into the snapshot, with all hashes right. */
  async function forge(change: (manifest: string) => string): Promise<void> {
    const seal = (text: string): string => `${text.slice(0, -1)},"checksum":"${sha256(text)}"}`;
    const [snapshotPath, tablePath, manifestPath] = metadata.slice(1) as [string, string, string];
    const texts = await Promise.all(
      [snapshotPath, tablePath, manifestPath].map(async (path) =>
        new TextDecoder().decode(await storage.read(path)),
      ),
    );
    const [snapshot, table, manifest] = texts as [string, string, string];
    const forgedManifest = change(manifest);
    const forgedTable = table.replace(sha256(manifest), sha256(forgedManifest));
    const forgedSnapshot = seal(
      snapshot.replace(sha256(table), sha256(forgedTable)).replace(/,"checksum":"[0-9a-f]{64}"/, ''),
    );
    const files = [
      [snapshotPath, forgedSnapshot],
      [tablePath, forgedTable],
      [manifestPath, forgedManifest],
    ] as const;
    await storage.write(files.map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })));
  }

  it.each(['../../etc/passwd', '/etc/passwd', 'a/./b', 'silver//x', 'silver\\\\x', ''])(
    'refuses a manifest that names %j',
    async (path) => {
      await forge((manifest) => manifest.replace(dataPath, path));
      await expect(readAll(storage)).rejects.toThrow(/silver.events.m0.json.*not a path within a lake/);
    },
  );

  it.each<readonly [lie: string, change: (manifest: string) => string, what: RegExp]>([
    ['another value', (text) => text.replace('"partition":{"day":"2024-03-05"}', '"partition":{"day":"2031-01-01"}'), /for the folder silver\/events\/day=2031-01-01/],
    ['null', (text) => text.replace('"partition":{"day":"2024-03-05"}', '"partition":{"day":null}'), /for the folder silver\/events\/day=__null__/],
    ['no value', (text) => text.replace('"partition":{"day":"2024-03-05"}', '"partition":{}'), /with values of no partition, expected day/],
    ['a spec that is not there', (text) => text.replace('"specId":0', '"specId":7'), /partition spec 7, which silver.events lacks/],
    ['bounds of another day', (text) => text.replace('"min":"2024-03-05","max":"2024-03-05"', '"min":"2024-03-04","max":"2024-03-05"'), /for day=2024-03-05, and says that it holds 2024-03-04 to 2024-03-05/],
  ])('is found by verify where a manifest says %s of a partition', async (_, change, what) => {
    expect((await verify(storage, { snapshots: [1] })).problems).toEqual([]);
    await forge(change);
    const { problems, damaged } = await verify(storage, { snapshots: [1] });
    expect(problems.map(({ role }) => role)).toEqual(['manifest']);
    expect(problems[0]?.what).toMatch(what);
    expect(damaged).toEqual([1]);
  }); // prettier-ignore

  it('tolerates what a later version may add', async () => {
    await forge((manifest) => manifest.replace('"addedIn":1', '"addedIn":1,"future":{"a":[1]}'));
    expect(await readAll(storage)).toBe(1);
  });

  it('refuses a manifest that lists other files than the table file says', async () => {
    await forge((manifest) => manifest.replace(/"files":\[.*\]\}$/, '"files":[]}'));
    await expect(readAll(storage)).rejects.toThrow(/lists 0 files, expected 1/);
  });
});
