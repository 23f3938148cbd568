// What `lake.config.json` may say about the rows of a built-in project: rates, and the keys that its `settings` name. Each
// changes the document as if a person had written it so.

import { z } from 'zod';
import { daysOfIso } from '../common/calendar.js';
import { LakeError } from '../common/errors.js';
import { compareText } from '../common/text-order.js';
import type { RowSettings } from '../pipeline/define/pipeline-part.js';
import type { RecordedSettings } from '../pipeline/define/spec/pipeline-spec.js';
import type { AcceptedDays } from '../records/contract.js';
import { isChild, type ProjectDocument } from './document.js';
import type { FieldDocument } from './fields/field-document.js';

/** Rates, and by key what the project's `settings` name: words that are added, or days that narrow a timestamp. */
type NamedSettings = Readonly<{ rates: Readonly<Record<string, number>> }> &
  Readonly<Record<string, unknown>>;

/** Days of a timestamp that has no bounds. */
const ANY_DAY: AcceptedDays = { from: '0001-01-01', to: '9999-12-31' };

const day = z.string().refine((text) => daysOfIso(text) !== null, 'expected a day as YYYY-MM-DD');
const currency = z.string().regex(/^[A-Z]{3}$/, 'expected a currency code of three capital letters');
const word = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.:-]{0,63}$/, 'expected a word in lower case, like invite_sent');

/** The keys of the settings file that decide rows of a project, and what they come to. */
export function namedSettings(document: ProjectDocument): RowSettings {
  const defaults = defaultSettings(document);
  const keys = Object.entries(document.settings ?? {});
  const shape: z.ZodRawShape = {
    rates: z.record(currency, z.number().positive().max(100).nullable()).optional(),
    ...Object.fromEntries(
      keys.map(([key, { narrows }]) => [
        key,
        narrows === undefined
          ? z.array(word).optional()
          : z.strictObject({ from: day.optional(), to: day.optional() }).optional(),
      ]),
    ),
  };
  const read = (file: Readonly<Record<string, unknown>>, path: string): RecordedSettings => {
    const said: Readonly<Record<string, unknown>> = z.object(shape).parse(file);
    const settings: Record<string, unknown> = {
      rates: ratesOf(document, said['rates'] as Readonly<Record<string, number | null>> | undefined, path),
    };
    for (const [key, { narrows }] of keys)
      settings[key] =
        narrows === undefined
          ? (said[key] ?? [])
          : daysOf(key, said[key] as Partial<AcceptedDays> | undefined, defaults[key] as AcceptedDays, path);
    return settings;
  };
  return { defaults, shape, read };
}

function defaultSettings(document: ProjectDocument): NamedSettings {
  const entries = Object.entries(document.settings ?? {}).map(([key, { narrows }]): [string, unknown] => {
    if (narrows === undefined) return [key, []];
    const { min, max } = fieldAt(document, narrows);
    return [key, { from: String(min ?? ANY_DAY.from), to: String(max ?? ANY_DAY.to) }];
  });
  const named: Readonly<Record<string, unknown>> = Object.fromEntries(entries);
  return { rates: document.rates ?? {}, ...named };
}

/** The rates with what the file adds, and without what it takes out. */
function ratesOf(
  { rates = {} }: ProjectDocument,
  said: Readonly<Record<string, number | null>> = {},
  path: string,
): Readonly<Record<string, number>> {
  for (const [code, rate] of Object.entries(said))
    if (rates[code] === 1 && rate !== 1)
      throw new LakeError(
        'invalid-input',
        `${path}: rates.${code}: sums are in ${code}, so that its rate is 1.`,
        { details: { path } },
      );
  const all = Object.entries({ ...rates, ...said });
  return Object.fromEntries(all.filter((entry): entry is [string, number] => entry[1] !== null));
}

function daysOf(
  key: string,
  said: Partial<AcceptedDays> | undefined,
  defaults: AcceptedDays,
  path: string,
): AcceptedDays {
  const days = { from: said?.from ?? defaults.from, to: said?.to ?? defaults.to };
  if (days.from <= days.to) return days;
  throw new LakeError(
    'invalid-input',
    `${path}: ${key}: expected from before to, found ${days.from} to ${days.to}.`,
    { details: { path } },
  );
}

