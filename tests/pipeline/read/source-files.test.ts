// What a run finds in the folders and files that it is given, and what it says of the rest.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readWhole } from '../../../src/pipeline/read/source-bytes.js';
import { findSourceFiles, type FoundFiles } from '../../../src/pipeline/read/source-files.js';
import { compareFileNames } from '../../../src/pipeline/read/source-names.js';
import { StreamCopies } from '../../../src/pipeline/read/stream-copies.js';
import { saasPipeline } from '../../pipelines/built-in-saas.js';

const root = mkdtempSync(join(tmpdir(), 'lake-source-files-'));
const { sources } = saasPipeline();
let folders = 0;
let copies = new StreamCopies();
afterEach(async () => {
  await copies.close();
  copies = new StreamCopies();
});
afterAll(() => rmSync(root, { recursive: true }));

type Contents = Readonly<Record<string, string | Uint8Array>>;

function folderOf(contents: Contents): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  return folder;
}

const find = (paths: readonly string[], source?: string): Promise<FoundFiles> =>
  findSourceFiles(paths, { sources, copies, ...(source !== undefined && { source }) });

const textOf = async (found: FoundFiles): Promise<string> =>
  Buffer.concat(await Promise.all(found.files.map((file) => readWhole(file)))).toString();

const header = 'date,channel,spend\n';

describe('a folder', () => {
  it('gives the files that sources take, in order, extensions in any case', async () => {
    const names = [
      'events-10.ndjson',
      'events-9.JSONL',
      'events.jsonl.GZ',
      'events-4.NDJSON',
      'events-4.ndjson',
    ];
    const folder = folderOf(Object.fromEntries(names.map((name) => [name, ''])));
    const { files, passedOver } = await find([folder]);
    expect(files.map(({ name, compressed }) => [name, compressed])).toEqual([
      ['events.jsonl.GZ', true],
      ['events-4.NDJSON', false],
      ['events-4.ndjson', false],
      ['events-9.JSONL', false],
      ['events-10.ndjson', false],
    ]);
    expect(passedOver).toEqual([]);
  });

  it('orders names without their extensions, digits as numbers', () => {
    const names = ['a.ndjson', 'a-2.json.gz', 'a-10.csv', 'a-02.jsonl', 'a-2.JSON'];
    expect([...names].sort(compareFileNames)).toEqual([
      'a.ndjson',
      'a-02.jsonl',
      'a-2.JSON',
      'a-2.json.gz',
      'a-10.csv',
    ]);
  });

  const passed: readonly [string, string][] = [
    ['marketing-spend.csv', 'probably meant as marketing_spend.csv'],
    ['Marketing Spend 2.CSV', 'probably meant as marketing_spend_2.CSV'],
    ['markting_spend.csv.gz', 'probably meant as marketing_spend.csv.gz'],
    ['event-2024.ndjson', 'probably meant as events2024.ndjson'],
    ['Events.ndjson', 'probably meant as events.ndjson'],
    ['Events-5.ndjson', 'probably meant as events-5.ndjson'],
    ['events.ndjson.zst', 'compressed as .zst, which is not read'],
    ['subscriptions.json.zip', 'compressed as .zip'],
    ['events.ndjson.bak', 'looks like a copy of events.ndjson'],
    ['events.ndjson~', 'looks like a copy of events.ndjson'],
    ['events.csv', 'events is read from events*.ndjson[.gz]'],
    ['subscriptions.parquet', 'subscriptions is read from subscriptions*.json[.gz]'],
    ['orders.ndjson', 'no source takes it'],
    ['README.md', 'no source takes it'],
  ];
  it.each(passed)('says why %s is passed over', async (name, reason) => {
    const folder = folderOf({ 'events.ndjson': '', [name]: '' });
    const { files, passedOver } = await find([folder]);
    expect(files.map((file) => file.name)).toEqual(['events.ndjson']);
    expect(passedOver).toEqual([
      { path: join(folder, name), reason: expect.stringContaining(reason) as unknown },
    ]);
  });

  it('says nothing of dot files, and of folders only that they hold sources', async () => {
    const folder = folderOf({ 'events.ndjson': '', '.gitkeep': '', '.DS_Store': '' });
    mkdirSync(join(folder, 'docs'));
    mkdirSync(join(folder, '2024'));
    writeFileSync(join(folder, '2024', 'events.ndjson'), '');
    expect((await find([folder])).passedOver).toEqual([
      { path: join(folder, '2024'), reason: expect.stringContaining('give it as a path') as unknown },
    ]);
  });

  it('with nothing to read names what was probably meant', async () => {
    const folder = folderOf({ 'marketing-spend.csv': header, 'events.ndjson.zst': '' });
    await expect(find([folder])).rejects.toThrow(/no source files.*\.zst.*meant as marketing_spend\.csv/);
  });

  it('with a source whose name is not UTF-8 is refused with the bytes; another such file is passed over', async () => {
    const folder = folderOf({ 'events.ndjson': '' });
    const write = (name: Buffer): void => writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), '');
    write(Buffer.from([0x6e, 0xff, 0x2e, 0x6d, 0x64]));
    expect((await find([folder])).passedOver).toMatchObject([{ path: join(folder, 'n\\xff.md') }]);
    write(Buffer.from('events-\xe9.ndjson', 'latin1'));
    await expect(find([folder])).rejects.toThrow('"events-\\xe9.ndjson" is not UTF-8');
  });
});

