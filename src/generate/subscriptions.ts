// Who pays for what: the subscriptions of all users, those that run and those that have ended.

import type { Calendar } from './calendar.js';
import { Stage, type Customers } from './customers.js';
import { listPrice } from './product.js';

/** A subscription that has ended, or runs on (`endDay` null). Days are indexes from the first day. */
export interface Subscription {
  readonly number: number;
  readonly user: number;
  readonly plan: number;
  /** Per month, in hundredths of the currency. */
  readonly price: number;
  readonly currency: number;
  readonly startDay: number;
  readonly endDay: number | null;
}

/** Keeps the subscriptions; a user has one at a time. */
export class Subscriptions {
  private ended: Subscription[] = [];
  private count = 0;

  constructor(
    private readonly customers: Customers,
    private readonly calendar: Calendar,
  ) {}

  /** A new one from `startDay` on, at the list price of `day`. */
  begin(user: number, startDay: number, day: number): void {
    this.customers.subscription[user] = ++this.count;
    this.customers.subscribedDay[user] = startDay;
    this.customers.price[user] = this.priceOn(user, day);
  }

  /** The user's own ends on that day. */
  end(user: number, endDay: number): void {
    this.ended.push(this.subscriptionOf(user, endDay));
  }

  /** What the user's plan costs whoever begins it on that day. */
  priceOn(user: number, day: number): number {
    const { currency, plan } = this.customers;
    return listPrice(currency[user] ?? 0, plan[user] ?? 0, this.calendar.priceRises(day));
  }

  /** The subscriptions that have ended since the last call. */
  takeEnded(): readonly Subscription[] {
    const taken = this.ended;
    this.ended = [];
    return taken;
  }

  /** The subscriptions that still run, by user. */
  *running(): Iterable<Subscription> {
    for (let user = 0; user < this.customers.count; user++) {
      if (this.customers.stage[user] === Stage.paying) yield this.subscriptionOf(user, null);
    }
  }

  private subscriptionOf(user: number, endDay: number | null): Subscription {
    const { customers } = this;
    return {
      number: customers.subscription[user] ?? 0,
      user,
      plan: customers.plan[user] ?? 0,
      price: customers.price[user] ?? 0,
      currency: customers.currency[user] ?? 0,
      startDay: customers.subscribedDay[user] ?? 0,
      endDay,
    };
  }
}
