// What users may set about rows, and what holds until they do.

import type { AcceptedDays, Rates } from '../../records/contract.js';

/** What decides rows of this pipeline; part of its contracts (pipeline §8). */
export interface SaasSettings {
  /** USD per unit of a currency; above 0, at most 100. */
  readonly rates: Rates;
  /** Days that an event may lie on; the years 2000–2099 unless narrowed. */
  readonly eventDates: AcceptedDays;
  /** Event types that are accepted beside the built-in ones; the models count them as activity. */
  readonly eventTypes: readonly string[];
}

/** The event types that models know by name; always accepted (pipeline §3). */
export const builtInEventTypes: readonly string[] = [
  'signup',
  'login',
  'page_view',
  'purchase',
  'refund',
  'trial_start',
  'trial_convert',
  'cancel',
];

/** Static reporting rates, USD per unit (pipeline §2), and every day that a timestamp may lie in. */
export const defaultSettings: SaasSettings = {
  rates: { USD: 1, EUR: 1.08, GBP: 1.27, CAD: 0.74, AUD: 0.66, JPY: 0.0067, BRL: 0.18, INR: 0.012 },
  eventDates: { from: '2000-01-01', to: '2099-12-31' },
  eventTypes: [],
};
