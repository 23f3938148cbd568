// The product's life, day by day: users arrive, try, pay, work, leave and come back. Clean events; what goes wrong on the
// way to the log is elsewhere. The same seed and arguments give the same life.

import type { Calendar } from './calendar.js';
import { DAY_MS, HOUR_MS } from './calendar.js';
import { Customers, Stage } from './customers.js';
import { EventWriter, type Happening } from './event-writer.js';
import type { ProductEvent } from './event.js';
import { CHANNELS, CURRENCIES } from './product.js';
import { Random } from './random.js';
import { Subscriptions } from './subscriptions.js';

const BILLING_DAYS = 30;
const TRIAL_DAYS = 14;
const SIGNUP_WEIGHTS = CHANNELS.map((channel) => channel.signups);
const CURRENCY_WEIGHTS = CURRENCIES.map((currency) => currency.customers);
/** Visits on a usual day, in thousandths, and how many users are like that: devoted, regular, casual. */
const ZEAL = [380, 135, 40] as const;
const ZEAL_WEIGHTS = [15, 40, 45] as const;
/** How much of their zeal users have, by stage. */
const ZEAL_BY_STAGE: Record<Stage, number> = {
  [Stage.lead]: 0.6,
  [Stage.trial]: 2,
  [Stage.paying]: 1.35,
  [Stage.left]: 0.02,
  [Stage.lapsed]: 0.22,
};
/** The share of users who were customers before the log begins: they have no sign-up in it. */
const LEGACY_SHARE = 0.015;
const RESEARCH_DAYS = 40;
const HABIT_DAYS = 1300;

/** The life of all users, asked for a day at a time, in order; the seed decides everything. */
export class Simulation {
  private readonly calendar: Calendar;
  private readonly users: number;
  private readonly random: Random;
  private readonly customers: Customers;
  /** Those that run, and those that have ended. */
  readonly subscriptions: Subscriptions;
  private readonly legacy: number;
  private readonly writer: EventWriter;
  private day = -1;
  private arrived = 0;
  private trafficToday = 1;

  constructor(options: { readonly seed: string; readonly users: number; readonly calendar: Calendar }) {
    this.calendar = options.calendar;
    this.users = options.users;
    this.random = new Random(`${options.seed}/life`);
    this.legacy = Math.floor(options.users * LEGACY_SHARE);
    // The day after the last brings more users: an increment lives through it.
    this.customers = new Customers(
      this.legacy + options.calendar.signedUp(options.users, options.calendar.days),
    );
    this.subscriptions = new Subscriptions(this.customers, options.calendar);
    this.writer = new EventWriter(options.calendar, this.random, this.customers.currency);
    for (let user = 0; user < this.legacy; user++) this.addLegacyCustomer();
  }

  /** The events of the next day, in the order in which they reach the log. */
  nextDay(): ProductEvent[] {
    this.day++;
    this.writer.startDay(this.day);
    this.trafficToday = this.calendar.traffic(this.day);
    const known = this.customers.count;
    for (let user = 0; user < known; user++) this.live(user);
    this.signUpNewcomers();
    return this.writer.ofDay();
  }

  /** How many users signed up on the day that `nextDay` last made. */
  get signupsToday(): number {
    return this.arrived;
  }

  private signUpNewcomers(): void {
    const newcomers = this.users - this.legacy;
    const target = this.legacy + this.calendar.signedUp(newcomers, this.day);
    this.arrived = Math.max(0, target - this.customers.count);
    for (let index = 0; index < this.arrived; index++) this.signUp(this.addCustomer(Stage.lead));
  }

  private addCustomer(stage: Stage): number {
    const { customers, random } = this;
    const user = customers.count++;
    customers.stage[user] = stage;
    customers.channel[user] = random.weighted(SIGNUP_WEIGHTS);
    customers.currency[user] = random.weighted(CURRENCY_WEIGHTS);
    customers.plan[user] = random.weighted(CHANNELS[customers.channel[user] ?? 0]?.plans ?? [1]);
    customers.zeal[user] = ZEAL[random.weighted(ZEAL_WEIGHTS)] ?? 0;
    customers.since[user] = this.day;
    return user;
  }

