// Values of flags, and the words that were meant.

import { describe, expect, test } from 'vitest';
import { parseDay, parseDuration, parseMoment, parseSize, parseWholeNumber } from '../../src/cli/flags.js';
import { actionable, errorText, exitCodeOf } from '../../src/cli/exit-codes.js';
import { LakeError } from '../../src/common/errors.js';
import { editDistance, nearMiss } from '../../src/common/near-miss.js';

test.each(['2024-02-30', '2023-02-29', '2024-13-01', '24-01-01', '2024-1-1', '2024-01-01T00:00:00Z', ''])(
  '"%s" is no day',
  (given) => {
    expect(() => parseDay('--ingest-date', given)).toThrow(`--ingest-date: "${given}" is not a day`);
  },
);

test('days of the calendar pass as they are', () => {
  expect(parseDay('--ingest-date', '2024-02-29')).toBe('2024-02-29');
});

test.each([
  ['128MB', 128_000_000],
  ['128MiB', 134_217_728],
  ['1.5 kb', 1500],
  ['1GiB', 2 ** 30],
  ['7b', 7],
])('%s is %i bytes', (given, expected) => {
  expect(parseSize('--target-size', given)).toBe(expected);
});

test.each(['128', '0MB', '-1MB', '12TB', 'MB', '1e3MB', '99999999999GB'])('%s is no size', (given) => {
  expect(() => parseSize('--target-size', given)).toThrow(/^--target-size: .* is not a size like 128MB/);
});

test.each(['0', '-3', '1.5', 'ten', '', '1e3', '9007199254740993'])('%s is no limit', (given) => {
  expect(() => parseWholeNumber('--limit', given, 1)).toThrow(
    /^--limit: .* is not a whole number of at least 1/,
  );
});

test.each([
  ['45s', 45_000],
  ['90m', 5_400_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['2W', 1_209_600_000],
  ['0s', 0],
])('%s takes %i ms', (given, expected) => {
  expect(parseDuration('--grace', given)).toBe(expected);
});

test.each(['', '24', 'h', '-1h', '1.5h', '24 hours', '1y', '2024-06-01'])('"%s" is no duration', (given) => {
  expect(() => parseDuration('--grace', given)).toThrow(/^--grace: .* is not a duration like 24h/);
});

describe('a moment', () => {
  const now = Date.parse('2024-06-08T12:00:00Z') * 1000;
  test.each([
    ['7d', '2024-06-01T12:00:00Z'],
    ['90m', '2024-06-08T10:30:00Z'],
    ['2024-06-01', '2024-06-01T00:00:00Z'],
    ['2024-06-01T12:00:00Z', '2024-06-01T12:00:00Z'],
    ['2024-06-01 12:00', '2024-06-01T12:00:00Z'],
    ['2024-06-01T12:00:00+02:00', '2024-06-01T10:00:00Z'],
  ])('%s is %s', (given, expected) => {
    expect(parseMoment('--older-than', given, now)).toBe(Date.parse(expected) * 1000);
  });

  test.each([
    ...['', '7', 'yesterday', '2024-02-30', '2024-06-01T25:00Z', '2024-06', '-7d'],
    ...['2024-06-01T24:00:00', '2024-06-01 23:60', '2023-02-29', '2024-06-01T12:00:60Z'],
  ])('"%s" is none', (given) => {
    expect(() => parseMoment('--older-than', given, now)).toThrow(/^--older-than: .* is not an age like 7d/);
  });
});

describe('near misses', () => {
  test.each([
    ['tabels', 'tables'],
    ['INGEST', 'ingest'],
    ['qury', 'query'],
    ['zebra', undefined],
  ])('%s', (typed, meant) => {
    expect(nearMiss(typed, ['ingest', 'tables', 'query'])).toBe(meant);
  });

  test('a swap of neighbours is one edit', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('exit codes', () => {
  test('refusals of the machine are told as such, anything unknown is a bug', () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', path: '/x/y' });
    expect(exitCodeOf(full)).toBe(6);
    expect(actionable(full)?.message).toMatch(/^\/x\/y: the disk is full/);
    expect(exitCodeOf(new TypeError('oops'))).toBe(70);
    expect(errorText(new TypeError('oops'))).toMatch(/report it[^]*TypeError: oops\n +at /);
  });

  test.each([
    ['invalid-input', 1],
    ['check-failed', 2],
    ['conflict', 3],
    ['corrupt', 4],
    ['unsupported-storage', 4],
    ['not-found', 5],
    ['out-of-resources', 6],
    ['commit-unknown', 7],
    ['interrupted', 130],
  ] as const)('%s is %i', (code, exit) => {
    expect(exitCodeOf(new LakeError(code, 'x'))).toBe(exit);
  });
});
