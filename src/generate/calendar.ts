// The product's calendar: dates of days, the rhythm of a week, how the user base grows, and when things went wrong.
// A day is an index from 0, the first day of the data set; days before it are negative.

/** A day of UTC in milliseconds. */
export const DAY_MS = 86_400_000;
/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
/** 2024-01-01, a Monday, as milliseconds since the epoch. */
export const FIRST_DAY_MS = 1_704_067_200_000;

const YEAR = 365;
/** Monday first: a tool for work rests at the weekend. */
const WEEKDAYS = [1.05, 1.15, 1.12, 1.08, 0.95, 0.42, 0.38] as const;
/** What is left of the traffic on a day with an incident. */
const INCIDENT_TRAFFIC = 0.3;
const REFUND_WAVE_DAYS = 4;

/** `2024-01-01` for day 0. */
export function dateText(day: number): string {
  return new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10);
}

/** What the calendar says about a data set of `days` days. */
export class Calendar {
  readonly days: number;
  /** A year, or the data set if it is shorter: incidents and price rises come once in each. */
  private readonly season: number;
  private readonly signupShare: Float64Array;

  constructor(days: number) {
    this.days = days;
    this.season = Math.min(days, YEAR);
    this.signupShare = new Float64Array(days + 2);
    for (let day = 0; day <= days; day++) {
      this.signupShare[day + 1] = (this.signupShare[day] ?? 0) + this.growth(day) * this.traffic(day);
    }
  }

  /** How busy a day is, 1 being usual: weekday and incident. */
  traffic(day: number): number {
    const weekday = WEEKDAYS[((day % 7) + 7) % 7] ?? 1;
    return this.isIncident(day) ? weekday * INCIDENT_TRAFFIC : weekday;
  }

  /** One Wednesday in each season the product was down. */
  isIncident(day: number): boolean {
    return day >= 0 && day === this.incidentOf(Math.floor(day / this.season));
  }

  /** Whether `day` is one of the few after an incident, when the money is asked back. */
  isRefundWave(day: number): boolean {
    const since = day - this.incidentOf(Math.floor(day / this.season));
    return since > 0 && since <= REFUND_WAVE_DAYS;
  }

  /** How many times prices have risen by `day`. */
  priceRises(day: number): number {
    return Math.max(0, Math.floor(day / this.season - 0.55) + 1);
  }

  /** The share of events (0 to 1) that new clients send, in the second version of the schema. */
  secondVersionShare(day: number): number {
    const progress = (day / this.season - 0.4) / 0.3;
    return Math.min(0.985, Math.max(0, progress));
  }

  /** The number of users who have signed up by the end of `day`; all of `users` on the last, more after it. */
  signedUp(users: number, day: number): number {
    const total = this.signupShare[this.days] ?? 1;
    return Math.floor((users * (this.signupShare[day + 1] ?? total)) / total);
  }

  /** Sign-ups rise through the first year; a user base that lives for longer has mostly arrived by its end. */
  private growth(day: number): number {
    const year = day / YEAR;
    return day < this.season ? 1 + (1.4 * day) / this.season : 0.25 / year;
  }

  private incidentOf(season: number): number {
    const about = season * this.season + Math.floor(this.season * 0.62);
    const wednesday = about + ((9 - (about % 7)) % 7);
    return wednesday < (season + 1) * this.season ? wednesday : about;
  }
}
