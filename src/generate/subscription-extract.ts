// The billing system's extract: a JSON array, one subscription an element, with the oddities of real billing systems.

import { dateText, DAY_MS } from './calendar.js';
import { isoText } from './event.js';
import type { OutputFile } from './output-file.js';
import { CURRENCIES, PLANS, userIdJson } from './product.js';
import { Random } from './random.js';
import type { Subscription } from './subscriptions.js';

type Element = Record<string, unknown>;

interface SubscriptionOddity {
  /** Elements between two of a kind, on average. */
  readonly every: number;
  /** Ended subscriptions only. */
  readonly ended?: true;
  /** What stands in the place of the element. */
  readonly elements: (element: Element, random: Random) => readonly unknown[];
}

const changed =
  (changes: Element) =>
  (element: Element): readonly unknown[] => [{ ...element, ...changes }];

/** The element as it was before: an older state of the same key, delivered beside the newer. */
const olderState = (element: Element): readonly unknown[] => [
  { ...element, created_at: `${String(element['start_date'])}T00:00:00Z`, end_date: null, status: 'active' },
  element,
];

/** The same key and time of creation, but another end: the later one counts. */
const otherEnd = (element: Element): readonly unknown[] => [
  element,
  { ...element, end_date: element['start_date'] },
];

const ODDITIES: readonly SubscriptionOddity[] = [
  { every: 40, ended: true, elements: olderState },
  { every: 90, ended: true, elements: otherEnd },
  { every: 60, elements: (element) => [element, element] },
  { every: 35, ended: true, elements: changed({ status: 'cancelled' }) },
  { every: 70, ended: true, elements: changed({ status: 'Canceled ' }) },
  { every: 60, ended: true, elements: (element) => [{ ...element, end_date: element['start_date'] }] },
  { every: 60, elements: (element) => [{ ...element, plan_id: 'basic', price: 0 }] },
  {
    every: 50,
    elements: (element) => [{ ...element, plan_id: ` ${String(element['plan_id']).toUpperCase()}` }],
  },
  { every: 60, elements: changed({ created_at: null }) },
  { every: 90, elements: changed({ created_at: 'unknown' }) },
  { every: 80, elements: changed({ currency: undefined }) },
  { every: 60, elements: (element) => [{ ...element, end_date: element['end_date'] ?? '9999-12-31' }] },
  { every: 100, elements: changed({ plan_id: 'enterprise' }) },
  { every: 120, elements: changed({ end_date: '2019-12-31', status: 'canceled' }) },
  { every: 110, elements: changed({ end_date: null, status: 'canceled' }) },
  { every: 120, elements: changed({ end_date: ' ' }) },
  { every: 150, elements: changed({ status: 'paused' }) },
  { every: 150, elements: changed({ price: '49.00' }) },
  { every: 150, elements: changed({ price: -19 }) },
  { every: 180, elements: changed({ currency: 'XBT' }) },
  { every: 180, elements: changed({ start_date: '2024-02-30' }) },
  { every: 180, elements: changed({ user_id: null }) },
  { every: 200, elements: changed({ subscription_id: '' }) },
  { every: 250, elements: () => ['not an object'] },
];

/** Writes subscriptions as the elements of one JSON array, oddities included. */
export class SubscriptionExtract {
  private readonly file: OutputFile;
  private readonly random: Random;
  private readonly due: number[];
  private elements = 0;

  /** The extract must be finished with `end`, or the file is no JSON. */
  constructor(seed: string, file: OutputFile) {
    this.file = file;
    this.random = new Random(`${seed}/subscriptions`);
    this.due = ODDITIES.map(({ every }) => this.random.below(every));
    file.add('[');
  }

  /** Elements written so far. */
  get count(): number {
    return this.elements;
  }

  write(subscription: Subscription): void {
    const element = this.element(subscription);
    const kind = this.due.findIndex(
      (due, index) =>
        due <= this.elements && (subscription.endDay !== null || ODDITIES[index]?.ended !== true),
    );
    const oddity = ODDITIES[kind];
    if (oddity === undefined) return this.put(element);
    this.due[kind] = this.elements + oddity.every / 2 + this.random.below(oddity.every);
    for (const odd of oddity.elements(element, this.random)) this.put(odd);
  }

  end(): void {
    this.file.add(this.elements === 0 ? ']\n' : '\n]\n');
  }

  private put(element: unknown): void {
    this.file.add(`${this.elements === 0 ? '' : ','}\n  ${JSON.stringify(element)}`);
    this.elements++;
  }

  private element(subscription: Subscription): Element {
    const { number, user, plan, price, currency, startDay, endDay } = subscription;
    return {
      subscription_id: `s-${String(number).padStart(7, '0')}`,
      user_id: JSON.parse(userIdJson(user)) as unknown,
      plan_id: PLANS[plan] ?? PLANS[0],
      price: price / 100,
      currency: CURRENCIES[currency]?.code ?? 'USD',
      start_date: dateText(startDay),
      end_date: endDay === null ? null : dateText(endDay),
      status: endDay === null ? 'active' : 'canceled',
      created_at: isoText(startDay * DAY_MS + 21_600_000 + this.random.below(43_200_000)),
    };
  }
}