  private addLegacyCustomer(): void {
    const user = this.addCustomer(Stage.paying);
    const startDay = -this.random.between(1, 2 * BILLING_DAYS);
    this.subscriptions.begin(user, startDay, this.day);
    this.customers.dueDay[user] = startDay + 2 * BILLING_DAYS + 1;
  }

  private signUp(user: number): void {
    const arrivalMs = this.timeOfDay();
    const channel = this.customers.channel[user] ?? 0;
    this.writer.write(user, 'signup', { arrivalMs, channel });
    if (this.random.chance((CHANNELS[channel]?.trial ?? 0) * 0.7))
      this.startTrial(user, arrivalMs + this.random.below(HOUR_MS));
    this.visit(user, arrivalMs);
  }

  /** One day of one user. */
  private live(user: number): void {
    const stage = this.customers.stage[user] as Stage;
    if (this.random.chance(this.visitProbability(user, stage))) this.visit(user, this.timeOfDay());
    if (stage === Stage.paying) this.payOrLeave(user);
    else if (stage === Stage.trial) this.decide(user);
    else if (stage === Stage.lead) this.consider(user);
    else this.reconsider(user, stage === Stage.left ? 0.004 : 0.0003);
    if (this.customers.purchase[user] !== 0) this.maybeRefund(user);
  }

  /** Everybody's interest wears off: half of it in the first `HABIT_DAYS`, and ever more slowly. */
  private visitProbability(user: number, stage: Stage): number {
    const age = this.day - (this.customers.since[user] ?? 0);
    const zeal = ((this.customers.zeal[user] ?? 0) / 1000) * ZEAL_BY_STAGE[stage];
    return (zeal * this.trafficToday * HABIT_DAYS) / (HABIT_DAYS + age);
  }

  /** A lead starts the trial later than on the first day, or loses interest. */
  private consider(user: number): void {
    const age = this.day - (this.customers.since[user] ?? 0);
    const trial = CHANNELS[this.customers.channel[user] ?? 0]?.trial ?? 0;
    if (age > RESEARCH_DAYS) this.customers.stage[user] = Stage.lapsed;
    else if (this.random.chance(trial * 0.012)) this.startTrial(user, this.timeOfDay());
  }

  private startTrial(user: number, arrivalMs: number): void {
    this.writer.write(user, 'trial_start', { arrivalMs });
    this.customers.stage[user] = Stage.trial;
    this.customers.dueDay[user] = this.day + TRIAL_DAYS - this.random.below(4);
  }

  /** The trial's end. */
  private decide(user: number): void {
    if (this.day < (this.customers.dueDay[user] ?? 0)) return;
    const channel = CHANNELS[this.customers.channel[user] ?? 0];
    if (!this.random.chance(channel?.conversion ?? 0)) {
      this.customers.stage[user] = Stage.lapsed;
      return;
    }
    const arrivalMs = this.timeOfDay();
    this.writer.write(user, 'trial_convert', { arrivalMs });
    this.becomeCustomer(user, arrivalMs + this.random.below(300_000));
  }

  /** Whoever left or never converted may come back, and pays at once. */
  private reconsider(user: number, probability: number): void {
    if (!this.random.chance(probability)) return;
    const arrivalMs = this.timeOfDay();
    this.visit(user, arrivalMs);
    this.becomeCustomer(user, arrivalMs + this.random.below(600_000));
  }

  private becomeCustomer(user: number, arrivalMs: number): void {
    this.customers.stage[user] = Stage.paying;
    this.subscriptions.begin(user, this.day, this.day);
    this.customers.dueDay[user] = this.day + BILLING_DAYS;
    this.buy(user, arrivalMs, this.customers.price[user] ?? 0);
  }

  private payOrLeave(user: number): void {
    if (this.random.chance(0.003)) this.buy(user, this.timeOfDay(), this.addOnPrice(user));
    if (this.random.chance(0.001)) return this.leave(user);
    if (this.day < (this.customers.dueDay[user] ?? 0)) return;
    if (this.random.chance(CHANNELS[this.customers.channel[user] ?? 0]?.churn ?? 0)) this.leave(user);
    else this.renew(user);
  }

