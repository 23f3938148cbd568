// What users may set about rows, and what holds until they do.

import { z } from 'zod';
import { daysOfIso } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import type { RowSettings } from '../../pipeline/define/pipeline-part.js';
import type { RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';
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

const day = z.string().refine((text) => daysOfIso(text) !== null, 'expected a day as YYYY-MM-DD');

const shape = z.object({
  rates: z
    .record(
      z.string().regex(/^[A-Z]{3}$/, 'expected a currency code of three capital letters'),
      z.number().positive().max(100).nullable(),
    )
    .optional(),
  eventTypes: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9_.:-]{0,63}$/, 'expected an event type in lower case, like invite_sent'),
    )
    .optional(),
  eventDates: z.strictObject({ from: day.optional(), to: day.optional() }).optional(),
});

const recordedShape = z
  .object({
    rates: z.record(z.string(), z.number().positive()),
    eventDates: z.object({ from: day, to: day }),
    eventTypes: z.array(z.string()),
  })
  .partial();

/**
 * The settings that recorded ones come to; what they lack keeps its default.
 * @throws LakeError `invalid-input` for what nobody recorded
 */
export function settingsOf(recorded: RecordedSettings): SaasSettings {
  const parsed = recordedShape.safeParse(recorded);
  if (parsed.success) return { ...defaultSettings, ...recorded };
  const [issue] = parsed.error.issues;
  throw new LakeError(
    'invalid-input',
    `${issue?.path.join('.') ?? ''}: these are no settings of this pipeline: ${issue?.message ?? ''}.`,
  );
}

/** The keys of the settings file that are about rows. What a file does not say keeps its default. */
export const saasRowSettings: RowSettings = {
  defaults: defaultSettings,
  shape: shape.shape,
  read: (file, path) => rowSettings(shape.parse(file), path),
};

function rowSettings(
  { rates = {}, eventTypes = [], eventDates = {} }: z.output<typeof shape>,
  path: string,
): SaasSettings {
  const all = { ...defaultSettings.rates, ...rates };
  const accepted = Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== null);
  if (rates['USD'] !== undefined && rates['USD'] !== 1)
    throw new LakeError(
      'invalid-input',
      `${path}: rates.USD: rates are US dollars per unit, so that of USD is 1.`,
      { details: { path } },
    );
  const { from, to } = defaultSettings.eventDates;
  const dates = { from: eventDates.from ?? from, to: eventDates.to ?? to };
  if (dates.from > dates.to)
    throw new LakeError(
      'invalid-input',
      `${path}: eventDates: expected from before to, found ${dates.from} to ${dates.to}.`,
      { details: { path } },
    );
  return { rates: Object.fromEntries(accepted), eventDates: dates, eventTypes };
}
