import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../src/format/schema.js';
import { boundBytes, icebergType } from '../../src/iceberg/bounds.js';

const hex = (type: FieldType, bound: string | number): string | undefined => {
  const bytes = boundBytes(type, bound);
  return bytes && Buffer.from(bytes).toString('hex');
};

describe('bounds in bytes', () => {
  it('have the width of the type that readers are told', () => {
    expect(hex('int', 1)).toBe('01000000');
    expect(hex('long', 1)).toBe('0100000000000000');
    expect(hex('long', '-1')).toBe('ffffffffffffffff');
    expect(hex('int', '2147483648')).toBeUndefined();
  });

  it('are decimals in as few bytes as keep the sign', () => {
    expect(hex('decimal(9,2)', '1.28')).toBe('0080');
    expect(hex('decimal(9,2)', '-1.28')).toBe('80');
    expect(hex('decimal(9,2)', '0.00')).toBe('00');
    expect(hex('decimal(9,2)', '-0.01')).toBe('ff');
    expect(hex('decimal(38,0)', '9'.repeat(38))).toBe('4b3b4ca85a86c47a098a223fffffffff');
  });

  it('count days and microseconds from the epoch, before it too', () => {
    expect(hex('date', '1970-01-02')).toBe('01000000');
    expect(hex('date', '1969-12-31')).toBe('ffffffff');
    expect(hex('timestamp', '1970-01-01T00:00:00.000001Z')).toBe('0100000000000000');
    expect(hex('timestamp', '1969-12-31T23:59:59.999999Z')).toBe('ffffffffffffffff');
  });

  it('are the text itself', () => {
    expect(hex('string', 'aé😀')).toBe('61c3a9f09f9880');
    expect(hex('string', '')).toBe('');
  });

  it('are left out where there can be none', () => {
    expect([hex('double', NaN), hex('boolean', 1), hex('date', 'soon')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(boundBytes('int', undefined)).toBeUndefined();
  });

  it('say every decimal back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (value) => {
        const text = hex('decimal(38,0)', String(value)) ?? '';
        expect(BigInt.asIntN(4 * text.length, BigInt(`0x${text}`))).toBe(value);
      }),
    );
  });
});

describe('type names', () => {
  it('are those of Iceberg', () => {
    const types: readonly FieldType[] = ['timestamp', 'decimal(38,4)', 'string', 'double'];
    expect(types.map(icebergType)).toEqual(['timestamptz', 'decimal(38, 4)', 'string', 'double']);
  });
});
