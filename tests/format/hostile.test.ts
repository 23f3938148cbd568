// Metadata that somebody made to break programs, with right checksums and hashes: each ends in `corrupt`, nothing else.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/common/sha256.js';
import { parseLakeFile, parseTag } from '../../src/format/lake-file.js';
import { parseManifest } from '../../src/format/manifest.js';
import { encodeJson, parseJson } from '../../src/format/metadata.js';
import { parseExpired, parseSnapshot, type Snapshot } from '../../src/format/snapshot.js';
import { parseRefusedRun, runFacts } from '../../src/format/summary.js';
import { parseTableFile } from '../../src/format/table-file.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const nested = (open: string, close: string): string => open.repeat(200_000) + close.repeat(200_000);
const [arrays, objects] = [nested('[', ']'), `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`];

const snapshot = {
  formatVersion: 1,
  lakeId: 'x',
  snapshotId: 1,
  parentId: null,
  parentSha256: null,
  commitId: 'c',
  committedAt: '2024-01-01T00:00:00.000000Z',
  operation: 'ingest',
  tables: {},
  summary: {},
};
const ref = { path: 'a', sha256: '0'.repeat(64), rows: 1, files: 1, bytes: 1 };

/** With a checksum that is right; `HERE` is replaced by other text. */
async function signed(value: object, here = ''): Promise<Uint8Array> {
  const text = JSON.stringify(value).replace('"HERE"', () => here);
  return utf8(`${text.slice(0, -1)},"checksum":"${await sha256(utf8(text))}"}`);
}

