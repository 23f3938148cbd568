// Small messy data for laws: few ids, users and days, so that conflicts, waiting refunds and month ends do happen, with
// every trap of the rules now and then. Text is generated, not objects: the same value arrives in many spellings.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Delivery } from './deliveries.js';

/** Mostly the first, now and then the second. */
function rarely<T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>, one = 60): fc.Arbitrary<T> {
  return fc.oneof({ weight: one, arbitrary: good }, { weight: 1, arbitrary: bad });
}

/** A field of a JSON object: its name and the JSON text of its value. */
type Field = readonly [name: string, json: string];

function fieldOf(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Field> {
  return value.map((json) => [name, json] as const);
}

const jsonText = (...values: readonly unknown[]): fc.Arbitrary<string> =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));

/** JSON as it is written; what `JSON.stringify` would not write. */
const rawJson = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const wrongType = rawJson('null', '7', 'true', '[]', '{}', '"\\ud800"', '"a\\u0000b"', '""', '" \\t "');

const DAYS = [
  '2023-12-31',
  '2024-01-01',
  '2024-01-30',
  '2024-01-31',
  '2024-02-01',
  '2024-02-28',
  '2024-02-29',
  '2024-03-01',
];
const USERS = ['u1', 'u2', 'ü3', '\u{1F600}', '\uFF0E'];
const EVENT_IDS = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7'];
const CHANNELS = ['google', ' Google ', 'Face  book', 'face\tbook', 'ORGANIC', '\u{1F600}', '\uFF0E'];
const CURRENCIES = ['USD', 'EUR', ' eur ', 'JPY', ''];

const day = fc.constantFrom(...DAYS);

const timestamp = fc
  .record({
    day,
    separator: fc.constantFrom('T', 't', ' '),
    time: fc.constantFrom('00:00:00', '12:30:00', '23:59:59'),
    fraction: fc.constantFrom('', '.5', '.500000', '.999999999'),
    zone: fc.constantFrom('Z', 'z', '', '+02:00', '-0530', '+14:00', '-00:00'),
  })
  .map(({ day, separator, time, fraction, zone }) =>
    JSON.stringify(day + separator + time + fraction + zone),
  );

const badTimestamp = jsonText(
  '2024-02-30T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01',
  '1999-12-31T23:59:59Z',
  'soon',
);

const amount = rawJson(
  '5',
  '5.0',
  '5e0',
  '0',
  '-0',
  '0.1',
  '10.00005',
  '0.00005',
  '-4',
  '-0.00001',
  '33.33',
  '12345678901.2345',
);
const badAmount = rawJson('"5"', 'null', '1e12', '-1e12', '1e999');

const eventType = fc.oneof(
  { weight: 6, arbitrary: jsonText('purchase', 'Purchase') },
  { weight: 3, arbitrary: jsonText('refund') },
  { weight: 2, arbitrary: jsonText('signup', ' SIGNUP ') },
  { weight: 3, arbitrary: jsonText('login', 'page_view', 'trial_start', 'trial_convert', 'cancel') },
);

const eventFields: fc.Arbitrary<readonly Field[]> = fc.tuple(
  fieldOf('event_id', rarely(jsonText(...EVENT_IDS, ' e1 '), wrongType)),
  fieldOf('user_id', rarely(jsonText(...USERS, ' u1 ', null), wrongType)),
  fieldOf('event_type', rarely(eventType, fc.oneof(wrongType, jsonText('logout')))),
  fieldOf('timestamp', rarely(timestamp, fc.oneof(wrongType, badTimestamp))),
  fieldOf('schema_version', rarely(rawJson('1', '2', '2', '2.0'), rawJson('3', '"1"', 'null', 'true'))),
  fieldOf('amount', rarely(amount, badAmount)),
  fieldOf(
    'currency',
    rarely(jsonText(...CURRENCIES, null), fc.oneof(wrongType, jsonText('XXX', 'toString'))),
  ),
  fieldOf('tax', rawJson('null', '0', '1.5', '-1', '"2"', '2.00005')),
  fieldOf(
    'refers_to_event_id',
    rarely(jsonText(...EVENT_IDS, ' e2 ', 'gone'), fc.oneof(wrongType, jsonText(null))),
  ),
  fieldOf('acquisition_channel', rarely(jsonText(...CHANNELS, null, '(All  Channels)'), wrongType)),
);