describe('a single file', () => {
  it('whose name tells no source is read as the one that is said', async () => {
    const folder = folderOf({ 'export.txt': '{}\n', packed: gzipSync('[]') });
    const paths = [join(folder, 'export.txt'), join(folder, 'packed')];
    await expect(find(paths)).rejects.toThrow('--source');
    const found = await find(paths, 'events');
    expect(found.files.map(({ compressed }) => compressed)).toEqual([false, true]);
    expect(await textOf(found)).toBe('{}\n[]');
    await expect(find(paths, 'event')).rejects.toThrow('Did you mean events?');
  });

  it('that is misnamed is refused with the name that was probably meant', async () => {
    const folder = folderOf({ 'marketing-spend.csv': '' });
    await expect(find([join(folder, 'marketing-spend.csv')])).rejects.toThrow('marketing_spend.csv');
  });

  it('named in bytes that are not UTF-8 is not said to be missing', async () => {
    await expect(find([join(root, 'events-\ufffd.ndjson')])).rejects.toThrow('not UTF-8');
  });
});

describe('what is no regular file', () => {
  it('is refused as the folder that it is where a file is expected', async () => {
    const folder = folderOf({});
    mkdirSync(join(folder, 'events.ndjson'));
    await expect(find([folder])).rejects.toThrow(/events\.ndjson: it is a folder; expected a file/);
  });

  it('is refused as the link to nothing that it is', async () => {
    const folder = folderOf({});
    symlinkSync('gone.ndjson', join(folder, 'events.ndjson'));
    await expect(find([folder])).rejects.toThrow(
      'It is a link to gone.ndjson: remove it, or put a file there.',
    );
  });

  const fifo = (folder: string, name: string): string => {
    execFileSync('mkfifo', [join(folder, name)]);
    return join(folder, name);
  };
  /** As a process of its own: whoever opens a pipe waits for the other side. */
  const writeTo = (path: string, from: string): void => {
    spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', from, path], { stdio: 'ignore' });
  };

  it('is read to its end: named pipes, by name and in a folder, compressed and not', async () => {
    const content = folderOf({ plain: '{"a":1}\n'.repeat(50_000), packed: gzipSync('[1]') });
    const folder = folderOf({});
    writeTo(fifo(folder, 'events.ndjson'), join(content, 'plain'));
    writeTo(fifo(folder, 'subscriptions.json.gz'), join(content, 'packed'));
    const found = await find([folder]);
    expect(found.files.map(({ name, sizeBytes }) => [name, sizeBytes > 0])).toEqual([
      ['events.ndjson', true],
      ['subscriptions.json.gz', true],
    ]);
    for (let pass = 0; pass < 2; pass++) expect((await textOf(found)).length).toBe(400_003);
  });

  it('is read once, however often it is looked for', async () => {
    const content = folderOf({ plain: '{"a":1}\n' });
    const folder = folderOf({});
    const path = fifo(folder, 'events.ndjson');
    writeTo(path, join(content, 'plain'));
    expect(await textOf(await find([path]))).toBe('{"a":1}\n');
    expect(await textOf(await find([path]))).toBe('{"a":1}\n');
  });

  it('is a file without a size too', async () => {
    const folder = folderOf({});
    symlinkSync('/proc/self/status', join(folder, 'events.ndjson'));
    expect(await textOf(await find([folder]))).toContain('VmRSS');
  });

  it('can be waited for no longer than the run goes on', async () => {
    const stop = new AbortController();
    copies = new StreamCopies({ signal: stop.signal });
    const waiting = find([fifo(folderOf({}), 'events.ndjson')]);
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    await expect(waiting).rejects.toThrow('stopped');
  });

  it('is standard input, with its source', async () => {
    const stdin = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('{"a"'));
      yield Buffer.from(':1}\n');
    };
    copies = new StreamCopies({ stdin: stdin() });
    await expect(find(['-'])).rejects.toThrow('--source');
    const found = await find(['-'], 'events');
    expect(found.files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([['-', 8]]);
    expect(await textOf(found)).toBe('{"a":1}\n');
  });

  it('is refused where it has no end or cannot be opened', async () => {
    const folder = folderOf({});
    const [device, socket] = ['events-1.ndjson', 'events-2.ndjson'].map((name) => join(folder, name));
    symlinkSync('/dev/zero', device!);
    await expect(find([device!])).rejects.toThrow('a device');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket!, resolve));
    await expect(find([socket!])).rejects.toThrow('a socket');
    await new Promise((resolve) => server.close(resolve));
  });

  it('leaves no copy behind', async () => {
    const content = folderOf({ plain: 'x' });
    const folder = folderOf({});
    writeTo(fifo(folder, 'events.ndjson'), join(content, 'plain'));
    const found = await find([folder]);
    await copies.close();
    await expect(textOf(found)).rejects.toThrow('no such file');
  });
});