describe('a hostile snapshot', () => {
  it.each([
    ['arrays without end in its summary', { summary: { deep: 'HERE' } }, arrays],
    ['objects without end in its summary', { summary: { deep: 'HERE' } }, objects],
    ['arrays without end beside its keys', { more: 'HERE' }, arrays],
    ['a table named __proto__', { tables: 'HERE' }, '{"__proto__":null}'],
    ['a table that is null', { tables: { 'a.b': null } }, ''],
    ['a table whose name is none', { tables: { a: ref } }, ''],
    ['rows that are no count', { tables: { 'a.b': { ...ref, rows: 2 ** 53 } } }, ''],
    ['a summary that is a list', { summary: [] }, ''],
    ['a number beyond all others', { snapshotId: 4_000_000_000 }, ''],
  ])('is damaged, with %s', async (_, change, here) => {
    const bytes = await signed({ ...snapshot, ...change }, here);
    await expect(parseSnapshot(bytes, 1)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('may hold brackets in its texts, escaped quotes and a key of any name in its summary', async () => {
    const text = '[{"\\'.repeat(500);
    const summary = { text, 'é"[': JSON.parse('{"__proto__":["x"]}') as object };
    const parsed = await parseSnapshot(await signed({ ...snapshot, summary }), 1);
    expect(JSON.stringify(parsed.summary)).toBe(JSON.stringify(summary));
  });
});

describe('hostile metadata', () => {
  const values = [
    'null',
    '[]',
    '1',
    '"x"',
    '{',
    '',
    arrays,
    objects,
    '{"formatVersion":1}',
    '{"__proto__":{}}',
  ];
  const parsers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
    'table file': (bytes) => parseTableFile(bytes, 'p'),
    manifest: (bytes) => parseManifest(bytes, 'p'),
    tag: (bytes) => parseTag(bytes, 'p'),
    'lake file': parseLakeFile,
    mark: (bytes) => parseExpired(bytes, 1),
    'refused run': (bytes) => parseRefusedRun(parseJson(bytes, 'p'), 'p'),
  };
  it.each(Object.keys(parsers))('is damaged as a %s', async (name) => {
    for (const value of values) {
      const parsed = Promise.resolve(utf8(value)).then(parsers[name]);
      await expect(parsed).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  const file = {
    path: 'a',
    sha256: ref.sha256,
    bytes: 1,
    rows: 1,
    schemaId: 0,
    specId: 0,
    addedIn: 1,
    partition: {},
    columns: {},
  };
  it.each([
    ['a partition named __proto__', { partition: JSON.parse('{"__proto__":"x"}') as object }],
    ['a column named __proto__', { columns: JSON.parse('{"__proto__":{"nulls":0}}') as object }],
    ['a column that is no field', { columns: { constructor: { nulls: 0 } } }],
    ['a path outside', { path: '../a' }],
  ])('is damaged as a manifest with %s', (_, change) => {
    const manifest = { formatVersion: 1, table: 'a.b', files: [{ ...file, ...change }] };
    expect(() => parseManifest(encodeJson(manifest), 'p')).toThrow(
      expect.objectContaining({ code: 'corrupt' }),
    );
    expect(parseManifest(encodeJson({ ...manifest, files: [file] }), 'p').files).toHaveLength(1);
  });

  it('is damaged as a manifest whose rows would count twice', () => {
    const manifest = { formatVersion: 1, table: 'a.b', files: [file, { ...file, rows: 2 }] };
    expect(() => parseManifest(encodeJson(manifest), 'p')).toThrow('a file is named twice');
  });
});

describe('each member of a list', () => {
  const hash = 'ab'.repeat(32);
  const file = {
    path: 'silver/visits/day=2024-01-01/0123456789abcdef-00000001.parquet',
    sha256: hash,
    bytes: 10,
    rows: 1,
    schemaId: 0,
    specId: 0,
    partition: { day: '2024-01-01' },
    columns: { 1: { nulls: 0, nans: 1, min: 'a', max: 2.5 } },
    addedIn: 1,
    batches: ['b'],
    index: { path: 'a.keys', sha256: hash, bytes: 4, columns: [{ id: 1, offset: 0, count: 1 }] },
  };
  const manifest = {
    path: '_manifests/0000000001/silver.visits.m0.json',
    sha256: hash,
    files: 1,
    rows: 1,
    bytes: 10,
    partitions: { day: { min: '2024-01-01', max: '2024-01-02', hasNull: false } },
  };
  const [path, sha256, count, text] = ['a/b', hash, 0, 'x'];
  const odd = [
    null,
    true,
    -1,
    1.5,
    2 ** 53,
    '',
    '../a',
    'con',
    'A'.repeat(64),
    [],
    [1],
    {},
    { 'a b': 1 },
    { 1: 1 },
  ];
  const isCount = (value: unknown): boolean => value === 0;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isBound = (value: unknown): boolean => isText(value) || typeof value === 'number';
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0 && !Array.isArray(value);
  const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
  const never = (): boolean => false;
  const isPath = (value: unknown): boolean => value === 'A'.repeat(64);

  /** Where the member lies, values that it takes beside those of the file above, and which odd ones it takes. */
  const members: readonly [string, readonly unknown[], (value: unknown) => boolean][] = [
    ['path', [path, 'a/.b', 'console'], isPath],
    ['sha256', [sha256], never],
    ['bytes', [count], isCount],
    ['rows', [count], isCount],
    ['schemaId', [count], isCount],
    ['specId', [count], isCount],
    ['addedIn', [2 ** 53 - 1], never],
    ['partition', [{}], isEmpty],
    ['partition.day', [null, text], (value) => value === null || isText(value)],
    ['columns', [{}], isEmpty],
    ['columns.1', [{ nulls: 0 }], never],
    ['columns.1.nulls', [count], isCount],
    ['columns.1.nans', [undefined, count], isCount],
    ['columns.1.min', [undefined, 1, text], isBound],
    ['columns.1.max', [undefined, -1.5, text], isBound],
    ['batches', [undefined, []], isEmptyList],
    ['batches.0', [text], isText],
    ['index', [undefined], never],
    ['index.path', [path], isPath],
    ['index.sha256', [sha256], never],
    ['index.bytes', [count], isCount],
    ['index.columns', [[]], isEmptyList],
    ['index.columns.0', [], never],
    ['index.columns.0.id', [count], isCount],
    ['index.columns.0.offset', [count], isCount],
    ['index.columns.0.count', [count], isCount],
  ];
  const refMembers: typeof members = [
    ...members.slice(0, 4),
    ['files', [count], isCount],
    ['partitions', [{}], isEmpty],
    ['partitions.day', [{ hasNull: true }], never],
    ['partitions.day.min', [undefined, text], isText],
    ['partitions.day.max', [undefined, text], isText],
    ['partitions.day.hasNull', [false], (value) => value === true],
  ];

  const changed = (value: object, place: string, to: unknown): object => {
    const copy = structuredClone(value) as Record<string, never>;
    const keys = place.split('.');
    const inner = keys.slice(0, -1).reduce<Record<string, unknown>>((each, key) => each[key] as never, copy);
    inner[keys.at(-1)!] = to;
    return copy;
  };
  const ofManifest = (element: object): object =>
    parseManifest(encodeJson({ formatVersion: 1, table: 'a.b', files: [element] }), 'p').files[0]!;
  const ofTable = (element: object): object =>
    parseTableFile(encodeJson({ ...tableFile, manifests: [element] }), 'p').manifests[0]!;
  const tableFile = {
    formatVersion: 1,
    table: 'a.b',
    tableId: 't',
    lastFieldId: 0,
    currentSchemaId: 0,
    schemas: [{ schemaId: 0, fields: [] }],
    currentSpecId: 0,
    specs: [{ specId: 0, fields: [] }],
    sortOrder: [],
  };

  it.each([
    ['data file', file, members, ofManifest],
    ['manifest', manifest, refMembers, ofTable],
  ] as const)('of a %s is what it may be, or damage that names its place', (_, whole, all, parsed) => {
    expect(parsed(whole)).toEqual(whole);
    for (const [place, fine, takes] of all) {
      for (const value of [...fine, ...odd.filter(takes)]) {
        const element = changed(whole, place, value);
        expect(parsed(element)).toEqual(JSON.parse(JSON.stringify(element)));
      }
      for (const value of odd.filter((each) => !takes(each)))
        expect(() => parsed(changed(whole, place, value)), `${place}: ${JSON.stringify(value)}`).toThrow(
          expect.objectContaining({
            code: 'corrupt',
            message: expect.stringContaining(`.0.${place}`) as string,
          }),
        );
    }
  });
});

describe('a summary', () => {
  const of = (summary: object): Snapshot => ({ ...snapshot, summary }) as unknown as Snapshot;
  const check = {
    name: 'n',
    severity: 'error',
    status: 'fail',
    value: 1,
    expected: 0,
    reason: 'r',
    sample: [{ cells: { a: 'x', b: null }, origins: [] }],
  };

  it.each([
    { tables: { a: null } },
    { tables: [] },
    { tables: { a: { rowsAdded: 'many' } } },
    { checks: [null] },
    { checks: {} },
    { checks: [{ ...check, status: 'maybe' }] },
    { checks: [{ ...check, sample: [{ cells: { a: 1 } }] }] },
    { batches: [{}] },
    { batches: 'none' },
    { settings: [] },
    { settings: 1 },
    { to: 'head' },
  ])('with %j is damage that names the snapshot', (summary) => {
    expect(() => runFacts(of(summary))).toThrow(
      expect.objectContaining({
        code: 'corrupt',
        message: expect.stringContaining('0000000001/snapshot.json') as string,
      }),
    );
  });

  it('gives its pieces, and nothing for those that it lacks', () => {
    expect(runFacts(of({}))).toEqual({ batches: [], tables: {}, checks: undefined, settings: undefined });
    const whole = { checks: [check], settings: { rates: {} }, to: 3, of: 'another kind' };
    expect(runFacts(of(whole))).toMatchObject({ checks: [check], settings: { rates: {} }, to: 3 });
  });
});
