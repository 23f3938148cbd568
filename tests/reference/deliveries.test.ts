// Which files are reruns, which grew, which are new; their batches' names, places and line numbers.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compareNames } from './deliveries.js';
import { BrokenFile, reference } from './reference.js';
import type { BatchRow, Delivery, ReferenceLake } from './reference.js';

const file = (name: string, text: string): Delivery => ({ name, bytes: Buffer.from(text) });
const log = (text: string, name = 'events.ndjson'): Delivery => file(name, text);

/** Each delivery a run of its own. */
const lakeOf = (...runs: readonly Delivery[]): ReferenceLake => reference(runs.map((delivery) => [delivery]));

const placesOf = ({ batches }: ReferenceLake): readonly string[] =>
  batches.map(({ fileName, byteOffset, bytes }: BatchRow) => `${fileName} ${byteOffset}+${bytes}`);

const refusedLines = ({ tables }: ReferenceLake): readonly unknown[] =>
  (tables['silver.quarantine'] ?? []).map((row) => row[3]).sort();

describe('a log', () => {
  it('with known bytes is a rerun under any name', () => {
    expect(placesOf(lakeOf(log('a\n'), log('a\n', 'events-2.ndjson')))).toEqual(['events.ndjson 0+2']);
  });

  it('that grew is read from its last line end, and its lines go on', () => {
    const lake = lakeOf(log('\na\nb'), log('\na\nbc\nd\n'), log('\na\nbc\nd\n'), log('\na\nbc\nd\ne\n'));
    expect(placesOf(lake)).toEqual(['events.ndjson 0+4', 'events.ndjson 3+5', 'events.ndjson 8+2']);
    expect(refusedLines(lake)).toEqual([2, 3, 3, 4, 5]);
  });

  it('that lost its unterminated last line holds nothing new', () => {
    expect(placesOf(lakeOf(log('a\nb'), log('c\n', 'events-2.ndjson'), log('a\n')))).toHaveLength(2);
  });

  it('that was rewritten is a new batch, and known again when the first content returns', () => {
    const lake = lakeOf(log('a\n'), log('b\n'), log('a\n'), log('b\n'));
    expect(placesOf(lake)).toEqual(['events.ndjson 0+2', 'events.ndjson 0+2']);
  });

  it('is known by its decompressed bytes', () => {
    const compressed = { name: 'events.ndjson.gz', bytes: gzipSync('a\n') };
    expect(placesOf(lakeOf(log('a\n'), compressed))).toEqual(['events.ndjson 0+2']);
  });
});

describe('an extract', () => {
  const extract = (text: string): Delivery => file('subscriptions.json', text);

  it('is a rerun only of the newest with its name', () => {
    const lake = lakeOf(extract('[]'), extract('[]'), extract('[1]'), extract('[]'));
    expect(lake.batches.map(({ bytes }) => bytes)).toEqual([2, 3, 2]);
  });

  it('delivered again is told apart by how often it came before', () => {
    const lake = lakeOf(extract('[]'), extract('[1]'), extract('[]'));
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const id = (n: number): string =>
      hash(`subscriptions\nsubscriptions.json\n0\n${hash('[]')}\n${n}`).slice(0, 32);
    expect([lake.batches[0]?.batchId, lake.batches[2]?.batchId]).toEqual([id(0), id(1)]);
  });
});

it('names order by their numbers, without their extensions, then in full', () => {
  const names = [
    'subscriptions.json',
    'subscriptions-2.json',
    'subscriptions-10.json',
    'subscriptions-10.json.gz',
  ];
  expect([...names].reverse().sort(compareNames)).toEqual(names);
});

it.each([
  ['no source at all', file('notes.txt', '')],
  ['a subscriptions file that is no array', file('subscriptions.json', '{}')],
  ['a subscriptions file that is empty', file('subscriptions.json', '')],
  [
    'a subscriptions file that is no UTF-8',
    { name: 'subscriptions.json', bytes: Buffer.of(0x5b, 0xff, 0x5d) },
  ],
  ['a CSV that is no UTF-8', { name: 'marketing_spend.csv', bytes: Buffer.of(0xff) }],
  ['a CSV without a header', file('marketing_spend.csv', '\n \n')],
  ['a column that is missing', file('marketing_spend.csv', 'date,channel\n')],
  ['a column that is there twice', file('marketing_spend.csv', 'date,channel,spend, SPEND \n')],
  ['an unclosed quote', file('marketing_spend.csv', 'date,channel,spend\n2024-01-01,"a,1\n')],
  ['a truncated gzip', { name: 'events.ndjson.gz', bytes: gzipSync('{}\n').subarray(0, -4) }],
])('%s stops the run', (_what, delivery) => {
  expect(() => lakeOf(delivery)).toThrow(BrokenFile);
});
