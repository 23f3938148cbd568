import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKeyIndex, keyIndexSection, murmur3, probeSorted } from '../../src/format/key-index.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashes = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.nat({ max: 0xffffffff })))
  .map((list) => Uint32Array.from(list));

describe('murmur3', () => {
  it.each([
    ['', 0],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
    ['a', 0x3c2569b2],
    ['ab', 0x9bbfd75f],
    ['abc', 0xb3dd93fa],
    ['abcd', 0x43ed676a],
    ['naïve 🙂', 0x62dfba8c],
  ])('of %j is the published x86 32-bit value for seed 0', (text, expected) => {
    expect(murmur3(utf8(text), 0, utf8(text).length)).toBe(expected);
  });

  it('reads only the given range', () => {
    const inside = utf8('___abcd!!');
    expect(murmur3(inside, 3, 7)).toBe(0x43ed676a);
  });
});

describe('a key index', () => {
  it('holds each column sorted, unsigned, without repeats, little-endian', () => {
    const { bytes, columns } = encodeKeyIndex([
      { fieldId: 1, hashes: Uint32Array.of(0xfffffffe, 3, 3, 0x80000000) },
      { fieldId: 7, hashes: new Uint32Array(0) },
      { fieldId: 9, hashes: Uint32Array.of(0x01020304) },
    ]);
    expect([...bytes]).toEqual([3, 0, 0, 0, 0, 0, 0, 0x80, 0xfe, 0xff, 0xff, 0xff, 4, 3, 2, 1]);
    expect(columns).toEqual([
      { id: 1, offset: 0, count: 3 },
      { id: 7, offset: 12, count: 0 },
      { id: 9, offset: 12, count: 1 },
    ]);
  });

  it('gives its sections back from bytes at any alignment', () => {
    fc.assert(
      fc.property(hashes, hashes, fc.nat({ max: 3 }), (first, second, shift) => {
        const index = encodeKeyIndex([
          { fieldId: 1, hashes: first },
          { fieldId: 2, hashes: second },
        ]);
        const shifted = new Uint8Array(index.bytes.length + shift);
        shifted.set(index.bytes, shift);
        const sections = index.columns.map((column) => [...keyIndexSection(shifted.subarray(shift), column)]);
        const distinct = (list: Uint32Array): number[] => [...new Set(list)].sort((a, b) => a - b);
        expect(sections).toEqual([distinct(first), distinct(second)]);
      }),
    );
  });

  it('is refused when a section reaches past its end', () => {
    expect(() => keyIndexSection(new Uint8Array(8), { id: 1, offset: 4, count: 2 })).toThrow(
      /ends at byte 12 of 8/,
    );
  });

  it('is probed without missing a common hash', () => {
    fc.assert(
      fc.property(hashes, hashes, (first, second) => {
        const [a, b] = [first.slice().sort(), second.slice().sort()];
        const common = first.some((value) => second.includes(value));
        expect([probeSorted(a, b), probeSorted(b, a)]).toEqual([common, common]);
      }),
    );
  });
});

it('reads each section of an index that came as a Node buffer, whose slices share memory', () => {
  const [first, second] = [Uint32Array.of(5, 9), Uint32Array.of(7)];
  const { bytes, columns } = encodeKeyIndex([
    { fieldId: 1, hashes: first },
    { fieldId: 11, hashes: second },
  ]);
  const sections = columns.map((column) => keyIndexSection(Buffer.from(bytes), column));
  expect(sections).toEqual([first, second]);
});
