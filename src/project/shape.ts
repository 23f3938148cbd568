// A YAML text against a shape (zod): the value, or each fault in the words of the person who wrote the text.

import type { z } from 'zod';
import { nearMiss } from '../common/near-miss.js';
import type { Place, Problems } from './problems.js';
import type { YamlText } from './yaml-text.js';

/** The keys that a shape knows at a path, for "did you mean". */
type KnownKeys = (path: readonly PropertyKey[]) => readonly string[];

/** Checks a text's value; undefined when it has problems, all of which are added. */
export function shaped<T>(
  text: YamlText,
  shape: z.ZodType<T>,
  { problems, knownKeys }: { readonly problems: Problems; readonly knownKeys: KnownKeys },
): T | undefined {
  const parsed = shape.safeParse(text.value ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  for (const issue of flatIssues(parsed.error.issues))
    for (const { place, message } of problemsOf(issue, text, knownKeys)) problems.add(place, message);
  return undefined;
}

/** A union that no member fits is as wrong as its nearest member says: the one with the fewest faults that are not its kind. */
function flatIssues(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const nested = issue.errors.map((errors) =>
      flatIssues(errors.map((each) => ({ ...each, path: [...issue.path, ...each.path] }))),
    );
    const deepest = nested
      .filter((each) => each.some(({ path }) => path.length > issue.path.length))
      .toSorted((a, b) => a.length - b.length)[0];
    return deepest ?? nested.find((each) => each.some(({ code }) => code === 'unrecognized_keys')) ?? [issue];
  });
}

function problemsOf(
  issue: z.core.$ZodIssue,
  text: YamlText,
  knownKeys: KnownKeys,
): readonly { readonly place: Place; readonly message: string }[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      place: text.placeOfKey([...path, key]),
      message: unknownKey(key, knownKeys(path)),
    }));
  const name = path.length === 0 ? 'the file' : shownPath(path);
  if (issue.code === 'invalid_key')
    return [
      { place: text.placeOfKey(path), message: `${name}: ${issue.issues[0]?.message ?? issue.message}` },
    ];
  const place = text.placeOf(path);
  return [{ place, message: `${name}: ${lowerFirst(issue.message)}${foundText(issue)}` }];
}

/** `sources.orders.fields[0]`. */
const shownPath = (path: readonly PropertyKey[]): string =>
  path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');

/** `unknown key "filds"; did you mean fields?` */
function unknownKey(key: string, known: readonly string[]): string {
  const near = nearMiss(key, known);
  const hint = near === undefined ? `known here are ${known.join(', ')}` : `did you mean ${near}?`;
  return `unknown key ${JSON.stringify(key)}; ${hint}`;
}

function foundText({ input, code }: z.core.$ZodIssue): string {
  if (input === undefined)
    return code === 'invalid_type' || code === 'invalid_value' ? ', found nothing' : '';
  const shown = JSON.stringify(input) ?? typeof input;
  return `, found ${shown.length > 60 ? `${shown.slice(0, 57)}...` : shown}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