/**
 * The document under settings that a file came to or a snapshot recorded; what they lack keeps its default.
 * @throws LakeError `invalid-input` for what nobody recorded
 */
export function underNamed(
  document: ProjectDocument,
  recorded: RecordedSettings,
): { readonly document: ProjectDocument; readonly settings: RecordedSettings } {
  const parsed = recordedShape(document).safeParse(recorded);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LakeError(
      'invalid-input',
      `${issue?.path.join('.') ?? ''}: these are no settings of this pipeline: ${issue?.message ?? ''}.`,
    );
  }
  const settings: NamedSettings = { ...defaultSettings(document), ...recorded };
  let under: ProjectDocument = { ...document, rates: settings.rates };
  for (const [key, { adds_to: words, narrows }] of Object.entries(document.settings ?? {})) {
    if (words !== undefined) under = withField(under, words, withWords(settings[key] as readonly string[]));
    if (narrows !== undefined) under = withField(under, narrows, within(settings[key] as AcceptedDays));
  }
  return { document: under, settings };
}

/** What runs record; of other programs there may be more. */
const recordedShape = ({ settings = {} }: ProjectDocument): z.ZodType =>
  z
    .object({
      rates: z.record(z.string(), z.number().positive()),
      ...Object.fromEntries(
        Object.entries(settings).map(([key, { narrows }]) => [
          key,
          narrows === undefined ? z.array(z.string()) : z.object({ from: day, to: day }),
        ]),
      ),
    })
    .partial();

/** The order in which settings name words makes no difference. */
const withWords =
  (added: readonly string[]) =>
  (field: FieldDocument): FieldDocument => {
    const own = Array.isArray(field.one_of) ? field.one_of : [];
    const others = new Set(added.filter((each) => !own.includes(each)));
    return { ...field, one_of: [...own, ...[...others].sort(compareText)] };
  };

const within =
  ({ from, to }: AcceptedDays) =>
  (field: FieldDocument): FieldDocument => {
    const [min, max] = [String(field.min ?? ANY_DAY.from), String(field.max ?? ANY_DAY.to)];
    return { ...field, min: from > min ? from : min, max: to < max ? to : max };
  };

/** A field of a document that was looked at when it was loaded. */
function fieldAt({ sources }: ProjectDocument, place: string): FieldDocument {
  const [source = '', field = ''] = place.split('.');
  const found = sources[source]?.fields[field];
  if (found === undefined) throw new Error(`there is no field ${place}`);
  return found;
}

function withField(
  document: ProjectDocument,
  place: string,
  change: (field: FieldDocument) => FieldDocument,
): ProjectDocument {
  const [source = '', name = ''] = place.split('.');
  const found = document.sources[source];
  if (found === undefined || isChild(found)) throw new Error(`there is no source ${source} of files`);
  const fields = { ...found.fields, [name]: change(fieldAt(document, place)) };
  return { ...document, sources: { ...document.sources, [source]: { ...found, fields } } };
}

/** What is wrong with a key of the document's settings. */
interface SettingFault {
  readonly key: string;
  readonly message: string;
}

/** What the `settings` of a document name and cannot change. */
export function settingFaults({ settings = {}, sources }: ProjectDocument): readonly SettingFault[] {
  return Object.entries(settings).flatMap(([key, { adds_to: words, narrows }]): readonly SettingFault[] => {
    const fault = (message: string): readonly SettingFault[] => [{ key, message }];
    if ((words === undefined) === (narrows === undefined)) return fault('expected either adds_to or narrows');
    const place = words ?? narrows ?? '';
    const [source = '', name = ''] = place.split('.');
    const document = Object.hasOwn(sources, source) ? sources[source] : undefined;
    const field = document && !isChild(document) ? document.fields[name] : undefined;
    if (field === undefined) return fault(`there is no field ${place} of a source of files`);
    if (words !== undefined && !(field.type === 'text' && Array.isArray(field.one_of)))
      return fault(`expected a field of text with a list as one_of, found ${place}`);
    if (narrows !== undefined && field.type !== 'timestamp')
      return fault(`expected a timestamp, found ${place}, which is ${field.type}`);
    return [];
  });
}
