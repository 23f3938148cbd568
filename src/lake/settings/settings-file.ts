// `lake.config.json`: the settings as users write them, checked key by key. What it does not say keeps its default.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { durationMs } from '../../common/duration.js';
import { LakeError } from '../../common/errors.js';
import { engineChoices } from '../../engine/choose-engine.js';
import { nearMiss } from '../../common/near-miss.js';
import { isLocation } from '../../iceberg/location.js';
import { checkNames, limitNames } from '../../pipeline/checks/check-names.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { defaultSettingsFor, type LakeSettings } from './settings.js';

export const settingsFileName = 'lake.config.json';

const severity = z.enum(['error', 'warn', 'off']);
const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, 'expected a duration like 7d or 24h');
const url = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });
const text = z.string().min(1);
const location = text.refine(isLocation, 'expected a URI like s3://bucket/lake, or an absolute path');

/** The keys of every lake; beside them the file may have those of its pipeline (RowSettings). */
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
  alerts: z.strictObject({ command: text.optional(), url: url.optional() }).optional(),
  lineage: z
    .strictObject({ file: text.optional(), url: url.optional(), namespace: text.optional() })
    .optional(),
  iceberg: z
    .strictObject({ publish: z.enum(['never', 'always']).optional(), location: location.optional() })
    .optional(),
  engine: z.enum(engineChoices).optional(),
});

type CommonFile = z.infer<typeof commonShape>;

/** The whole file for lakes of a pipeline: `$schema`, the pipeline's own keys, then those of every lake. */
function fileShape({ settings }: PipelinePart): z.ZodObject {
  const { $schema, ...common } = commonShape.shape;
  return z.strictObject({ $schema, ...settings.shape, ...common });
}

/**
 * The settings of a file, or of the first `lake.config.json` that there is: in the working folder, then beside the lake.
 * Defaults where there is none.
 * @param given a path that the user named; it must be there
 * @throws LakeError `invalid-input` for a file that is missing, no JSON, or says what no setting is
 */
export async function readSettings(
  given: string | undefined,
  lakeLocation: string,
  pipeline: PipelinePart,
): Promise<FoundSettings> {
  const paths = [settingsFileName, join(dirname(lakeLocation), settingsFileName)];
  if (given !== undefined) {
    const content = await readFile(given, 'utf8').catch(missing(given));
    return { settings: parseSettings(given, content, pipeline), settingsFile: given };
  }
  for (const path of paths) {
    const content = await readFile(path, 'utf8').catch(noneOr(path));
    if (content !== undefined)
      return { settings: parseSettings(path, content, pipeline), settingsFile: path };
  }
  return { settings: defaultSettingsFor(pipeline), settingsFile: null };
}

export interface FoundSettings {
  readonly settings: LakeSettings;
  /** Null: there is none. */
  readonly settingsFile: string | null;
}

/** The JSON Schema of the file, for editors. */
export const settingsSchema = (pipeline: PipelinePart): object =>
  z.toJSONSchema(fileShape(pipeline), { io: 'input', unrepresentable: 'any' });

const missing =
  (path: string) =>
  (cause: unknown): never => {
    throw new LakeError(
      'invalid-input',
      `${path}: the settings cannot be read; expected a JSON file. ${reasonOf(cause)}`,
      {
        cause,
        details: { path },
      },
    );
  };

const noneOr =
  (path: string) =>
  (cause: unknown): undefined => {
    if ((cause as { code?: unknown }).code === 'ENOENT') return undefined;
    return missing(path)(cause);
  };

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** @throws LakeError `invalid-input` that names file, key, what was expected, and the key that was probably meant */
export function parseSettings(path: string, content: string, pipeline: PipelinePart): LakeSettings {
  const shape = fileShape(pipeline);
  const parsed = shape.safeParse(parseJson(path, content), { reportInput: true });
  if (parsed.success) return settingsOf(parsed.data, path, pipeline);
  const problems = parsed.error.issues.map((issue) => problemOf(issue, shape));
  throw new LakeError('invalid-input', `${path}: ${problems.join('; ')}.`, { details: { path } });
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new LakeError('invalid-input', `${path}: not JSON: ${reasonOf(cause)}.`, {
      cause,
      details: { path },
    });
  }
}

/** In the words of the file's writer: place, problem, what was probably meant. */
function problemOf(issue: z.core.$ZodIssue, shape: z.ZodObject): string {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(place, key, shape)).join('; ');
  if (issue.code === 'invalid_key') return `${place}: ${issue.issues[0]?.message ?? issue.message}`;
  const shown = JSON.stringify(issue.input)?.slice(0, 60);
  const found = shown === undefined ? '' : `, found ${shown}`;
  return `${place === '' ? 'the document' : place}: ${lowerFirst(issue.message)}${found}`;
}

function unknownKey(place: string, key: string, shape: z.ZodObject): string {
  const known = keysAt(place, shape);
  const near = nearMiss(key, known);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return `there is no setting ${place === '' ? key : `${place}.${key}`}: ${hint}`;
}

/** The keys of the object at a place; those of a limit for any metric. */
function keysAt(place: string, shape: z.ZodObject): readonly string[] {
  const [first = '', second] = place.split('.');
  const shapes = shape.shape as Readonly<Record<string, z.ZodOptional>>;
  if (place === '') return Object.keys(shapes).filter((key) => key !== '$schema');
  if (first === 'limits' && second !== undefined) return ['min', 'max'];
  const inner = shapes[first]?.unwrap();
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Names that are keys of a record: a mistyped one would be a setting without effect. */
function refuseUnknown(
  path: string,
  place: string,
  names: readonly string[],
  known: () => readonly string[],
): void {
  if (names.length === 0) return;
  const all = known();
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  const near = nearMiss(unknown, all);
  const hint = near === undefined ? `known are ${all.join(', ')}` : `did you mean ${near}?`;
  throw new LakeError('invalid-input', `${path}: ${place}.${unknown}: there is none of that name: ${hint}.`, {
    details: { path, name: unknown },
  });
}

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

function settingsOf(
  file: Readonly<Record<string, unknown>>,
  path: string,
  pipeline: PipelinePart,
): LakeSettings {
  const {
    checks = {},
    limits = {},
    anomalies,
    retention,
    alerts,
    lineage,
    iceberg,
    engine,
  } = file as CommonFile;
  const defaults = defaultSettingsFor(pipeline);
  const definition = (): Pipeline => pipeline.under(pipeline.settings.defaults);
  refuseUnknown(path, 'checks', Object.keys(checks), () => checkNames(definition()));
  refuseUnknown(path, 'limits', Object.keys(limits), () => limitNames(definition()));
  const olderThanMs = retention?.olderThan === undefined ? undefined : durationMs(retention.olderThan);
  return {
    rows: pipeline.settings.read(file, path),
    checks,
    limits: limits as LakeSettings['limits'],
    anomalies: { ...defaults.anomalies, ...given(anomalies) },
    retention: given({ keep: retention?.keep, olderThanMs }),
    alerts: given(alerts),
    lineage: given(lineage),
    iceberg: { ...defaults.iceberg, ...given(iceberg) },
    engine: engine ?? defaults.engine,
  };
}

/** The members that are said. */
function given<T extends object>(members: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
