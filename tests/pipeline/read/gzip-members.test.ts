// Gzip files as tools write them, and as transfers leave them.

import { gzipSync, deflateRawSync, crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { gunzipped } from '../../../src/pipeline/read/gzip-members.js';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function unzip(bytes: Uint8Array, size = 7): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzipped('a.gz', inPieces(bytes, size))) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const zeros = (count: number): Buffer => Buffer.alloc(count);
const [one, two] = [gzipSync('one,'), gzipSync('two')];
const damaged = Buffer.from(one).fill(0xff, 10, 12);
const otherChecksum = Buffer.from(one);
otherChecksum[one.length - 8]! ^= 1;

/** A header with every optional part. */
const adorned = Buffer.concat([
  Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3]),
  Buffer.from([3, 0, 0x1f, 0x8b, 8]),
  Buffer.from('name\0a comment\0ab'),
  deflateRawSync('adorned'),
  Buffer.from(new Uint32Array([crc32('adorned'), 7]).buffer),
]);

describe('gzip data', () => {
  const whole: readonly [string, Uint8Array, string][] = [
    ['one member', one, 'one,'],
    ['members one after the other', Buffer.concat([one, two, one]), 'one,twoone,'],
    ['an empty member between others', Buffer.concat([one, gzipSync(''), two]), 'one,two'],
    ['zeros that fill it up', Buffer.concat([one, two, zeros(512)]), 'one,two'],
    ['a header with all its parts', Buffer.concat([adorned, two]), 'adornedtwo'],
    ['stored data', gzipSync('stored', { level: 0 }), 'stored'],
  ];
  it.each(whole)('is read to its end: %s', async (_, bytes, text) => {
    for (const size of [1, 2, 5, one.length, one.length + 1, 10_000])
      expect([size, await unzip(bytes, size)]).toEqual([size, text]);
  });

  const broken: readonly [string, Uint8Array, number, string][] = [
    ['a member behind zeros', Buffer.concat([one, zeros(5), two]), one.length + 5, 'zero bytes, then others'],
    ['other bytes behind zeros', Buffer.concat([one, zeros(1), Buffer.from('x')]), one.length + 1, 'zero bytes'],
    ['other bytes behind a member', Buffer.concat([one, Buffer.from('more lines\n')]), one.length, 'other bytes'],
    ['half a magic number at the end', Buffer.concat([one, two.subarray(0, 1)]), one.length + 1, 'its end'],
    ['no gzip at all', Buffer.from('{"a":1}\n'), 0, 'not gzip data'],
    ['nothing', zeros(0), 0, 'its end'],
    ['a cut in the header', one.subarray(0, 5), 5, 'its end'],
    ['a cut in the data', one.subarray(0, 12), 12, 'its end'],
    ['a cut in the checksum', one.subarray(0, -3), one.length - 3, 'its end'],
    ['a cut in the second member', Buffer.concat([one, two.subarray(0, 12)]), one.length + 12, 'its end'],
    ['another checksum', otherChecksum, one.length, 'a checksum'],
  ]; // prettier-ignore
  it.each(broken)('is refused with its place: %s', async (_, bytes, offset, found) => {
    for (const size of [1, 5, 10_000])
      await expect(unzip(bytes, size)).rejects.toMatchObject({
        code: 'invalid-input',
        details: { path: 'a.gz', offset },
        message: expect.stringContaining(found) as unknown,
      });
  });

  it('is refused with the member that it damages', async () => {
    const bytes = Buffer.concat([two, damaged]);
    await expect(unzip(bytes)).rejects.toThrow(`what began at byte ${two.length}`);
  });

  it('is what was written, however it is cut', async () => {
    const members = fc.array(fc.string({ maxLength: 2000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 3000 }), fc.nat(20), async (texts, size, fill) => {
        const bytes = Buffer.concat([...texts.map((text) => gzipSync(text)), zeros(fill)]);
        expect(await unzip(bytes, size)).toBe(texts.join(''));
      }),
    );
  });

  it('passes errors of its source on', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(one.subarray(0, 12));
      throw new Error('disk');
    };
    const read = async (): Promise<void> => {
      for await (const piece of gunzipped('a.gz', failing())) void piece;
    };
    await expect(read()).rejects.toThrow('disk');
  });

  it('lets go of its source when nobody reads on', async () => {
    let isClosed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        const bytes = gzipSync(Buffer.alloc(8 << 20));
        for (;;) yield await Promise.resolve(bytes);
      } finally {
        isClosed = true;
      }
    };
    for await (const piece of gunzipped('a.gz', endless())) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
  });
});
