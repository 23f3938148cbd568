// One more day of a data set that was delivered before: mostly the day itself, some repeats, corrections and late refunds
// of what is long delivered, and new extracts.

import type { OutputFile } from './output-file.js';
import { DAY_MS } from './calendar.js';
import { conflictingLine, EventLog } from './event-log.js';
import type { Line } from './event-oddities.js';
import { eventLine, type ProductEvent } from './event.js';
import { checkArguments, writeDataSet, type GenerateOptions, type GenerateReport } from './generate.js';
import { Random } from './random.js';

/** A data set of which only the last day is written. */
interface IncrementOptions extends Omit<GenerateOptions, 'splitDays'> {
  /** About how many lines the day has; all that it brings, if absent. */
  readonly lines?: number;
}

const CONFLICT_SHARE = 0.02;
const DUPLICATE_SHARE = 0.01;
const LATE_REFUND_SHARE = 0.01;
/** Most corrections are of the last months, some of any time. */
const RECENT_DAYS = 60;
const RECENT_SHARE = 0.7;
const SAMPLE = 4096;

/**
 * Writes the day that follows the data set of the same seed, users and days: `events-day-<n>.ndjson` and both extracts,
 * with the same suffix, as of that day. Lives through the data set again, so it takes about as long, but writes only this.
 * Errors: as `generate`.
 */
export async function generateIncrement(options: IncrementOptions): Promise<GenerateReport> {
  checkArguments(options);
  const suffix = `-day-${String(options.days + 1).padStart(5, '0')}`;
  const past = new Past(new Random(`${options.seed}/increment`), options.days);
  return writeDataSet(options, options.days + 1, {
    files: [`events${suffix}.ndjson`],
    fileOf: () => 0,
    writeDay: (day, events, file) => {
      if (day < options.days) past.see(day, events);
      else writeLastDay(options, past, events, file);
    },
    suffix,
  });
}

function writeLastDay(
  options: IncrementOptions,
  past: Past,
  events: readonly ProductEvent[],
  file: OutputFile,
): void {
  const old = CONFLICT_SHARE + DUPLICATE_SHARE + LATE_REFUND_SHARE;
  const wanted = Math.min(events.length, Math.round((options.lines ?? events.length) * (1 - old - 0.02)));
  const log = new EventLog(`${options.seed}/increment`);
  const lines: Line[] = [];
  for (let index = 0; index < wanted; index++) {
    const event = events[Math.floor((index * events.length) / wanted)];
    if (event !== undefined) log.deliver(event, (line) => lines.push(line));
    for (const line of past.echo(options.days)) lines.push(line);
  }
  for (const line of lines) file.line(line);
}

/** Samples of what has been delivered, of a constant size. */
class Past {
  private readonly random: Random;
  private readonly days: number;
  private readonly anytime: Reservoir;
  private readonly recent: Reservoir;
  private readonly oldPurchases: Reservoir;

  constructor(random: Random, days: number) {
    this.random = random;
    this.days = days;
    this.anytime = new Reservoir(random);
    this.recent = new Reservoir(random);
    this.oldPurchases = new Reservoir(random);
  }

  see(day: number, events: readonly ProductEvent[]): void {
    const isRecent = day >= this.days - RECENT_DAYS;
    for (const event of events) {
      this.anytime.offer(event);
      if (isRecent) this.recent.offer(event);
      if (event.type === 'purchase' && (!isRecent || this.days <= RECENT_DAYS))
        this.oldPurchases.offer(event);
    }
  }

  /** The lines about long delivered events that come between two new ones: mostly none. */
  *echo(day: number): Iterable<Line> {
    const { random } = this;
    const conflict = random.chance(CONFLICT_SHARE) ? this.old() : undefined;
    const duplicate = random.chance(DUPLICATE_SHARE) ? this.old() : undefined;
    const purchase = random.chance(LATE_REFUND_SHARE) ? this.oldPurchases.draw() : undefined;
    if (conflict !== undefined) yield conflictingLine(conflict, (day + 1) * DAY_MS - 1, random);
    if (duplicate !== undefined) yield eventLine(duplicate);
    if (purchase !== undefined) yield eventLine(this.lateRefund(purchase, day));
  }

  private old(): ProductEvent | undefined {
    return (this.random.chance(RECENT_SHARE) ? this.recent : this.anytime).draw();
  }

  /** A refund of a purchase long ago; its number continues where no event of the data set can be. */
  private lateRefund(purchase: ProductEvent, day: number): ProductEvent {
    const number = 900_000_000 + purchase.number;
    return {
      ...purchase,
      number,
      type: 'refund',
      timestampMs: day * DAY_MS + this.random.below(DAY_MS),
      refersTo: purchase.number,
    };
  }
}

/** A fair sample of all it was offered. */
class Reservoir {
  private readonly events: ProductEvent[] = [];
  private offered = 0;

  constructor(private readonly random: Random) {}

  offer(event: ProductEvent): void {
    const place = this.offered < SAMPLE ? this.offered : this.random.below(this.offered + 1);
    this.offered++;
    if (place < SAMPLE) this.events[place] = event;
  }

  draw(): ProductEvent | undefined {
    return this.events.length === 0 ? undefined : this.random.pick(this.events);
  }
}
