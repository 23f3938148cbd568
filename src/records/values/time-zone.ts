// Local time of a zone as UTC. Where clocks skip or repeat an hour, the offset before the change holds.

const MINUTE_MS = 60_000;
/** Offsets change on a quarter of an hour of UTC. */
const STEP_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
/** Quarters whose offset is kept; a log walks through few of them. */
const MAX_KEPT = 100_000;

/** From local milliseconds (as if the clock showed UTC) to UTC milliseconds. */
type ToUtc = (localMs: number) => number;

/** Offsets before 1900 have seconds in them; formats of Node give them whole. */
export function zoneConverter(zone: string): ToUtc {
  if (zone === 'UTC') return (localMs) => localMs;
  const offsetAt = offsets(zone);
  return (localMs) => {
    const before = offsetAt(localMs - DAY_MS);
    const after = offsetAt(localMs + DAY_MS);
    const early = localMs - before;
    if (before === after) return early;
    if (offsetAt(early) === before) return early;
    const late = localMs - after;
    return offsetAt(late) === after ? late : early;
  };
}

/** What a zone's clock shows at a moment of UTC, in milliseconds as if it showed UTC. */
export function zoneClock(zone: string): (utcMs: number) => number {
  if (zone === 'UTC') return (utcMs) => utcMs;
  const offsetAt = offsets(zone);
  return (utcMs) => utcMs + offsetAt(utcMs);
}

/** The offset of a zone at a moment of UTC, in milliseconds east. */
function offsets(zone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  const kept = new Map<number, number>();
  return (utcMs) => {
    const step = Math.floor(utcMs / STEP_MS);
    const known = kept.get(step);
    if (known !== undefined) return known;
    const offset = clockAt(format, step * STEP_MS) - step * STEP_MS;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(step, offset);
    return offset;
  };
}

/** What the clock of a zone shows, as milliseconds. */
function clockAt(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
  const clock = new Date(0);
  clock.setUTCFullYear(year, number('month') - 1, number('day'));
  clock.setUTCHours(number('hour'), number('minute'), number('second'));
  return clock.getTime();
}
