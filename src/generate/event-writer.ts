// What happens to users as events of the log: when they arrive, what the client's clock says, in which form and version.

import type { Calendar } from './calendar.js';
import { DAY_MS, HOUR_MS } from './calendar.js';
import type { EventType, ProductEvent, TimestampForm } from './event.js';
import { CURRENCIES } from './product.js';
import type { Random } from './random.js';

/** What is told of an event beside who and what. */
export interface Happening {
  readonly arrivalMs?: number;
  /** How far the client's clock differs from the arrival. */
  readonly skewMs?: number;
  readonly amount?: number;
  readonly refersTo?: number;
  readonly channel?: number;
}

/** Writes the events of one day after the other. */
export class EventWriter {
  private events: ProductEvent[] = [];
  private count = 0;
  private day = -1;
  private versionShare = 0;

  /** `currencies` are those of the users, as they are when something happens. */
  constructor(
    private readonly calendar: Calendar,
    private readonly random: Random,
    private readonly currencies: Uint8Array,
  ) {}

  /** Begins the day of that index. */
  startDay(day: number): void {
    this.day = day;
    this.versionShare = this.calendar.secondVersionShare(day);
    this.events = [];
  }

  /** The day's events in the order in which they reach the log. */
  ofDay(): ProductEvent[] {
    return this.events.sort((a, b) => a.arrivalMs - b.arrivalMs || a.number - b.number);
  }

  /** Writes down what happened, as the client's clock and the network would have it; returns the event's number. */
  write(user: number, type: EventType, happening: Happening): number {
    const number = ++this.count;
    const wanted = Math.min(happening.arrivalMs ?? 0, DAY_MS - 1);
    const timestampMs = this.day * DAY_MS + wanted + (happening.skewMs ?? this.skew());
    const version = this.random.chance(this.versionShare) ? 2 : 1;
    this.events.push({
      number,
      user,
      type,
      arrivalMs: this.random.chance(0.03)
        ? Math.min(DAY_MS - 1, wanted + this.random.below(2 * HOUR_MS))
        : wanted,
      timestampMs: Math.max(0, Math.min(timestampMs, this.lastMs())),
      form: this.form(),
      version,
      amount: this.charged(user, version, happening.amount),
      currency: version === 2 && happening.amount !== undefined ? this.currencies[user] : undefined,
      refersTo: happening.refersTo,
      channel: happening.channel,
    });
    return number;
  }

  /** The first version knows dollars only: amounts were turned into them before they were sent. */
  private charged(user: number, version: 1 | 2, amount: number | undefined): number | undefined {
    if (amount === undefined || version === 2) return amount;
    const dollars = CURRENCIES[0]?.prices[0] ?? 1;
    const local = CURRENCIES[this.currencies[user] ?? 0]?.prices[0] ?? 1;
    return Math.round((amount * dollars) / local);
  }

  /** Mostly none; some lines were kept back for days (their time is long ago), some clocks are ahead. */
  private skew(): number {
    const draw = this.random.below(1000);
    if (draw < 6) return -this.random.between(1, 9) * DAY_MS - this.random.below(DAY_MS);
    if (draw < 8) return this.random.between(1, 40) * HOUR_MS;
    return 0;
  }

  private form(): TimestampForm {
    const draw = this.random.below(100);
    return draw < 6 ? 'offset' : draw < 11 ? 'space' : 'utc';
  }

  /** No clock is so far ahead that the data set would end later than it should. */
  private lastMs(): number {
    return Math.max(this.calendar.days, this.day + 1) * DAY_MS - 1;
  }
}
