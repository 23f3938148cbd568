// What goes wrong on an event's way into the log: a table of spoilt and stray lines, each with how often it comes.

import { dateText } from './calendar.js';
import { eventFields, eventId, eventLine, type EventType, type Fields, type ProductEvent } from './event.js';
import type { Random } from './random.js';

/** A line without its end, as text or as bytes that are no text. */
export type Line = string | Uint8Array;

/** A kind of dirt: how often it comes, and what then stands in the log. */
interface Oddity {
  /** Lines of the log between two of a kind, on average. */
  readonly every: number;
  /** The events it can happen to; any, if absent. */
  readonly suits?: (event: ProductEvent) => boolean;
  /** The line that stands before the event's own line, or instead of it. */
  readonly line: (event: ProductEvent, random: Random) => Line;
  /** Whether the event's own line follows all the same. */
  readonly stray?: true;
}

const json = (fields: Fields): string => JSON.stringify(fields);

const isOf =
  (...types: readonly EventType[]) =>
  (event: ProductEvent): boolean =>
    types.includes(event.type);
const isActivity = isOf('login', 'page_view');
const isPayment = isOf('purchase', 'refund');
const isPaymentOf =
  (version: 1 | 2) =>
  (event: ProductEvent): boolean =>
    isPayment(event) && event.version === version;

/** The event with other fields; `undefined` leaves one out. */
const changed =
  (changes: Fields) =>
  (event: ProductEvent): string =>
    json({ ...eventFields(event), ...changes });

/** The event with text around one of its fields, or in another case. */
const rewritten =
  (field: string, rewrite: (text: string) => string) =>
  (event: ProductEvent): string => {
    const fields = eventFields(event);
    return json({ ...fields, [field]: rewrite(String(fields[field])) });
  };

const titleCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A refund that names no purchase of this log. */
const orphanRefund =
  (refersTo: Fields) =>
  (event: ProductEvent, random: Random): string =>
    json({
      ...eventFields(event),
      event_id: `orphan-${event.number}`,
      event_type: 'refund',
      amount: random.between(500, 15_000) / 100,
      ...refersTo,
    });

