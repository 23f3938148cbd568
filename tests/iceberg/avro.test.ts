import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeAvroFile,
  encodeAvroValue,
  type AvroRecord,
  type AvroSchema,
  type AvroValue,
} from '../../src/iceberg/avro.js';

const hex = (schema: AvroSchema, value: AvroValue): string =>
  Buffer.from(encodeAvroValue(schema, value)).toString('hex');

const pair: AvroRecord = {
  type: 'record',
  name: 'test',
  fields: [
    { name: 'a', type: 'long', 'field-id': 1 },
    { name: 'b', type: ['null', 'string'], default: null, 'field-id': 2 },
  ],
};

/** Zigzag and seven bits a byte, backwards. */
function longOf(bytes: Uint8Array): bigint {
  const raw = bytes.reduceRight((high, byte) => (high << 7n) | BigInt(byte & 0x7f), 0n);
  return (raw >> 1n) ^ -(raw & 1n);
}

describe('Avro values', () => {
  it('are those of the examples in its specification', () => {
    const longs = [0, -1, 1, -2, 2, -64, 64].map((value) => hex('long', value));
    expect(longs).toEqual(['00', '01', '02', '03', '04', '7f', '8001']);
    expect(hex('string', 'foo')).toBe('06666f6f');
    expect(hex({ type: 'array', items: 'long' }, [3, 27])).toBe('04063600');
    expect(hex(['null', 'string'], null)).toBe('00');
    expect(hex(['null', 'string'], 'a')).toBe('020261');
    expect(hex(pair, { a: 27, b: 'foo' })).toBe('360206666f6f');
  });

  it('hold every long', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(longOf(encodeAvroValue('long', value))).toBe(value);
      }),
    );
  });

  it('are refused where they are not of their type', () => {
    expect(() => hex('int', 2 ** 31)).toThrow(TypeError);
    expect(() => hex('long', 2n ** 63n)).toThrow(TypeError);
    expect(() => hex('long', null)).toThrow(TypeError);
    expect(() => hex({ type: 'fixed', name: 'f', size: 2 }, new Uint8Array(3))).toThrow(TypeError);
    expect(() => hex(pair, { b: 'no a' })).toThrow(TypeError);
  });
});

describe('an Avro file', () => {
  const rows = [{ a: 1, b: 'x' }, { a: 2 }];

  it('keeps field ids and defaults of the schema, and the metadata', async () => {
    const text = Buffer.from(await encodeAvroFile(pair, rows, { 'schema-id': '7' })).toString('latin1');
    expect(text.startsWith('Obj\u0001')).toBe(true);
    expect(text).toContain(JSON.stringify(pair));
    expect(text).toContain('schema-id\u00027');
  });

  it('ends its header and its block with the same marker', async () => {
    const bytes = Buffer.from(await encodeAvroFile(pair, rows, {}));
    const marker = bytes.subarray(-16);
    const first = bytes.indexOf(marker);
    // Two rows in six bytes: a=1 b="x" is 02 02 02 78, a=2 is 04 00.
    expect(bytes.subarray(first + 16, -16).toString('hex')).toBe('040c020202780400');
  });

  it('is the same bytes for the same content, and others for other content', async () => {
    const file = async (a: number): Promise<string> =>
      Buffer.from(await encodeAvroFile(pair, [{ a }], {})).toString('hex');
    expect(await file(1)).toBe(await file(1));
    expect((await file(1)).slice(-32)).not.toBe((await file(2)).slice(-32));
  });

  it('without rows has no block', async () => {
    const bytes = Buffer.from(await encodeAvroFile(pair, [], {}));
    expect(bytes.indexOf(bytes.subarray(-16))).toBe(bytes.length - 16);
  });
});
