// `lake.config.json` as users write it: which keys there are and what they take. Whether names of checks exist is not said here.

import { z } from 'zod';
import { daysOfIso } from '../../common/calendar.js';
import { durationMs } from '../../common/duration.js';
import { isLocation } from '../../iceberg/location.js';

const severity = z.enum(['error', 'warn', 'off']);
const day = z.string().refine((text) => daysOfIso(text) !== null, 'expected a day as YYYY-MM-DD');
const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, 'expected a duration like 7d or 24h');
/** An address that a document is posted to. */
export const url = z.url({
  protocol: /^https?$/,
  error: 'expected a URL that begins with http:// or https://',
});
const text = z.string().min(1);
const location = text.refine(isLocation, 'expected a URI like s3://bucket/lake, or an absolute path');

/** What may be run or told when a run has news: it counts only where the user said it (find-settings.ts). */
export const outgoingShape = {
  alerts: z.strictObject({ command: text.optional(), url: url.optional() }).optional(),
  lineage: z
    .strictObject({ file: text.optional(), url: url.optional(), namespace: text.optional() })
    .optional(),
};

/** The whole file. */
export const settingsShape = z.strictObject({
  $schema: z.string().optional(),
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
  checks: z.record(text, severity).optional(),
  limits: z
    .record(text, z.strictObject({ min: z.number().optional(), max: z.number().optional() }))
    .optional(),
  anomalies: z
    .strictObject({
      severity: severity.optional(),
      threshold: z.number().min(1).optional(),
      quietRuns: z.int().min(1).optional(),
      quietWeeks: z.int().min(2).max(52).optional(),
    })
    .optional(),
  retention: z.strictObject({ keep: z.int().min(1).optional(), olderThan: duration.optional() }).optional(),
  ...outgoingShape,
  iceberg: z
    .strictObject({ publish: z.enum(['never', 'always']).optional(), location: location.optional() })
    .optional(),
});

/** The user's own file, for every lake on this machine. */
export const userSettingsShape = z.strictObject({ $schema: z.string().optional(), ...outgoingShape });

/** What a file says that passed. */
export type SettingsDocument = z.infer<typeof settingsShape>;

/** The JSON Schema of the file, for editors. */
export const settingsSchema = (): object =>
  z.toJSONSchema(settingsShape, { io: 'input', unrepresentable: 'any' });