describe('content of another kind', () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const utf32 = (text: string): Buffer =>
    Buffer.from(Uint32Array.from(text, (one) => one.codePointAt(0) ?? 0).buffer);
  const line = '{"event_id": "1", "note": "Grüße"}\n';
  const other: readonly [string, string, Uint8Array, string][] = [
    ['gzip', 'events.ndjson', gzipSync(line), 'gzip data'],
    ['gzip in gzip', 'events.ndjson.gz', gzipSync(gzipSync(line)), 'gzip data; expected text in UTF-8. It was compressed twice'],
    ['text that is called gzip', 'events.ndjson.gz', Buffer.from(line), 'not gzip data'],
    ['zstd', 'marketing_spend.csv', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), 'zstd data'],
    ['a zip archive', 'subscriptions.json', Buffer.from('PK\u0003\u0004rest'), 'a zip archive'],
    ['a workbook', 'marketing_spend.csv', Buffer.from('PK\u0003\u0004rest'), 'a workbook of a spreadsheet'],
    ['a database', 'events.ndjson', Buffer.from('SQLite format 3\0rest'), 'an SQLite database'],
    ['an Arrow file', 'events.ndjson', Buffer.from('ARROW1\0\0'), 'an Arrow file'],
    ['an Avro file', 'events.ndjson.gz', gzipSync(Buffer.from('Obj\u0001rest')), 'an Avro file'],
    ['UTF-32', 'events.ndjson', utf32(line), 'UTF-32 (little-endian, without a byte order mark)'],
    ['UTF-32 the other way', 'events.ndjson', utf32(line).swap32(), 'UTF-32 (big-endian, without'],
    ['UTF-32 with a mark', 'subscriptions.json', utf32('\ufeff[]'), 'UTF-32 (little-endian)'],
    ['UTF-16', 'events.ndjson', utf16(line), 'UTF-16 (little-endian, without a byte order mark)'],
    ['UTF-16 the other way', 'marketing_spend.csv', utf16(header).swap16(), 'UTF-16 (big-endian, without'],
    ['UTF-16 with a mark', 'subscriptions.json', utf16('\ufeff[]'), 'UTF-16 (little-endian)'],
    ['compressed UTF-16', 'events.ndjson.gz', gzipSync(utf16(line)), 'UTF-16'],
    ['UTF-16 of few Latin letters', 'events.ndjson', utf16(`{"id": "${'二三四'.repeat(20)}"}\n`.repeat(9)), 'UTF-16'],
  ]; // prettier-ignore
  it.each(other)('is refused with its kind: %s', async (_, name, bytes, kind) => {
    const { files } = await find([folderOf({ [name]: bytes })]);
    await expect(readWhole(files[0]!)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(kind) as unknown,
    });
  });

  const text: readonly [string, string | Uint8Array][] = [
    ['zeros between lines', `${line}${'\0'.repeat(4096)}\n${line}`],
    ['a line of zeros and letters', 'a\0b\0c\0\n{"a":1}\n'],
    ['bytes of no encoding', Buffer.from([0xc3, 0x28, 0x0a, 0xff, 0x0a])],
    ['nothing', ''],
  ];
  it.each(text)('is not seen in a log with %s', async (_, content) => {
    const found = await find([folderOf({ 'events.ndjson': content })]);
    expect(await textOf(found)).toBe(Buffer.from(content).toString());
  });
});

it('names files without their folders', async () => {
  const folder = folderOf({ 'events.ndjson': '' });
  expect((await find([`${folder}/`])).files[0]).toMatchObject({
    name: basename('events.ndjson'),
    path: join(folder, 'events.ndjson'),
  });
});