const extraField: fc.Arbitrary<readonly Field[]> = rarely(
  fc.constant([]),
  fc.constantFrom<readonly Field[]>(
    [['extra', '{"a": [1, "}"]}']],
    [['__proto__', '{"user_id": "u9"}']],
    [['event_id', '"e7"']],
    [['deep', '['.repeat(63) + ']'.repeat(63)]],
    [['deeper', '['.repeat(64) + ']'.repeat(64)]],
    [['text', '"\\"[{\\\\"']],
  ),
  8,
);

/** Any order, now and then a field missing or one too many (also a repeated key: the last one counts). */
function mixed(
  fields: fc.Arbitrary<readonly Field[]>,
  extra: fc.Arbitrary<readonly Field[]>,
): fc.Arbitrary<readonly Field[]> {
  return fc.tuple(fields, extra).chain(([known, more]) => {
    const all = [...known, ...more];
    return rarely(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length - 2 }), 6);
  });
}

/** The same object in one of several spellings. */
function spell(fields: readonly Field[], spelling: 'compact' | 'spaced' | 'escaped'): string {
  const gap = spelling === 'spaced' ? ' ' : '';
  const members = fields.map(([name, json]) => {
    const key = JSON.stringify(name);
    return spelling === 'escaped' ? `${escapeFirst(key)}:${escapeFirst(json)}` : `${key}:${gap}${json}`;
  });
  return `${gap}{${gap}${members.join(`,${gap}`)}${gap}}${gap}`;
}