const brokenRecords: readonly Oddity[] = [
  { every: 1200, line: (event, random) => eventLine(event).slice(0, random.between(1, 110)) },
  { every: 3500, stray: true, line: () => '<html><body>502 Bad Gateway</body></html>' },
  { every: 4500, stray: true, line: () => '[1,2,3]' },
  { every: 6500, stray: true, line: () => '"event"' },
  { every: 7000, stray: true, line: () => '{"a":'.repeat(70) + '1' + '}'.repeat(70) },
  { every: 5000, line: (event) => invalidUtf8(eventLine(event)) },
  { every: 2500, stray: true, line: () => '' },
  { every: 6000, stray: true, line: (_event, random) => random.pick([' ', '\t', ' \t  ']) },
  { every: 4000, line: (event) => `\uFEFF${eventLine(event)}` },
  { every: 900, line: (event) => `${eventLine(event)}\r` },
  { every: 8000, suits: isActivity, line: (event) => eventLine(event).replace(/"user_id": ?"/, '$&\\ud83d') },
  { every: 8000, suits: isActivity, line: (event) => eventLine(event).replace(/"user_id": ?"/, '$&\\u0000') },
];

const oddIdentities: readonly Oddity[] = [
  { every: 700, line: changed({ user_id: null }) },
  { every: 900, line: changed({ user_id: undefined }) },
  { every: 2500, line: (event) => changed({ user_id: event.user })(event) },
  { every: 4000, line: changed({ user_id: '  ' }) },
  { every: 3000, line: rewritten('user_id', (text) => ` ${text}\t`) },
  { every: 4000, suits: isActivity, line: changed({ event_id: null }) },
  { every: 5000, suits: isActivity, line: changed({ event_id: undefined }) },
  { every: 6000, suits: isActivity, line: (event) => changed({ event_id: event.number })(event) },
  { every: 5000, suits: isActivity, line: rewritten('event_id', (text) => `évt-✓-${text}`) },
  { every: 3000, suits: isActivity, line: changed({ event_type: 'heartbeat' }) },
  { every: 6000, suits: isActivity, line: changed({ event_type: null }) },
  { every: 1500, line: rewritten('event_type', (text) => text.toUpperCase()) },
  { every: 2000, line: rewritten('event_type', (text) => ` ${titleCase(text)} `) },
  { every: 400, suits: isOf('signup'), line: rewritten('acquisition_channel', titleCase) },
  {
    every: 600,
    suits: isOf('signup'),
    line: rewritten('acquisition_channel', (text) => ` ${text.toUpperCase()}  `),
  },
  {
    every: 1500,
    suits: isOf('signup'),
    line: rewritten('acquisition_channel', (text) => text.replace(' ', ' \t ')),
  },
  { every: 700, suits: isOf('signup'), line: changed({ acquisition_channel: null }) },
  { every: 2000, suits: isOf('signup'), line: changed({ acquisition_channel: undefined }) },
];

const oddTimes: readonly Oddity[] = [
  {
    every: 5000,
    suits: isActivity,
    line: (event) => changed({ timestamp: `2124-${dateText(event.number % 300).slice(5)}T08:00:00Z` })(event),
  },
  { every: 5000, suits: isActivity, line: changed({ timestamp: 'yesterday' }) },
  { every: 6000, suits: isActivity, line: changed({ timestamp: '2024-02-30T10:00:00Z' }) },
  { every: 6000, suits: isActivity, line: changed({ timestamp: 1709200000 }) },
  { every: 7000, suits: isActivity, line: changed({ timestamp: undefined }) },
  { every: 2000, line: rewritten('timestamp', (text) => text.replace('T', 't').replace('Z', 'z')) },
  {
    every: 2500,
    line: rewritten('timestamp', (text) => text.replace(/(:\d\d)(\.\d+)?(?=[Z+-]|$)/, '$1.123456789')),
  },
  { every: 3000, line: rewritten('timestamp', (text) => ` ${text} `) },
];

const oddMoney: readonly Oddity[] = [
  {
    every: 2500,
    suits: isOf('purchase'),
    line: (event) => changed({ amount: -(event.amount ?? 0) / 100 })(event),
  },
  { every: 2500, suits: isOf('purchase'), line: rewritten('amount', (text) => text) },
  { every: 5000, suits: isOf('purchase'), line: changed({ amount: null }) },
  { every: 6000, suits: isOf('purchase'), line: changed({ amount: undefined }) },
  { every: 8000, suits: isOf('purchase'), line: changed({ amount: 1e15 }) },
  {
    every: 2500,
    suits: isOf('purchase'),
    line: (event) => changed({ amount: (event.amount ?? 0) / 100 + 0.00345 })(event),
  },
  {
    every: 2000,
    suits: isOf('refund'),
    line: (event) => changed({ amount: -(event.amount ?? 0) / 100 })(event),
  },
  { every: 700, suits: isPaymentOf(1), line: changed({ currency: 'EUR' }) },
  { every: 3000, suits: isPaymentOf(2), line: changed({ currency: 'XBT' }) },
  { every: 6000, suits: isPaymentOf(2), line: changed({ currency: 978 }) },
  { every: 2500, suits: isPaymentOf(2), line: changed({ currency: null }) },
  { every: 1500, suits: isPaymentOf(2), line: rewritten('currency', (text) => ` ${text.toLowerCase()} `) },
  { every: 4000, suits: isPaymentOf(2), line: changed({ tax: -1 }) },
  { every: 5000, suits: isPaymentOf(2), line: changed({ tax: '3.80' }) },
  { every: 1500, suits: isActivity, stray: true, line: orphanRefund({ refers_to_event_id: 'evt-unknown' }) },
  { every: 3000, suits: isActivity, stray: true, line: orphanRefund({ refers_to_event_id: null }) },
  { every: 4000, suits: isActivity, stray: true, line: orphanRefund({}) },
  {
    every: 5000,
    suits: isActivity,
    stray: true,
    line: (event, random) => orphanRefund({ refers_to_event_id: eventId(event.number) })(event, random),
  },
];

const oddSchemas: readonly Oddity[] = [
  { every: 4000, suits: isActivity, line: changed({ schema_version: 3 }) },
  { every: 5000, suits: isActivity, line: changed({ schema_version: '1' }) },
  { every: 6000, suits: isActivity, line: changed({ schema_version: null }) },
  { every: 800, line: changed({ device: { os: 'ios', tags: ['beta', null] } }) },
  { every: 1500, line: changed({ ip: '203.0.113.7', ä: 1 }) },
  { every: 1500, line: (event) => json(Object.fromEntries(Object.entries(eventFields(event)).reverse())) },
];

const ODDITIES: readonly Oddity[] = [
  ...brokenRecords,
  ...oddIdentities,
  ...oddTimes,
  ...oddMoney,
  ...oddSchemas,
];

/** Deals out the oddities: each comes about once in its `every` lines, as soon as an event suits it. */
export class OddityDealer {
  private readonly random: Random;
  private readonly due: Float64Array;
  private soonest = 0;

  constructor(random: Random) {
    this.random = random;
    this.due = Float64Array.from(ODDITIES, ({ every }) => random.below(every));
  }

  /** The oddity that happens to `event` at this line of the log, if any. */
  next(line: number, event: ProductEvent): Oddity | undefined {
    if (line < this.soonest) return undefined;
    const index = this.due.findIndex((due, kind) => due <= line && (ODDITIES[kind]?.suits?.(event) ?? true));
    const oddity = ODDITIES[index];
    if (oddity === undefined) return undefined;
    this.due[index] = line + oddity.every / 2 + this.random.below(oddity.every);
    this.soonest = this.due.reduce((least, due) => Math.min(least, due), Infinity);
    return oddity;
  }
}

/** The line with a byte in its user id that no UTF-8 text has. */
function invalidUtf8(line: string): Uint8Array {
  const bytes = Buffer.from(line, 'utf8');
  bytes[bytes.indexOf('user_id') + 12] = 0xff;
  return bytes;
}
