// Elements of a subscriptions extract: what is refused and why, and which of two wins within an extract (pipeline §4).

import { BrokenFile, decodeUtf8, isObject, withoutMark } from './records.js';
import type { Outcome, Reading, Settings } from './records.js';
import {
  compareBy,
  currencyOf,
  dateOf,
  hasBadUnicode,
  inUsd,
  isMoney,
  lowerTextOf,
  moneyOf,
  textOf,
  timestampOf,
  trim,
} from './values.js';

export interface SubscriptionRecord {
  readonly subscriptionId: string;
  readonly userId: string;
  readonly planId: string;
  readonly price: bigint;
  readonly currency: string;
  readonly priceUsd: bigint;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly status: string;
  readonly createdAt: string | null;
}

const PLANS: readonly string[] = ['basic', 'pro', 'team'];
const TEXT_FIELDS = [
  'subscription_id',
  'user_id',
  'plan_id',
  'currency',
  'start_date',
  'end_date',
  'status',
  'created_at',
];

/** The later place in this order wins within one extract. */
export const compareSubscriptions = compareBy<SubscriptionRecord>(
  (row) => row.createdAt,
  (row) => row.endDate,
  (row) => row.priceUsd,
  (row) => row.planId,
  (row) => row.currency,
  (row) => row.userId,
  (row) => row.status,
  (row) => row.startDate,
  (row) => row.price,
);

/** Null for no end, undefined for a value that is no date. */
function endDateOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && trim(value) === '9999-12-31') return null;
  return dateOf(value) ?? undefined;
}

function statusOf(value: unknown): 'active' | 'canceled' | undefined {
  const status = lowerTextOf(value);
  if (status === 'active') return status;
  return status === 'canceled' || status === 'cancelled' ? 'canceled' : undefined;
}

function readElement(element: unknown, settings: Settings): Outcome<SubscriptionRecord> {
  if (!isObject(element)) return { reason: 'invalid_json' };
  if (TEXT_FIELDS.some((name) => hasBadUnicode(element[name]))) return { reason: 'invalid_unicode' };
  const subscriptionId = textOf(element['subscription_id']);
  if (subscriptionId === null) return { reason: 'missing_subscription_id' };
  const userId = textOf(element['user_id']);
  if (userId === null) return { reason: 'missing_user_id' };
  const planId = lowerTextOf(element['plan_id']);
  if (planId === null || !PLANS.includes(planId)) return { reason: 'unknown_plan' };
  const price = element['price'];
  if (!isMoney(price) || price < 0) return { reason: 'invalid_price' };
  const currency = currencyOf(element['currency'], settings.rates);
  if (currency === undefined) return { reason: 'unknown_currency' };
  const startDate = dateOf(element['start_date']);
  if (startDate === null) return { reason: 'invalid_start_date' };
  const endDate = endDateOf(element['end_date']);
  if (endDate === undefined) return { reason: 'invalid_end_date' };
  if (endDate !== null && endDate < startDate) return { reason: 'end_before_start' };
  const status = statusOf(element['status']);
  if (status === undefined) return { reason: 'invalid_status' };
  if (status === 'canceled' && endDate === null) return { reason: 'canceled_without_end_date' };
  return {
    record: {
      subscriptionId,
      userId,
      planId,
      price: moneyOf(price),
      currency,
      priceUsd: inUsd(moneyOf(price), currency, settings.rates),
      startDate,
      endDate,
      status,
      createdAt: timestampOf(element['created_at']),
    },
  };
}

function parseArray(json: string, fileName: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value)) return value as readonly unknown[];
  } catch {
    // Not JSON at all is told in the same words.
  }
  throw new BrokenFile(`${fileName}: expected a JSON array`);
}

/** Where the commas between the elements of a (valid) JSON array stand, between its two brackets. */
function elementBounds(array: string): readonly number[] {
  const bounds: number[] = [];
  let depth = 0;
  let inString = false;
  for (let at = 0; at < array.length; at++) {
    const char = array.charAt(at);
    if (inString && char === '\\') at++;
    else if (char === '"') inString = !inString;
    else if (inString) continue;
    else if (char === ',' && depth === 1) bounds.push(at);
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return [array.indexOf('['), ...bounds, array.lastIndexOf(']')];
}

/** The text of each element, without the white space around it. */
function elementTexts(array: string): readonly string[] {
  const bounds = elementBounds(array);
  return bounds.slice(1).map((end, index) => trim(array.slice((bounds[index] ?? 0) + 1, end)));
}

/** The records of an extract; a record's line is its position in the array. */
export function readExtract(
  bytes: Uint8Array,
  fileName: string,
  settings: Settings,
): readonly Reading<SubscriptionRecord>[] {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new BrokenFile(`${fileName}: expected UTF-8`);
  const json = withoutMark(text);
  const elements = parseArray(json, fileName);
  const raw = elementTexts(json);
  return elements.map((element, index) => ({
    line: index + 1,
    raw: raw[index] ?? '',
    outcome: readElement(element, settings),
  }));
}
