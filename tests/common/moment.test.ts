import fc from 'fast-check';
import { expect, it } from 'vitest';
import { microsOfMoment } from '../../src/common/moment.js';

it.each([
  ['2024-06-01', '2024-06-01T00:00:00.000000Z'],
  ['2024-06-01 12:00', '2024-06-01T12:00:00.000000Z'],
  ['2024-06-01T12:00:01.5', '2024-06-01T12:00:01.500000Z'],
  ['2024-06-01T12:00:00.1234567Z', '2024-06-01T12:00:00.123456Z'],
  ['2024-03-01T01:00:00+02:00', '2024-02-29T23:00:00.000000Z'],
  ['2024-06-01T12:00-0530', '2024-06-01T17:30:00.000000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000000Z'],
])('%s is %s', (text, iso) => {
  const micros = BigInt(Date.parse(`${iso.slice(0, 19)}Z`)) * 1000n + BigInt(iso.slice(20, 26));
  expect(microsOfMoment(text)).toBe(micros);
});

it.each([
  ...['2027-02-30', '2026-11-31', '2023-02-29', '2024-00-10', '2024-13-01', '2024-01-00'],
  ...['2024-06-01T24:00:00', '2024-06-01T23:60', '2024-06-01T23:59:60', '2024-06-01T12', '2024-06-01T1:00'],
  ...['2024-06-01T12:00+24:00', '2024-06-01T12:00+01:60', '2024-06-01+01:00', ' 2024-06-01', '20240601', ''],
])('%j is no moment', (text) => {
  expect(microsOfMoment(text)).toBeUndefined();
});

it('any moment is found again by its text', () => {
  const range = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
  fc.assert(
    fc.property(fc.date({ ...range, noInvalidDate: true }), (date) => {
      expect(microsOfMoment(date.toISOString())).toBe(BigInt(date.getTime()) * 1000n);
    }),
  );
});