/** `"event_id"` as `"\u0065vent_id"`. */
function escapeFirst(json: string): string {
  return json.replace(/^"[a-z]/, (start) => `"\\u${start.charCodeAt(1).toString(16).padStart(4, '0')}`);
}

const objectText = (fields: fc.Arbitrary<readonly Field[]>): fc.Arbitrary<string> =>
  fc
    .tuple(fields, fc.constantFrom<'compact' | 'spaced' | 'escaped'>('compact', 'spaced', 'escaped'))
    .map(([all, spelling]) => spell(all, spelling));

const eventText = objectText(mixed(eventFields, extraField));

/** A line without its end. */
type LineBody = Uint8Array;

const utf8 = (text: string): LineBody => Buffer.from(text);

const rawLine: fc.Arbitrary<LineBody> = fc
  .constantFrom(
    '',
    '  ',
    '\t\v\f',
    '\uFEFF',
    '\uFEFF ',
    'not json',
    '[]',
    '42',
    '"text"',
    '{}',
    '{',
    '\uFEFF\uFEFF{}',
    '\r',
  )
  .map(utf8);

/** No complete object may be left before the damage: a log cut there would then hold another record. */
function damage(text: string, at: number, kind: 'cut' | 'invalid-byte'): LineBody {
  const bytes = utf8(text.trimEnd());
  const position = at % Math.max(1, bytes.length - 1);
  const head = bytes.subarray(0, position);
  return kind === 'cut' ? head : Buffer.concat([head, Buffer.of(0xff), bytes.subarray(position)]);
}

const damagedLine: fc.Arbitrary<LineBody> = fc
  .tuple(eventText, fc.nat(400), fc.constantFrom<'cut' | 'invalid-byte'>('cut', 'invalid-byte'))
  .map(([text, at, kind]) => damage(text, at, kind));

const lineBody: fc.Arbitrary<LineBody> = fc.oneof(
  { weight: 20, arbitrary: eventText.map(utf8) },
  { weight: 2, arbitrary: eventText.map((text) => utf8(`\uFEFF${text}`)) },
  { weight: 1, arbitrary: rawLine },
  { weight: 1, arbitrary: damagedLine },
);

/** A line of a log, its end included. */
export type LogLine = Uint8Array;

export const logLine: fc.Arbitrary<LogLine> = fc
  .tuple(lineBody, rarely(fc.constant('\n'), fc.constant('\r\n'), 4))
  .map(([body, end]) => Buffer.concat([body, Buffer.from(end)]));

export const logLines: fc.Arbitrary<readonly LogLine[]> = fc.array(logLine, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});

/** The bytes of a log; with `terminated` false the last line lacks its LF. */
export function logBytes(lines: readonly LogLine[], terminated = true): Uint8Array {
  const bytes = Buffer.concat(lines);
  return terminated ? bytes : bytes.subarray(0, -1);
}

const LOG_NAMES = ['.ndjson', '-2.ndjson', '-10.ndjson.gz', '_copy.ndjson'];

function logFile(stem: string, place: number, content: Uint8Array): Delivery {
  const name = `${stem}${LOG_NAMES[place] ?? `-${place}.ndjson`}`;
  return { name, bytes: name.endsWith('.gz') ? gzipSync(content) : content };
}

/** Puts each item into one of `count` groups, keeping their order within a group; empty groups are left out. */
function grouped<T>(items: readonly T[], count: number): fc.Arbitrary<readonly (readonly T[])[]> {
  return fc
    .array(fc.nat(count - 1), { minLength: items.length, maxLength: items.length })
    .map((groups) =>
      Array.from({ length: count }, (_, group) =>
        items.filter((_item, index) => groups[index] === group),
      ).filter(({ length }) => length > 0),
    );
}

/** Runs that together deliver each line at least once: shuffled, repeated, split into files, names used again. */
export function shuffledDeliveries(
  lines: readonly LogLine[],
  stem = 'events',
): fc.Arbitrary<readonly (readonly Delivery[])[]> {
  const order = fc.shuffledSubarray([...lines], { minLength: lines.length });
  const repeats = fc.subarray([...lines]);
  return fc
    .tuple(order, repeats)
    .chain(([first, again]) => grouped([...first, ...again], 5))
    .chain((files) => fc.tuple(grouped(files, 3), fc.infiniteStream(fc.boolean())))
    .map(([runs, terminated]) =>
      runs.map((files) =>
        files.map((file, place) => logFile(stem, place, logBytes(file, terminated.next().value === true))),
      ),
    );
}

/** Runs that deliver one log as it grows, cut at any byte, whole in the end. */
export function growingDeliveries(
  lines: readonly LogLine[],
  stem = 'events',
): fc.Arbitrary<readonly (readonly Delivery[])[]> {
  const whole = logBytes(lines);
  return fc
    .array(fc.nat(whole.length), { maxLength: 4 })
    .map((cuts) =>
      [...cuts.sort((a, b) => a - b), whole.length].map((end) => [
        { name: `${stem}.ndjson`, bytes: whole.subarray(0, end) },
      ]),
    );
}

const subscriptionFields: fc.Arbitrary<readonly Field[]> = fc
  .record({
    end: fc.oneof(day, fc.constant(null)),
    status: fc.constantFrom('canceled', 'Cancelled', 'active'),
  })
  .chain(({ end, status }) =>
    fc.tuple(
      fieldOf('subscription_id', rarely(jsonText('s1', 's2', 's3', ' s3 ', 's4', 's5'), wrongType)),
      fieldOf('user_id', rarely(jsonText(...USERS), wrongType)),
      fieldOf('plan_id', rarely(jsonText('basic', ' Pro ', 'team'), jsonText('gold', null))),
      fieldOf('price', rarely(rawJson('0', '10', '20.00', '10.00005', '1e1'), rawJson('-1', '"9"', '1e12'))),
      fieldOf('currency', rarely(jsonText('USD', 'EUR', null), jsonText('XXX', 5))),
      fieldOf(
        'start_date',
        rarely(jsonText(...DAYS.slice(0, 5), ' 2024-01-01 '), jsonText('2024-02-30', null)),
      ),
      fieldOf('end_date', rarely(jsonText(end), jsonText('', '9999-12-31', 'never'))),
      fieldOf('status', rarely(jsonText(end === null ? 'active' : status), jsonText('paused', null))),
      fieldOf('created_at', fc.oneof(timestamp, jsonText(null, 'soon'))),
    ),
  );

const noExtraField: fc.Arbitrary<readonly Field[]> = fc.constant([]);
const subscriptionElement = rarely(
  objectText(mixed(subscriptionFields, noExtraField)),
  rawJson('null', '[]', '"x"', '[{"subscription_id":"s1"}]'),
);

/** Bytes of a `subscriptions*.json`. */
export const subscriptionsFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(subscriptionElement, { maxLength: 12, size: 'max' }),
    fc.constantFrom('', '\uFEFF'),
    fc.constantFrom('', '\n '),
  )
  .map(([elements, mark, gap]) => utf8(`${mark}[${gap}${elements.join(`,${gap}`)}${gap}]`));

interface SpendCells {
  readonly date: string;
  readonly channel: string;
  readonly spend: string;
  readonly note: string;
}

const spendCells: fc.Arbitrary<SpendCells> = fc.record({
  date: rarely(day, fc.constantFrom('2024-13-01', '', 'x')),
  channel: rarely(fc.constantFrom(...CHANNELS), fc.constantFrom('', '(all channels)', 'a\0b')),
  spend: rarely(
    fc.constantFrom('100', ' 10 ', '+7.5', '0', '-0', '0.00005', '99999999999.99994'),
    fc.constantFrom('', '1e3', '.5', '5.', '-5', '-0.00001', '1000000000000'),
  ),
  note: fc.constantFrom('', 'x', 'a "b"', 'line\nbreak', 'comma,', '\r'),
});

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const spendRow: fc.Arbitrary<string> = rarely(
  spendCells.map(({ channel, note, spend, date }) => [channel, note, spend, date].map(csvCell).join(',')),
  fc.constantFrom('', '  ', 'google,x,1', '"google"x,,1,2024-01-01', 'google,a"b,5,2024-01-01', 'a,b,c,d,e'),
  8,
);

/** Bytes of a `marketing_spend*.csv`. */
export const spendFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(spendRow, { maxLength: 12 }),
    fc.constantFrom('', '\uFEFF'),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([rows, mark, end, terminated]) => {
    const lines = [' Channel ,Note,"SPEND",date', ...rows].join(end);
    return utf8(mark + lines + (terminated ? end : ''));
  });

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    fc.constant([]),
    arbitrary.map((value) => [value]),
  );

const named = (names: readonly string[], bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Delivery> =>
  fc.record({ name: fc.constantFrom(...names), bytes });

const subscriptionsDelivery = named(
  ['subscriptions.json', 'subscriptions-2.json', 'subscriptions-10.json'],
  subscriptionsFile,
);
const spendDelivery = named(['marketing_spend.csv', 'marketing_spend-2.csv'], spendFile);

/** At most one extract of each kind. */
export const extracts: fc.Arbitrary<readonly Delivery[]> = fc
  .tuple(optional(subscriptionsDelivery), optional(spendDelivery))
  .map((files) => files.flat());

/** The extracts of a run, in which no two have the same name. */
const runExtracts: fc.Arbitrary<readonly Delivery[]> = fc
  .tuple(extracts, extracts)
  .map((files) => [...new Map(files.flat().map((file) => [file.name, file])).values()]);

/** Some runs, each with something to read: logs that come in any manner, and extracts, an old one now and then again. */
export const deliveries: fc.Arbitrary<readonly (readonly Delivery[])[]> = logLines
  .chain((lines) => fc.oneof(shuffledDeliveries(lines), growingDeliveries(lines)))
  .chain((logRuns) =>
    fc
      .array(runExtracts, { minLength: logRuns.length, maxLength: logRuns.length + 1 })
      .map((extractRuns) => extractRuns.map((files, run) => [...(logRuns[run] ?? []), ...files])),
  )
  .map((runs) => runs.filter(({ length }) => length > 0));