  private leave(user: number): void {
    this.writer.write(user, 'cancel', { arrivalMs: this.timeOfDay() });
    this.subscriptions.end(user, this.day);
    this.customers.stage[user] = Stage.left;
  }

  private renew(user: number): void {
    const { customers, random } = this;
    const plan = customers.plan[user] ?? 0;
    if (plan < 2 && random.chance(0.035)) this.changePlan(user, plan + 1);
    else if (plan > 0 && random.chance(0.015)) this.changePlan(user, plan - 1);
    else if (this.subscriptions.priceOn(user, this.day) > (customers.price[user] ?? 0) && random.chance(0.5))
      this.changePlan(user, plan);
    customers.dueDay[user] = this.day + BILLING_DAYS;
    this.buy(user, this.timeOfDay(), customers.price[user] ?? 0);
  }

  /** Another plan or price is another subscription; sometimes the old one is ended only days later. */
  private changePlan(user: number, plan: number): void {
    const overlap = this.random.chance(0.2) ? this.random.between(1, 20) : 0;
    this.subscriptions.end(user, this.day + overlap);
    this.customers.plan[user] = plan;
    this.subscriptions.begin(user, this.day, this.day);
  }

  private addOnPrice(user: number): number {
    const step = CURRENCIES[this.customers.currency[user] ?? 0]?.step ?? 1;
    const share = this.random.between(10, 60) / 100;
    return Math.round(((this.customers.price[user] ?? 0) * share) / step) * step;
  }

  private buy(user: number, arrivalMs: number, amount: number): void {
    const number = this.writer.write(user, 'purchase', { arrivalMs, amount });
    this.customers.purchase[user] = number;
    this.customers.purchaseDay[user] = this.day;
    this.customers.purchaseAmount[user] = amount;
    if (this.random.chance(0.004)) this.refundOutOfOrder(user, arrivalMs);
  }

  /** Money back within three weeks; after an incident far more often. */
  private maybeRefund(user: number): void {
    const age = this.day - (this.customers.purchaseDay[user] ?? 0);
    const isWave = age > 0 && age <= 20 && this.calendar.isRefundWave(this.day);
    const probability = age === 0 ? 0 : isWave ? 0.03 : age <= 20 ? 0.0012 : 0.00004;
    if (this.random.chance(probability)) this.refund(user, { arrivalMs: this.timeOfDay() });
  }

  /** A refund whose line comes before its purchase's, or whose clock was behind, or both. */
  private refundOutOfOrder(user: number, purchaseMs: number): void {
    const early = Math.min(purchaseMs, this.random.between(60_000, 2 * HOUR_MS));
    const kind = this.random.below(3);
    if (kind === 0) this.refund(user, { arrivalMs: purchaseMs - early, skewMs: 3 * early });
    else if (kind === 1) this.refund(user, { arrivalMs: purchaseMs + early, skewMs: -3 * early });
    else this.refund(user, { arrivalMs: purchaseMs - early });
  }

  private refund(user: number, happening: Happening): void {
    const { customers, random } = this;
    const step = CURRENCIES[customers.currency[user] ?? 0]?.step ?? 1;
    const paid = customers.purchaseAmount[user] ?? 0;
    const amount = random.chance(0.7) ? paid : Math.round((paid * random.between(1, 9)) / (10 * step)) * step;
    this.writer.write(user, 'refund', { ...happening, amount, refersTo: customers.purchase[user] ?? 0 });
    customers.purchase[user] = 0;
  }

  /** Working hours mostly, around the early afternoon in UTC. */
  private timeOfDay(): number {
    if (this.random.chance(0.08)) return this.random.below(DAY_MS);
    return 6 * HOUR_MS + this.random.below(7 * HOUR_MS) + this.random.below(7 * HOUR_MS);
  }

  /** A session: a login, unless remembered, and some pages. */
  private visit(user: number, startMs: number): void {
    let arrivalMs = startMs;
    if (this.random.chance(0.75)) this.writer.write(user, 'login', { arrivalMs });
    for (let pages = this.random.below(4); pages > 0; pages--) {
      arrivalMs += this.random.between(5_000, 400_000);
      this.writer.write(user, 'page_view', { arrivalMs });
    }
  }
}
