// `lake.config.json` as users write it: which keys there are and what they take. Whether names of checks exist is not said here.

import { z } from 'zod';
import { byteSizeForm, bytesOfSize } from '../../common/byte-size.js';
import { durationMs } from '../../common/duration.js';
import { engineChoices } from '../../engine/choose-engine.js';
import { isLocation } from '../../iceberg/location.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';

const severity = z.enum(['error', 'warn', 'off']);
const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, 'expected a duration like 7d or 24h');
const byteSize = z.string().refine((given) => bytesOfSize(given) !== undefined, `expected ${byteSizeForm}`);
/** An address that a document is posted to. */
export const url = z.url({
  protocol: /^https?$/,
  error: 'expected a URL that begins with http:// or https://',
});
const text = z.string().min(1);
const location = text.refine(isLocation, 'expected a URI like s3://bucket/lake, or an absolute path');

/** What may be run or told when a run has news: it counts only where the user said it (find-settings.ts). */
const outgoingShape = {
  alerts: z.strictObject({ command: text.optional(), url: url.optional() }).optional(),
  lineage: z
    .strictObject({ file: text.optional(), url: url.optional(), namespace: text.optional() })
    .optional(),
};

/** The keys of every lake; beside them the file may have those of its pipeline. */
const commonShape = z.strictObject({
  $schema: z.string().optional(),
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
  engine: z.enum(engineChoices).optional(),
  spark: z.strictObject({ writeFrom: z.int().min(1).optional(), parseFrom: byteSize.optional() }).optional(),
});

/** The user's own file, for every lake on this machine. */
export const userSettingsShape = z.strictObject({
  $schema: z.string().optional(),
  ...outgoingShape,
  cache: z.strictObject({ folder: text, size: byteSize.optional() }).optional(),
});

/** What a file says that passed, the keys of the pipeline aside. */
export type CommonDocument = z.infer<typeof commonShape>;

/** The whole file for lakes of a pipeline: `$schema`, the pipeline's own keys, then those of every lake. */
export function fileShape({ settings }: PipelinePart): z.ZodObject {
  const { $schema, ...common } = commonShape.shape;
  return z.strictObject({ $schema, ...settings.shape, ...common });
}

/** The JSON Schema of the file, for editors. */
export const settingsSchema = (pipeline: PipelinePart): object =>
  z.toJSONSchema(fileShape(pipeline), { io: 'input', unrepresentable: 'any' });
