// Silver as plain arrays: one event per id, the newest extract per key, and what follows from them (pipeline §3–§6).

import type { Batch } from './deliveries.js';
import { compareVariants } from './events.js';
import type { EventRecord } from './events.js';
import { acceptedOf } from './records.js';
import { compareSubscriptions } from './subscriptions.js';
import type { SpendRecord } from './spend.js';
import type { SubscriptionRecord } from './subscriptions.js';
import { addDays, compareBy, daysFrom, groupBy, largest, mondayOf } from './values.js';

export interface Payment {
  readonly eventId: string;
  readonly kind: 'purchase' | 'refund';
  readonly userId: string | null;
  readonly eventDate: string;
  readonly effectiveDate: string;
  readonly amountUsd: bigint;
  readonly purchaseEventId: string | null;
  readonly linkStatus: 'linked' | 'orphan' | null;
}

export interface UserDay {
  readonly date: string;
  readonly userId: string;
  readonly events: number;
}

export interface User {
  readonly userId: string;
  readonly signupAt: string | null;
  readonly signupDate: string | null;
  readonly cohortWeek: string | null;
  readonly channel: string;
  readonly firstPaidDate: string | null;
}

export interface SpendGap {
  readonly channel: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
}

export interface Quarantined {
  readonly source: string;
  readonly sourceFile: string;
  readonly batchId: string;
  readonly lineNumber: number;
  readonly rejectReason: string;
  readonly raw: string;
  readonly ingestDate: string;
}

/** Every table in the order of its partitions, and of its sort order within. */
export interface Silver {
  readonly events: readonly EventRecord[];
  readonly conflicts: readonly (EventRecord & { readonly isWinner: boolean })[];
  readonly payments: readonly Payment[];
  readonly userDays: readonly UserDay[];
  readonly users: readonly User[];
  readonly subscriptions: readonly SubscriptionRecord[];
  readonly spend: readonly SpendRecord[];
  readonly spendGaps: readonly SpendGap[];
  readonly quarantine: readonly Quarantined[];
}

/** The distinct variants of each event id, the winner first. */
function variantsById(records: readonly EventRecord[]): Map<string, EventRecord[]> {
  const variants = groupBy(records, ({ eventId }) => eventId);
  for (const [eventId, all] of variants) {
    const distinct = [...groupBy(all, (event) => Object.values(event).join('\0')).values()].flatMap(
      ([event]) => event ?? [],
    );
    variants.set(
      eventId,
      distinct.sort((a, b) => compareVariants(b, a)),
    );
  }
  return variants;
}

function winnersOf(variants: Map<string, EventRecord[]>): readonly EventRecord[] {
  const winners = [...variants.values()].flatMap(([winner]) => winner ?? []);
  return winners.sort(
    compareBy(
      (event) => event.eventDate,
      (event) => event.eventId,
    ),
  );
}

function conflictsOf(variants: Map<string, EventRecord[]>): Silver['conflicts'] {
  return [...variants.values()]
    .filter((distinct) => distinct.length > 1)
    .sort(compareBy(([winner]) => winner?.eventId ?? ''))
    .flatMap((distinct) => distinct.map((event, index) => ({ ...event, isWinner: index === 0 })));
}

function purchaseRow(event: EventRecord): Payment {
  const { eventId, userId, eventDate, amountUsd } = event;
  return {
    eventId,
    kind: 'purchase',
    userId,
    eventDate,
    effectiveDate: eventDate,
    amountUsd: amountUsd ?? 0n,
    purchaseEventId: null,
    linkStatus: null,
  };
}

function refundRow(event: EventRecord, purchase: EventRecord | undefined): Payment {
  const { eventId, eventDate, amountUsd } = event;
  const row = { eventId, kind: 'refund', eventDate, amountUsd: amountUsd ?? 0n } as const;
  if (purchase === undefined) {
    return {
      ...row,
      userId: event.userId,
      effectiveDate: eventDate,
      purchaseEventId: null,
      linkStatus: 'orphan',
    };
  }
  const effectiveTs = event.eventTs > purchase.eventTs ? event.eventTs : purchase.eventTs;
  return {
    ...row,
    userId: purchase.userId,
    effectiveDate: effectiveTs.slice(0, 10),
    purchaseEventId: purchase.eventId,
    linkStatus: 'linked',
  };
}

function paymentsOf(events: readonly EventRecord[]): readonly Payment[] {
  const purchases = new Map(
    events.filter(({ eventType }) => eventType === 'purchase').map((event) => [event.eventId, event]),
  );
  return events.flatMap((event) => {
    if (event.eventType === 'purchase') return [purchaseRow(event)];
    return event.eventType === 'refund' ? [refundRow(event, purchases.get(event.refersTo ?? ''))] : [];
  });
}

