// The way of clean events into the log: most as they are, some twice, some corrected later, some spoilt.

import { DAY_MS } from './calendar.js';
import { OddityDealer, type Line } from './event-oddities.js';
import { eventFields, eventLine, type ProductEvent } from './event.js';
import { CURRENCIES } from './product.js';
import { Random } from './random.js';

/** How many events are remembered for repeats: the latest, and a thin sample of those before. */
const MEMORY = 1024;
const THINNING = 61;
const DUPLICATE_SHARE = 0.01;
const CONFLICT_SHARE = 0.005;

/** Takes a line without its end. */
type LineSink = (line: Line) => void;

/** Turns each day's clean events into lines, with repeats, corrections and dirt as the seed has it. */
export class EventLog {
  private readonly random: Random;
  private readonly oddities: OddityDealer;
  private readonly recent: ProductEvent[] = [];
  private readonly older: ProductEvent[] = [];
  private readonly payments: ProductEvent[] = [];
  private seen = 0;
  private paymentsSeen = 0;
  /** The latest time that any event has had so far. */
  private latestMs = 0;
  private lines = 0;

  constructor(seed: string) {
    this.random = new Random(`${seed}/log`);
    this.oddities = new OddityDealer(new Random(`${seed}/oddities`));
  }

  /** Writes one event's line, with whatever happens around it. */
  deliver(event: ProductEvent, write: LineSink): void {
    this.latestMs = Math.max(this.latestMs, event.timestampMs);
    const oddity = this.oddities.next(this.lines, event);
    if (oddity !== undefined) this.write(oddity.line(event, this.random), write);
    if (oddity === undefined || oddity.stray === true) {
      this.write(eventLine(event), write);
      this.remember(event);
    }
    this.repeat(write);
  }

  private write(line: Line, write: LineSink): void {
    this.lines++;
    write(line);
  }

  private repeat(write: LineSink): void {
    if (this.seen === 0) return;
    if (this.random.chance(DUPLICATE_SHARE)) this.write(eventLine(this.recall()), write);
    if (this.random.chance(CONFLICT_SHARE))
      this.write(conflictingLine(this.recallForCorrection(), this.latestMs, this.random), write);
  }

  private remember(event: ProductEvent): void {
    this.recent[this.seen % MEMORY] = event;
    if (this.seen % THINNING === 0) this.older[(this.seen / THINNING) % MEMORY] = event;
    this.seen++;
    if (event.amount !== undefined) this.payments[this.paymentsSeen++ % MEMORY] = event;
  }

  /** Money is what gets corrected most. */
  private recallForCorrection(): ProductEvent {
    return this.random.chance(0.3) && this.payments.length > 0
      ? this.random.pick(this.payments)
      : this.recall();
  }

  private recall(): ProductEvent {
    return this.random.pick(this.random.chance(0.5) && this.older.length > 0 ? this.older : this.recent);
  }
}

/** Another line for an event that the log has already, of a time up to `latestMs`: a correction, or a worse copy. */
export function conflictingLine(event: ProductEvent, latestMs: number, random: Random): string {
  const movedBy = (ms: number): ProductEvent => ({
    ...event,
    timestampMs: Math.max(0, Math.min(event.timestampMs + ms, latestMs)),
  });
  const moved = movedBy(random.between(-300_000, 300_000));
  const kinds: (() => string)[] = [
    () => eventLine(moved),
    () => eventLine(movedBy(random.between(0, 3) * DAY_MS)),
    () => JSON.stringify({ ...eventFields(event), user_id: null }),
    () => eventLine(inSecondVersion(event)),
  ];
  if (event.channel !== undefined)
    kinds.push(() => JSON.stringify({ ...eventFields(event), acquisition_channel: null }));
  if (event.amount === undefined) return random.pick(kinds)();
  const step = CURRENCIES[event.currency ?? 0]?.step ?? 1;
  const amount = Math.max(step, event.amount + random.between(-400, 900) * step);
  kinds.push(
    () => eventLine({ ...event, amount }),
    () => eventLine({ ...moved, amount }),
  );
  return random.pick(kinds)();
}

function inSecondVersion(event: ProductEvent): ProductEvent {
  return event.amount === undefined
    ? { ...event, version: 2 }
    : { ...event, version: 2, currency: event.currency ?? 0 };
}
