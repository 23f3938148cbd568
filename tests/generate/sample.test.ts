// The committed sample is what the code makes today, has the promised size, looks like a product, and holds every trap.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, generate } from '../../src/generate/generate.js';
import { groupBy, readLog, textOf, timeOf, type ReadLine } from './log-reader.js';

const DATA = join(import.meta.dirname, '../../data');
const FILES = ['events.ndjson', 'subscriptions.json', 'marketing_spend.csv'] as const;
const DAY_MS = 86_400_000;

type Row = Readonly<Record<string, unknown>>;

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const log = readLog(readFileSync(join(DATA, 'events.ndjson')));
const records = log.flatMap((line) => (line.record === undefined ? [] : [line.record]));
const type = (row: Row): string => (textOf(row, 'event_type') ?? '').toLowerCase();
const ofType = (...types: readonly string[]): readonly Row[] =>
  records.filter((row) => types.includes(type(row)));
const payments = ofType('purchase', 'refund');
const idOf = (row: Row): string => textOf(row, 'event_id') ?? '';

describe('the committed sample', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lake-sample-'));
  beforeAll(() => generate({ ...DEFAULTS, outDir: folder }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(FILES)('%s is byte for byte what the generator makes today', (name) => {
    expect(sha256(join(folder, name))).toBe(sha256(join(DATA, name)));
  });

  it('has 20,000 to 30,000 events of about 2,000 users over 90 days', () => {
    expect(log.length).toBeGreaterThan(20_000);
    expect(log.length).toBeLessThan(30_000);
    const users = new Set(records.map((row) => textOf(row, 'user_id')));
    expect(users.size).toBeGreaterThan(1900);
    expect(users.size).toBeLessThan(2100);
    const days = daily(records);
    expect([...days.keys()].sort().at(0)).toBe('2024-01-01');
    expect([...days.keys()].sort().at(-1)).toBe('2024-03-30');
  });
});

/** Events by UTC day, of those days that a clock can mean. */
function daily(rows: readonly Row[]): Map<string, number> {
  const days = new Map<string, number>();
  for (const row of rows) {
    const time = timeOf(row);
    if (Number.isNaN(time) || time > Date.UTC(2100, 0)) continue;
    const day = new Date(time).toISOString().slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return days;
}

describe('the sample looks like a product', () => {
  const days = daily(records);
  const sum = (wanted: (date: Date) => boolean): number =>
    [...days].reduce((total, [day, count]) => total + (wanted(new Date(day)) ? count : 0), 0);

  it('rests at the weekend', () => {
    const weekend = sum((date) => [0, 6].includes(date.getUTCDay())) / 2;
    const week = sum((date) => ![0, 6].includes(date.getUTCDay())) / 5;
    expect(weekend).toBeLessThan(week * 0.6);
  });

  it('grows', () => {
    expect(sum((date) => date.getUTCMonth() === 2)).toBeGreaterThan(
      1.5 * sum((date) => date.getUTCMonth() === 0),
    );
  });

  it('loses more than half of its traffic on the day of the incident, and refunds follow', () => {
    const count = (day: string): number => days.get(day) ?? 0;
    expect(count('2024-02-28')).toBeLessThan(count('2024-02-27') / 2);
    expect(count('2024-02-28')).toBeLessThan(count('2024-02-29') / 2);
    const refunds = daily(ofType('refund'));
    const wave = ['02-29', '03-01', '03-02', '03-03'].reduce(
      (total, day) => total + (refunds.get(`2024-${day}`) ?? 0),
      0,
    );
    expect(wave / 4).toBeGreaterThan((2 * ofType('refund').length) / 90);
  });

  it('has refunds for a plausible share of the purchases', () => {
    const share = ofType('refund').length / ofType('purchase').length;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.25);
  });

  it('has every type of event', () => {
    for (const each of [
      'signup',
      'login',
      'page_view',
      'purchase',
      'refund',
      'trial_start',
      'trial_convert',
      'cancel',
    ]) {
      expect(ofType(each).length, each).toBeGreaterThan(20);
    }
  });
});

describe('every trap of an event log is in the sample', () => {
  const lines = (suits: (line: ReadLine) => boolean): number => log.filter(suits).length;
  const rows = (suits: (row: Row) => boolean, among: readonly Row[] = records): number =>
    among.filter(suits).length;
  const stamps = (pattern: RegExp): number => rows((row) => pattern.test(String(row['timestamp'])));
  const raw = (pattern: RegExp): number => lines((line) => pattern.test(line.text));
  const among = (field: string, suits: (value: unknown) => boolean, of: readonly Row[] = records): number =>
    rows((row) => suits(row[field]), of);
  const ofVersion = (version: number): readonly Row[] =>
    payments.filter((row) => row['schema_version'] === version);
  const purchases = new Map(ofType('purchase').map((row) => [idOf(row), row]));
  const linked = ofType('refund').filter((row) => purchases.has(textOf(row, 'refers_to_event_id') ?? ''));

  const traps: Readonly<Record<string, number>> = {
    'truncated JSON': lines(
      (line) => line.text.startsWith('{') && line.record === undefined && !line.text.endsWith('}'),
    ),
    garbage: raw(/^<html>/),
    'an array': raw(/^\[/),
    'nesting deeper than 64': raw(/^(\{"a":){65}/),
    'invalid UTF-8': lines((line) => !line.isUtf8),
    'a byte order mark inside the log': lines(
      (line) => line.number > 1 && line.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])),
    ),
    'blank lines': lines((line) => line.text === ''),
    'lines of white space': lines((line) => line.text !== '' && line.text.trim() === ''),
    'CR LF': lines((line) => line.bytes.at(-1) === 13),
    'a lone surrogate': raw(/\\ud83d(?!\\ud)/),
    'U+0000': raw(/\\u0000/),
    'a null user': among('user_id', (value) => value === null),
    'no user': rows((row) => !('user_id' in row) && 'event_id' in row),
    'a numeric user': among('user_id', (value) => typeof value === 'number'),
    'a blank user': among('user_id', (value) => typeof value === 'string' && value.trim() === ''),
    'a padded user': among(
      'user_id',
      (value) => typeof value === 'string' && value !== value.trim() && value.trim() !== '',
    ),
    'users in other scripts': among('user_id', (value) => /[\u0080-\uffff]/.test(String(value))),
    'users named like prototypes': among(
      'user_id',
      (value) => value === '__proto__' || value === 'constructor',
    ),
    'ids in other scripts': among('event_id', (value) => /[\u0080-\uffff]/.test(String(value))),
    'a null event id': among('event_id', (value) => value === null),
    'a numeric event id': among('event_id', (value) => typeof value === 'number'),
    'unknown types': among('event_type', (value) => value === 'heartbeat'),
    'types in other case': among(
      'event_type',
      (value) => typeof value === 'string' && value !== value.toLowerCase(),
    ),
    'padded types': among('event_type', (value) => typeof value === 'string' && value !== value.trim()),
    'channels in other case': among(
      'acquisition_channel',
      (value) => typeof value === 'string' && /[A-Z]/.test(value),
    ),
    'padded channels': among(
      'acquisition_channel',
      (value) => typeof value === 'string' && value !== value.trim(),
    ),
    'a null channel': among('acquisition_channel', (value) => value === null, ofType('signup')),
    'times in UTC': stamps(/Z$/),
    'times with an offset': stamps(/T.*[+-]\d\d:\d\d$/),
    'times with an offset without a colon': stamps(/T.*[+-]\d{4}$/),
    'times with a space and no zone': stamps(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/),
    'times with nine digits': stamps(/\.\d{9}/),
    'times in lower case': stamps(/\dt.*/),
    'times beyond 2099': stamps(/^2124/),
    'days that do not exist': stamps(/^2024-02-30/),
    'no times': stamps(/yesterday/),
    'numbers for times': among('timestamp', (value) => typeof value === 'number'),
    'schema version 1': rows((row) => row['schema_version'] === 1),
    'schema version 2': rows((row) => row['schema_version'] === 2),
    'schema version 3': rows((row) => row['schema_version'] === 3),
    'a schema version as text': rows((row) => row['schema_version'] === '1'),
    'unknown fields': rows((row) => 'device' in row || 'ip' in row),
    'other key orders':
      lines((line) => line.record !== undefined && Object.keys(line.record)[0] === 'schema_version') +
      raw(/"event_id":"[^"]*"}$/),
    'negative purchases': rows((row) => Number(row['amount']) < 0, ofType('purchase')),
    'negative refunds': rows((row) => Number(row['amount']) < 0, ofType('refund')),
    'amounts as text': among('amount', (value) => typeof value === 'string'),
    'null amounts': among('amount', (value) => value === null),
    'purchases without amount': rows((row) => !('amount' in row), ofType('purchase')),
    'amounts beyond measure': among('amount', (value) => Number(value) >= 1e12),
    'amounts with more than four places': among('amount', (value) => /\.\d{5}/.test(String(value))),
    'a currency on version 1': rows((row) => 'currency' in row, ofVersion(1)),
    'unknown currencies': rows((row) => row['currency'] === 'XBT', ofVersion(2)),
    'numeric currencies': rows((row) => typeof row['currency'] === 'number', ofVersion(2)),
    'currencies in lower case': rows((row) => /^ [a-z]{3} $/.test(String(row['currency']))),
    'null currencies': rows((row) => row['currency'] === null, ofVersion(2)),
    'negative tax': among('tax', (value) => Number(value) < 0),
    'orphan refunds of unknown events': rows((row) => row['refers_to_event_id'] === 'evt-unknown'),
    'refunds of nothing': rows((row) => textOf(row, 'refers_to_event_id') === null, ofType('refund')),
    'refunds of what is no purchase': rows((row) => {
      const target = textOf(row, 'refers_to_event_id');
      return target !== null && target !== 'evt-unknown' && !purchases.has(target);
    }, ofType('refund')),
    'refunds whose line comes before the purchase': rows((row) => {
      const target = purchases.get(textOf(row, 'refers_to_event_id') ?? '');
      return target !== undefined && records.indexOf(row) < records.indexOf(target);
    }, linked),
    'refunds whose time is before the purchase': rows((row) => {
      const target = purchases.get(textOf(row, 'refers_to_event_id') ?? '');
      return target !== undefined && timeOf(row) < timeOf(target);
    }, linked),
  };

  it.each(Object.entries(traps))('%s', (_trap, count) => {
    expect(count).toBeGreaterThan(0);
  });

  it('about one line in a hundred is an exact duplicate', () => {
    const texts = log.map((line) => line.text).filter((text) => text.trim() !== '');
    const share = 1 - new Set(texts).size / texts.length;
    expect(share).toBeGreaterThan(0.007);
    expect(share).toBeLessThan(0.02);
  });

  it('some lines have the id of another and say something else: amount, time, user, version', () => {
    const byId = groupBy(
      records.filter((row) => idOf(row) !== ''),
      idOf,
    );
    const variants = [...byId.values()].filter(
      (rows) => new Set(rows.map((row) => JSON.stringify(row))).size > 1,
    );
    expect(variants.length).toBeGreaterThan(50);
    for (const field of ['amount', 'timestamp', 'user_id', 'schema_version']) {
      const differing = variants.filter((rows) => new Set(rows.map((row) => row[field])).size > 1);
      expect(differing.length, field).toBeGreaterThan(0);
    }
  });

  it('lines come out of order, some by days', () => {
    let latest = Date.UTC(2024, 0, 1);
    let late = 0;
    let veryLate = 0;
    for (const row of records) {
      const time = timeOf(row);
      if (Number.isNaN(time) || time > Date.UTC(2100, 0)) continue;
      if (time < latest - 60_000) late++;
      if (time < latest - 2 * DAY_MS) veryLate++;
      if (time < latest + 2 * DAY_MS) latest = Math.max(latest, time);
    }
    expect(late / records.length).toBeGreaterThan(0.02);
    expect(veryLate).toBeGreaterThan(20);
  });

  it('versions change in the middle, and are mixed for a while', () => {
    const version = records.map((row) => row['schema_version']);
    const first = version.indexOf(2);
    const last = version.lastIndexOf(1);
    expect(first / version.length).toBeGreaterThan(0.02);
    expect(last).toBeGreaterThan(first);
  });
});
