// What users may set, and what holds until they do.

import type { ContractSettings } from '../../records/contract.js';

/** Static reporting rates, USD per unit (pipeline §2), and every day that a timestamp may lie in. */
export const defaultSettings: ContractSettings = {
  rates: { USD: 1, EUR: 1.08, GBP: 1.27, CAD: 0.74, AUD: 0.66, JPY: 0.0067, BRL: 0.18, INR: 0.012 },
  eventDates: { from: '2000-01-01', to: '2099-12-31' },
};