/** Activity is anything that a user does; a refund is done by the company. */
function userDaysOf(events: readonly EventRecord[]): readonly UserDay[] {
  const byDay = groupBy(
    events.filter(({ eventType, userId }) => eventType !== 'refund' && userId !== null),
    ({ eventDate }) => eventDate,
  );
  return [...byDay].flatMap(([date, ofDay]) =>
    [...groupBy(ofDay, ({ userId }) => userId ?? '')]
      .map(([userId, { length }]) => ({ date, userId, events: length }))
      .sort(compareBy((row) => row.userId)),
  );
}

function userOf(userId: string, events: readonly EventRecord[]): User {
  const inTime = [...events].sort(
    compareBy(
      (event) => event.eventTs,
      (event) => event.eventId,
    ),
  );
  const signup = inTime.find(({ eventType }) => eventType === 'signup');
  const firstPaid = inTime.find(
    ({ eventType, amountUsd }) =>
      eventType === 'trial_convert' || (eventType === 'purchase' && amountUsd !== null && amountUsd > 0n),
  );
  return {
    userId,
    signupAt: signup?.eventTs ?? null,
    signupDate: signup?.eventDate ?? null,
    cohortWeek: signup === undefined ? null : mondayOf(signup.eventDate),
    channel: signup?.channel ?? 'unknown',
    firstPaidDate: firstPaid?.eventDate ?? null,
  };
}

function usersOf(events: readonly EventRecord[]): readonly User[] {
  const withUser = events.filter(({ userId }) => userId !== null);
  return [...groupBy(withUser, ({ userId }) => userId ?? '')]
    .map(([userId, ofUser]) => userOf(userId, ofUser))
    .sort(compareBy((user) => user.userId));
}

/** The newest extract that holds a key decides it; within an extract the largest row does. */
function foldExtracts<T>(
  extracts: readonly (readonly T[])[],
  keyOf: (row: T) => string,
  compare: (a: T, b: T) => number,
): readonly T[] {
  const newest = new Map<string, T>();
  for (const extract of extracts) {
    for (const [key, rows] of groupBy(extract, keyOf)) newest.set(key, largest(rows, compare));
  }
  return [...newest.values()];
}

function subscriptionsOf(batches: readonly Batch[]): readonly SubscriptionRecord[] {
  const extracts = batches.flatMap((batch) =>
    batch.source === 'subscriptions' ? [acceptedOf(batch.readings)] : [],
  );
  const rows = foldExtracts(extracts, ({ subscriptionId }) => subscriptionId, compareSubscriptions);
  return [...rows].sort(compareBy((row) => row.subscriptionId));
}

function spendOf(batches: readonly Batch[]): readonly SpendRecord[] {
  const extracts = batches.flatMap((batch) =>
    batch.source === 'marketing_spend' ? [acceptedOf(batch.readings)] : [],
  );
  const bySpend = compareBy<SpendRecord>((row) => row.spend);
  return [...foldExtracts(extracts, ({ date, channel }) => `${date} ${channel}`, bySpend)].sort(
    compareBy(
      (row) => row.date,
      (row) => row.channel,
    ),
  );
}

function gapBetween(channel: string, before: string, after: string): readonly SpendGap[] {
  const days = daysFrom(before, after) - 1;
  return days < 1 ? [] : [{ channel, firstDay: addDays(before, 1), lastDay: addDays(after, -1), days }];
}

/** `spend` is in the order of dates. */
function spendGapsOf(spend: readonly SpendRecord[]): readonly SpendGap[] {
  return [...groupBy(spend, ({ channel }) => channel)]
    .sort(compareBy(([channel]) => channel))
    .flatMap(([channel, rows]) =>
      rows.slice(1).flatMap(({ date }, index) => gapBetween(channel, rows[index]?.date ?? date, date)),
    );
}

const RAW_CODE_POINTS = 4096;

function refusedOf({ source, fileName, batchId, ingestDate, readings }: Batch): readonly Quarantined[] {
  return readings.flatMap(({ line, raw, outcome }) =>
    'record' in outcome
      ? []
      : [
          {
            source,
            sourceFile: fileName,
            batchId,
            lineNumber: line,
            rejectReason: outcome.reason,
            raw: [...raw.slice(0, 2 * RAW_CODE_POINTS)].slice(0, RAW_CODE_POINTS).join(''),
            ingestDate,
          },
        ],
  );
}

function quarantineOf(batches: readonly Batch[]): readonly Quarantined[] {
  return batches.flatMap(refusedOf).sort(
    compareBy(
      (row) => row.ingestDate,
      (row) => row.source,
      (row) => row.batchId,
      (row) => row.lineNumber,
    ),
  );
}

/** `batches` in the order in which they came. */
export function silverOf(batches: readonly Batch[]): Silver {
  const accepted = batches.flatMap((batch) => (batch.source === 'events' ? acceptedOf(batch.readings) : []));
  const variants = variantsById(accepted);
  const events = winnersOf(variants);
  const spend = spendOf(batches);
  return {
    events,
    conflicts: conflictsOf(variants),
    payments: paymentsOf(events),
    userDays: userDaysOf(events),
    users: usersOf(events),
    subscriptions: subscriptionsOf(batches),
    spend,
    spendGaps: spendGapsOf(spend),
    quarantine: quarantineOf(batches),
  };
}
