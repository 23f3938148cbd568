// `lake.config.json`: the settings as users write them, checked key by key. What it does not say keeps its default.

import { z } from 'zod';
import { bytesOfSize } from '../../common/byte-size.js';
import { durationMs } from '../../common/duration.js';
import { LakeError, messageOf } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import { checkNames, limitNames } from '../../pipeline/checks/check-names.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { fileShape, userSettingsShape, type CommonDocument } from './settings-shape.js';
import { defaultSettingsFor, type LakeSettings, type OutgoingSettings } from './settings.js';

/** @throws LakeError `invalid-input` that names file, key, what was expected, and the key that was probably meant */
export function parseSettings(path: string, content: string, pipeline: PipelinePart): LakeSettings {
  return settingsOf(parseDocument(path, content, fileShape(pipeline)), path, pipeline);
}

/** What users say for every lake on their machine. */
export interface UserSettings extends OutgoingSettings {
  /** Where files of lakes in object stores are kept; a size as people write it. */
  readonly cache: { readonly folder?: string; readonly size?: string };
}

/** The user's own settings. Throws as `parseSettings` does. */
export function parseUserSettings(path: string, content: string): UserSettings {
  const { alerts, lineage, cache } = parseDocument(path, content, userSettingsShape);
  return { alerts: said(alerts), lineage: said(lineage), cache: said(cache) };
}

/** @throws LakeError `invalid-input` for what has another shape */
function parseDocument<Shape extends z.ZodObject>(
  path: string,
  content: string,
  shape: Shape,
): z.infer<Shape> {
  const document = parseJson(path, content);
  refuseInherited(path, document);
  const parsed = shape.safeParse(document, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => problemOf(issue, shape));
  throw new LakeError('invalid-input', `${path}: ${problems.join('; ')}.`, { details: { path } });
}

/** Keys that every object has already would be lost on the way, and with them what was meant. */
function refuseInherited(path: string, document: unknown, place = ''): void {
  if (typeof document !== 'object' || document === null) return;
  for (const [key, value] of Object.entries(document)) {
    const inner = place === '' ? key : `${place}.${key}`;
    if (!Array.isArray(document) && key in Object.prototype)
      throw new LakeError('invalid-input', `${path}: there is no setting ${inner}.`, { details: { path } });
    refuseInherited(path, value, inner);
  }
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new LakeError('invalid-input', `${path}: not JSON: ${messageOf(cause)}.`, {
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
  const shown = isSecret(place) ? undefined : JSON.stringify(issue.input)?.slice(0, 60);
  const found = shown === undefined ? '' : `, found ${shown}`;
  return `${place === '' ? 'the document' : place}: ${lowerFirst(issue.message)}${found}`;
}

/** Commands and addresses hold keys and passwords. */
const isSecret = (place: string): boolean => /^(alerts|lineage)\b/.test(place);

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
  throw new LakeError(
    'invalid-input',
    `${path}: ${place}.${unknown}: there is no setting of that name: ${hint}.`,
    {
      details: { path, name: unknown },
    },
  );
}

const lowerFirst = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

/**
 * The settings that a document of that shape comes to.
 * @throws LakeError `invalid-input` for names of checks and metrics that the pipeline does not have
 */
export function settingsOf(
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
    spark,
  } = file as CommonDocument;
  const defaults = defaultSettingsFor(pipeline);
  const definition = (): Pipeline => pipeline.under(pipeline.settings.defaults);
  refuseUnknown(path, 'checks', Object.keys(checks), () => checkNames(definition()));
  refuseUnknown(path, 'limits', Object.keys(limits), () => limitNames(definition()));
  const olderThanMs = retention?.olderThan === undefined ? undefined : durationMs(retention.olderThan);
  return {
    rows: pipeline.settings.read(file, path),
    checks,
    limits: limits as LakeSettings['limits'],
    anomalies: { ...defaults.anomalies, ...said(anomalies) },
    retention: said({ keep: retention?.keep, olderThanMs }),
    alerts: said(alerts),
    lineage: said(lineage),
    iceberg: { ...defaults.iceberg, ...said(iceberg) },
    engine: engine ?? defaults.engine,
    spark: said({ writeFrom: spark?.writeFrom, parseFrom: bytesOfSize(spark?.parseFrom ?? '') }),
  };
}

/** The members that are said. */
export function said<T extends object>(
  members: T | undefined,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
