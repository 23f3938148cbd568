import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertFolderValues,
  isPartitionName,
  parsePartitionFolder,
  partitionFolder,
  type PartitionSpec,
} from '../../src/format/partition.js';
import { isLakePath, tagPath } from '../../src/format/paths.js';

const spec: PartitionSpec = {
  specId: 0,
  fields: [{ id: 1000, sourceId: 5, transform: 'identity', name: 'event_date' }],
};
const folder = (value: string | null): string => partitionFolder(spec, { event_date: value });
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 9 }),
  fc.constantFrom(null, '', '__null__', '%5f_null__', '\ufeffbom', '.', '..', 'A', 'a', '%41'),
);

describe('a partition folder', () => {
  it.each([
    ['2024-03-05', 'event_date=2024-03-05'],
    ['2024-03', 'event_date=2024-03'],
    [null, 'event_date=__null__'],
    ['__null__', 'event_date=%5f_null__'],
    ['DE/Köln', 'event_date=%44%45%2f%4b%c3%b6ln'],
    ['', 'event_date='],
    ['a.', 'event_date=a%2e'],
  ])('of %j is %j', (given, expected) => {
    expect(folder(given)).toBe(expected);
  });

  it('gives its value back, is a path of the lake, and differs from any other even where case is ignored', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(parsePartitionFolder(spec, folder(a))).toEqual({ event_date: a });
        expect(isLakePath(`silver/events/${folder(a)}/x.parquet`)).toBe(true);
        expect(folder(a).toLowerCase() === folder(b).toLowerCase()).toBe(a === b);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['é'.repeat(41), /takes 257 bytes, at most 255/],
    ['a\ud800', /half a character/],
  ])('is not made for %j', (given, why) => {
    const assert = (): void => assertFolderValues(spec, { event_date: given });
    expect(assert).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(why) as string }),
    );
  });

  it('is made for any other value', () => {
    for (const given of [null, '', 'x'.repeat(244), '🦄'])
      expect(() => assertFolderValues(spec, { event_date: given })).not.toThrow();
  });

  it.each(['__proto__', 'constructor', 'toString', '', 'a/b', '..', 'a=b', 'é'])(
    'does not begin with a field named %j',
    (name) => {
      expect(isPartitionName(name)).toBe(false);
    },
  );

  it('is empty without partition fields', () => {
    expect(partitionFolder({ specId: 0, fields: [] }, {})).toBe('');
    expect(parsePartitionFolder({ specId: 0, fields: [] }, '')).toEqual({});
  });

  it.each(['event_month=2024-03', 'event_date=A', 'event_date=1/x=2', '', 'event_date'])(
    'is not %j',
    (name) => {
      expect(() => parsePartitionFolder(spec, name)).toThrow(/foreign file/);
    },
  );
});

describe('a path in metadata', () => {
  it.each([
    '/etc/passwd',
    '../x',
    'a/../b',
    'a/./b',
    '.',
    '',
    'a//b',
    'a/',
    'a\\b',
    'a b',
    'é',
    'C:/x',
    'a\0',
    'a\n',
    'silver/con/x',
    'a/Nul.parquet',
    'x'.repeat(256),
    'x/'.repeat(513) + 'x',
  ])('is not %j', (path) => {
    expect(isLakePath(path)).toBe(false);
  });

  it.each(['a', 'silver/events/event_date=2024-03-05/3f-1.parquet', 'a/.hidden', 'a/...', '%2e'])(
    'may be %j',
    (path) => {
      expect(isLakePath(path)).toBe(true);
    },
  );
});

describe('a tag', () => {
  it.each(['head', 'A', '1a', '', 'a/b', '../x', 'a'.repeat(65), 'con', 'nul.x'])(
    'is not named %j',
    (name) => {
      expect(() => tagPath(name)).toThrow(/cannot be a tag/);
    },
  );

  it('is a small file', () => {
    expect(tagPath('month-end_2024.03')).toBe('_manifests/tags/month-end_2024.03.json');
  });
});
