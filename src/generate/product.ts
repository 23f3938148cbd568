// The business behind the data, as tables: where customers come from, what they pay, in which money.

/** A way on which users come, with weights and rates that hold from signup to the end. */
interface Channel {
  readonly name: string;
  /** Weight among sign-ups. */
  readonly signups: number;
  /** Probability that a sign-up starts a trial, and that a trial converts. */
  readonly trial: number;
  readonly conversion: number;
  /** Weights of basic, pro, team. */
  readonly plans: readonly [number, number, number];
  /** Probability to leave at a monthly renewal. */
  readonly churn: number;
  /** Cents of advertising per sign-up; 0: costs nothing and has no spend. */
  readonly costPerSignup: number;
}

/** All channels, those without spend among them. */
export const CHANNELS: readonly Channel[] = [
  {
    name: 'google',
    signups: 30,
    trial: 0.62,
    conversion: 0.42,
    plans: [50, 38, 12],
    churn: 0.06,
    costPerSignup: 2400,
  },
  {
    name: 'facebook',
    signups: 22,
    trial: 0.48,
    conversion: 0.24,
    plans: [76, 21, 3],
    churn: 0.13,
    costPerSignup: 1500,
  },
  {
    name: 'linkedin',
    signups: 9,
    trial: 0.66,
    conversion: 0.48,
    plans: [22, 48, 30],
    churn: 0.04,
    costPerSignup: 6800,
  },
  {
    name: 'organic',
    signups: 26,
    trial: 0.58,
    conversion: 0.44,
    plans: [55, 36, 9],
    churn: 0.05,
    costPerSignup: 0,
  },
  {
    name: 'referral',
    signups: 9,
    trial: 0.74,
    conversion: 0.58,
    plans: [38, 44, 18],
    churn: 0.03,
    costPerSignup: 900,
  },
  {
    name: 'partner network',
    signups: 4,
    trial: 0.5,
    conversion: 0.36,
    plans: [40, 40, 20],
    churn: 0.07,
    costPerSignup: 3100,
  },
];

/** Advertising that has brought nobody yet: rows of spend on a channel without a single sign-up, in cents a day. */
export const BARREN_CHANNEL = { name: 'podcast', centsPerDay: 12_000 } as const;

/** The plans, cheapest first; prices and choices elsewhere are in this order. */
export const PLANS = ['basic', 'pro', 'team'] as const;

/** A currency, what the plans cost in it, and how many pay in it. */
interface Currency {
  readonly code: string;
  /** Weight among customers. */
  readonly customers: number;
  /** Monthly list price in hundredths, by plan. */
  readonly prices: readonly [number, number, number];
  /** Smallest amount that is charged, in hundredths. */
  readonly step: number;
  readonly taxPercent: number;
}

/** All currencies that customers pay in; the share of customers is a weight. */
export const CURRENCIES: readonly Currency[] = [
  { code: 'USD', customers: 58, prices: [1900, 4900, 14900], step: 1, taxPercent: 0 },
  { code: 'EUR', customers: 18, prices: [1800, 4500, 13900], step: 1, taxPercent: 19 },
  { code: 'GBP', customers: 9, prices: [1500, 3900, 11900], step: 1, taxPercent: 20 },
  { code: 'CAD', customers: 5, prices: [2500, 6500, 19900], step: 1, taxPercent: 5 },
  { code: 'AUD', customers: 3, prices: [2900, 7500, 22900], step: 1, taxPercent: 10 },
  { code: 'JPY', customers: 3, prices: [280000, 720000, 2200000], step: 100, taxPercent: 10 },
  { code: 'BRL', customers: 2, prices: [9900, 25900, 79900], step: 1, taxPercent: 12 },
  { code: 'INR', customers: 2, prices: [159000, 409000, 1249000], step: 100, taxPercent: 18 },
];

/** The list price in hundredths after so many rises of a tenth of the first price each. */
export function listPrice(currency: number, plan: number, rises: number): number {
  const first = CURRENCIES[currency]?.prices[plan] ?? 0;
  return Math.round((first * (10 + rises)) / 10);
}

/** Names of users that break careless programs; each comes once in every 2,000 users. */
const STRANGE_NAMES = new Map<number, string>([
  [101, 'Zoë Müller'],
  [102, '用户-八百'],
  [103, 'İstanbul-ß'],
  [104, '🚀-team-👩‍💻'],
  [305, '__proto__'],
  [306, 'constructor'],
  [507, '../../etc/passwd'],
  [508, `O'Brien"; DROP TABLE users; --`],
  [709, '\u202Eevil\u202C'],
  [710, '\u001b[31mred'],
  [911, 'x'.repeat(300)],
]);
const NAMES_REPEAT = 2000;

/** The id of a user as JSON text, quotes included. */
export function userIdJson(user: number): string {
  const strange = STRANGE_NAMES.get(user % NAMES_REPEAT);
  if (strange === undefined) return `"user-${String(user + 1).padStart(7, '0')}"`;
  const round = Math.floor(user / NAMES_REPEAT);
  return JSON.stringify(round === 0 ? strange : `${strange}-${round}`);
}
