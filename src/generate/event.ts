// One event of the product, and its line in the log. The same event always gives the same text.

import { DAY_MS, FIRST_DAY_MS, dateText } from './calendar.js';
import { CHANNELS, CURRENCIES, userIdJson } from './product.js';

/** What users do, as the log names it. */
export type EventType =
  'signup' | 'login' | 'page_view' | 'purchase' | 'refund' | 'trial_start' | 'trial_convert' | 'cancel';

/** How a client writes a time: an instant in UTC, with the user's offset, or UTC without saying so. */
export type TimestampForm = 'utc' | 'offset' | 'space';

/** An event as it happened, before anything goes wrong on its way into the log. */
export interface ProductEvent {
  /** The event id; positive, counted through the whole data set. */
  readonly number: number;
  readonly user: number;
  readonly type: EventType;
  /** Milliseconds of the day at which the line reaches the log. */
  readonly arrivalMs: number;
  /** Milliseconds since the first day's midnight: what the client's clock said. */
  readonly timestampMs: number;
  readonly form: TimestampForm;
  readonly version: 1 | 2;
  /** Hundredths of the currency; purchase and refund only. */
  readonly amount: number | undefined;
  /** Index into the currencies. */
  readonly currency: number | undefined;
  /** The number of the refunded purchase. */
  readonly refersTo: number | undefined;
  /** Index into the channels; signup only. */
  readonly channel: number | undefined;
}

/** The fields of a line, in the order they are written. */
export type Fields = Record<string, unknown>;

/** `evt-000000123`. */
export function eventId(number: number): string {
  return `evt-${String(number).padStart(9, '0')}`;
}

/** The line without its end: the first version's clients put spaces into their JSON, the second's do not. */
export function eventLine(event: ProductEvent): string {
  return event.version === 1 ? firstVersionLine(event) : secondVersionLine(event);
}

/** The same fields as an object, for lines that are to go wrong. */
export function eventFields(event: ProductEvent): Fields {
  return JSON.parse(eventLine(event)) as Fields;
}

function firstVersionLine(event: ProductEvent): string {
  let more = '';
  if (event.amount !== undefined) more += `, "amount": ${decimalText(event.amount)}`;
  if (event.refersTo !== undefined) more += `, "refers_to_event_id": "${eventId(event.refersTo)}"`;
  if (event.channel !== undefined) more += `, "acquisition_channel": "${channelName(event)}"`;
  return (
    `{"event_id": "${eventId(event.number)}", "user_id": ${userIdJson(event.user)}, "event_type": "${event.type}", ` +
    `"timestamp": "${timestampText(event)}", "schema_version": 1${more}}`
  );
}

function secondVersionLine(event: ProductEvent): string {
  let more = '';
  if (event.amount !== undefined) more += paymentFields(event.amount, event.currency ?? 0);
  if (event.refersTo !== undefined) more += `,"refers_to_event_id":"${eventId(event.refersTo)}"`;
  if (event.channel !== undefined) more += `,"acquisition_channel":"${channelName(event)}"`;
  return (
    `{"event_id":"${eventId(event.number)}","user_id":${userIdJson(event.user)},"event_type":"${event.type}",` +
    `"timestamp":"${timestampText(event)}","schema_version":2${more}}`
  );
}

function paymentFields(amount: number, currency: number): string {
  const { code, step, taxPercent } = CURRENCIES[currency] ?? { code: 'USD', step: 1, taxPercent: 0 };
  const tax = Math.round((amount * taxPercent) / (100 * step)) * step;
  return `,"amount":${amount / 100},"currency":"${code}","tax":${tax / 100}`;
}

function channelName(event: ProductEvent): string {
  return CHANNELS[event.channel ?? 0]?.name ?? '';
}

/** Hundredths as a decimal with a point, as a language that tells floats from integers prints it. */
function decimalText(hundredths: number): string {
  return hundredths % 100 === 0 ? `${hundredths / 100}.0` : String(hundredths / 100);
}

const OFFSETS = [
  { text: '+02:00', minutes: 120 },
  { text: '-05:00', minutes: -300 },
  { text: '+0530', minutes: 330 },
  { text: '-0800', minutes: -480 },
] as const;

/** The event's time as its client writes it; clients of the second version add milliseconds. */
function timestampText(event: ProductEvent): string {
  const millis = event.version === 2;
  if (event.form === 'utc') return `${clockText(event.timestampMs, 'T', millis)}Z`;
  if (event.form === 'space') return clockText(event.timestampMs, ' ', millis);
  const offset = OFFSETS[event.user & 3] ?? OFFSETS[0];
  return clockText(event.timestampMs + offset.minutes * 60_000, 'T', millis) + offset.text;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
let cachedDay = 0;
let cachedDate = dateText(0);

function clockText(ms: number, separator: string, withMillis: boolean): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== cachedDay) {
    cachedDay = day;
    cachedDate = dateText(day);
  }
  const second = Math.floor((ms - day * DAY_MS) / 1000);
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const fraction = withMillis ? `.${String(ms - day * DAY_MS - second * 1000).padStart(3, '0')}` : '';
  return `${cachedDate}${separator}${clock}${fraction}`;
}

function two(value: number): string {
  return TWO_DIGITS[value] ?? '';
}

/** An instant in UTC with milliseconds, as an ISO text. */
export function isoText(timestampMs: number): string {
  return new Date(FIRST_DAY_MS + timestampMs).toISOString();
}
