// Lines of an event log: what is a record, what is refused and why, and which of two variants wins (pipeline §1–§3).

import { decodeUtf8, isObject, withoutMark } from './records.js';
import type { JsonObject, Outcome, Reading, Settings } from './records.js';
import {
  channelOf,
  compareBy,
  currencyOf,
  hasBadUnicode,
  inUsd,
  isBlank,
  isMoney,
  lowerTextOf,
  moneyOf,
  textOf,
  timestampOf,
} from './values.js';

export interface EventRecord {
  readonly eventId: string;
  readonly userId: string | null;
  readonly eventType: string;
  readonly eventTs: string;
  readonly eventDate: string;
  readonly schemaVersion: number;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly amountUsd: bigint | null;
  readonly tax: bigint | null;
  readonly refersTo: string | null;
  readonly channel: string | null;
}

const EVENT_TYPES: readonly string[] = [
  'signup',
  'login',
  'page_view',
  'purchase',
  'refund',
  'trial_start',
  'trial_convert',
  'cancel',
];
const UNICODE_FIELDS = [
  'event_id',
  'user_id',
  'event_type',
  'timestamp',
  'currency',
  'refers_to_event_id',
  'acquisition_channel',
];
const MAX_LINE_BYTES = 1_048_576;
const MAX_DEPTH = 64;

/** The later place in this order wins a conflict. */
export const compareVariants = compareBy<EventRecord>(
  (event) => event.schemaVersion,
  (event) => event.eventTs,
  (event) => event.userId !== null,
  (event) => event.amount,
  (event) => event.currency,
  (event) => event.tax,
  (event) => event.refersTo,
  (event) => event.channel,
  (event) => event.eventType,
  (event) => event.userId,
);

/** How deep arrays and objects are nested in a JSON text; brackets inside of strings are none. */
function depthOf(json: string): number {
  let deepest = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json.charAt(at);
    if (inString && char === '\\') at++;
    else if (char === '"') inString = !inString;
    else if (!inString && (char === '{' || char === '[')) deepest = Math.max(deepest, ++depth);
    else if (!inString && (char === '}' || char === ']')) depth--;
  }
  return deepest;
}

function parseObject(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) && depthOf(json) <= MAX_DEPTH ? value : undefined;
  } catch {
    return undefined;
  }
}

function acceptedTimestamp(value: unknown, { from, to }: Settings['eventDates']): string | null {
  const timestamp = timestampOf(value);
  const day = timestamp?.slice(0, 10) ?? '';
  return day < from || day > to ? null : timestamp;
}

interface Payment {
  readonly amount: bigint;
  readonly currency: string;
  readonly tax: bigint | null;
}

function readPayment(
  fields: JsonObject,
  version: number,
  isPurchase: boolean,
  settings: Settings,
): Outcome<Payment> {
  const { amount, tax } = fields;
  if (!isMoney(amount)) return { reason: 'invalid_amount' };
  if (isPurchase && amount < 0) return { reason: 'negative_amount' };
  const currency = version === 1 ? 'USD' : currencyOf(fields['currency'], settings.rates);
  if (currency === undefined) return { reason: 'unknown_currency' };
  const hasTax = version === 2 && isMoney(tax) && tax >= 0;
  return { record: { amount: moneyOf(Math.abs(amount)), currency, tax: hasTax ? moneyOf(tax) : null } };
}

function readObject(fields: JsonObject, settings: Settings): Outcome<EventRecord> {
  if (UNICODE_FIELDS.some((name) => hasBadUnicode(fields[name]))) return { reason: 'invalid_unicode' };
  const eventId = textOf(fields['event_id']);
  if (eventId === null) return { reason: 'missing_event_id' };
  const eventType = lowerTextOf(fields['event_type']);
  if (eventType === null || !EVENT_TYPES.includes(eventType)) return { reason: 'unknown_event_type' };
  const eventTs = acceptedTimestamp(fields['timestamp'], settings.eventDates);
  if (eventTs === null) return { reason: 'invalid_timestamp' };
  const schemaVersion = fields['schema_version'];
  if (schemaVersion !== 1 && schemaVersion !== 2) return { reason: 'unsupported_schema_version' };

  const event: EventRecord = {
    eventId,
    userId: textOf(fields['user_id']),
    eventType,
    eventTs,
    eventDate: eventTs.slice(0, 10),
    schemaVersion,
    amount: null,
    currency: null,
    amountUsd: null,
    tax: null,
    refersTo: eventType === 'refund' ? textOf(fields['refers_to_event_id']) : null,
    channel: eventType === 'signup' ? channelOf(fields['acquisition_channel']) : null,
  };
  if (eventType !== 'purchase' && eventType !== 'refund') return { record: event };
  const payment = readPayment(fields, schemaVersion, eventType === 'purchase', settings);
  if ('reason' in payment) return payment;
  const { amount, currency } = payment.record;
  return { record: { ...event, ...payment.record, amountUsd: inUsd(amount, currency, settings.rates) } };
}

function readLine(line: Uint8Array, settings: Settings): Outcome<EventRecord> {
  if (line.length > MAX_LINE_BYTES) return { reason: 'line_too_long' };
  const text = decodeUtf8(line);
  if (text === undefined) return { reason: 'invalid_utf8' };
  const fields = parseObject(withoutMark(text));
  return fields === undefined ? { reason: 'invalid_json' } : readObject(fields, settings);
}

const LF = 0x0a;
const CR = 0x0d;

/** The physical lines of a log, each with its end. */
export function splitLines(log: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < log.length;) {
    const end = log.indexOf(LF, start);
    const next = end < 0 ? log.length : end + 1;
    lines.push(log.subarray(start, next));
    start = next;
  }
  return lines;
}

function withoutLineEnd(line: Uint8Array): Uint8Array {
  const body = line.at(-1) === LF ? line.subarray(0, -1) : line;
  return body.at(-1) === CR ? body.subarray(0, -1) : body;
}

/** Text for people to look at: what is no UTF-8 becomes U+FFFD. */
function shown(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The records of a log, whose first line has the number `firstLine`; blank lines are none, but count as lines. */
export function readLog(
  log: Uint8Array,
  firstLine: number,
  settings: Settings,
): readonly Reading<EventRecord>[] {
  return splitLines(log).flatMap((bytes, index) => {
    const line = withoutLineEnd(bytes);
    if (isBlank(withoutMark(shown(line)))) return [];
    return [{ line: firstLine + index, raw: shown(line), outcome: readLine(line, settings) }];
  });
}
