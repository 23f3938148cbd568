// Values of flags, and the words that were meant.

import { describe, expect, test } from 'vitest';
import { parseDay, parseSize, parseWholeNumber } from '../../src/cli/flags.js';
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
