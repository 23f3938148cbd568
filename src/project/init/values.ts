// What the values of one field have in common: a type, formats, an enumeration, how often it is missing.

import { guessNumber, type NumberContext } from './guess-number.js';
import { guessTime } from './guess-time.js';
import { text, type FieldGuess, type Observed, type TypeGuess } from './observed.js';

/** Words for null where other values are of a type. */
const NULL_WORDS = new Set([
  '--',
  '-',
  '–',
  '—',
  'n/a',
  'na',
  '#n/a',
  'n.a.',
  'k.a.',
  'null',
  '(null)',
  'none',
  'nil',
  '\\n',
  'nan',
  'undefined',
  '?',
]);
/** Those that are no text either. */
const NO_TEXT = new Set(['--', 'n/a', '#n/a', 'null', '(null)', '\\n', 'undefined']);

/** How values are looked at where nothing else is known: those of JSON. */
export const JSON_VALUES: NumberContext = {
  style: { decimal: '.', thousands: undefined },
  isCsv: false,
  isMinor: false,
};

/** Guesses the type of a field from its values, all that were seen. */
export function guessField(name: string, observed: readonly Observed[], context = JSON_VALUES): FieldGuess {
  const values = observed.map((value) => (typeof value === 'string' ? value.trim() : value));
  const present = values.filter((value) => value !== null && value !== '');
  const real = present.filter((value) => !isWord(value, NULL_WORDS));
  const plain = guessType(name, real, context);
  const isText = plain.type === 'text';
  const words = context.isCsv || !isText ? (isText ? NO_TEXT : NULL_WORDS) : new Set<string>();
  const nulls = new Set([
    ...present.filter((value): value is string => isWord(value, words)),
    ...(plain.nulls ?? []),
  ]);
  const counted = present.filter((value) => typeof value !== 'string' || !nulls.has(value));
  const guess = isText ? { ...plain, ...guessText(name, counted, plain.evidence) } : plain;
  return {
    ...guess,
    nulls: [...nulls],
    present: counted.length,
    missing: observed.length - counted.length,
  };
}

const isWord = (value: Observed, words: ReadonlySet<string>): value is string =>
  typeof value === 'string' && words.has(value.toLowerCase());

function guessType(name: string, values: readonly Observed[], context: NumberContext): TypeGuess {
  if (values.length === 0) return { type: 'text', evidence: 'no value was seen' };
  if (values.some((value) => typeof value === 'object'))
    return {
      type: 'json',
      evidence: values.every((value) => typeof value === 'object')
        ? 'arrays or objects'
        : 'texts, and arrays or objects',
    };
  return (
    guessTime(name, values) ??
    guessBoolean(name, values) ??
    guessNumber(name, values, context) ?? { type: 'text', evidence: '' }
  );
}

/** Where `NO` is Norway and no word for false. */
const CODE_NAMES = /(^|_)(country|country_code|land|nation|market|region|locale|lang|language)(_|$)/;

/** Words, and digits beside them; digits alone are numbers. */
function guessBoolean(name: string, values: readonly Observed[]): TypeGuess | undefined {
  const isWord = (value: Observed): boolean =>
    typeof value === 'boolean' || /^(true|false|yes|no)$/i.test(text(value));
  const isAll = values.every((value) => isWord(value) || /^[01]$/.test(text(value))) && values.some(isWord);
  const isCode = CODE_NAMES.test(name) && values.every((value) => value === 'NO' || value === 'no');
  return isAll && !isCode ? { type: 'boolean', evidence: `all of ${values.length}` } : undefined;
}

/** Rows from which an enumeration is believed, and values that it may have. */
const ENUM_ROWS = 50;
const ENUM_VALUES = 12;
const ENUM_NAMES =
  /(^|_)(status|state|type|kind|level|severity|severity_text|currency|currency_code|channel|interval|method|device|role|tier|plan)$/;

/** An enumeration, and one spelling where values differ only in case. */
function guessText(name: string, values: readonly Observed[], evidence: string): Partial<FieldGuess> {
  const texts = values.map(text);
  const distinct = new Set(texts);
  const lowered = new Set(texts.map((each) => each.toLowerCase()));
  const areWords = distinct.size > 0 && [...distinct].every((each) => /^[\w.-]{1,40}$/.test(each));
  const mixed = areWords && lowered.size < distinct.size && distinct.size <= ENUM_VALUES * 2;
  const upper = texts.filter((each) => each === each.toUpperCase()).length * 2 >= texts.length;
  const spelled = mixed ? { case: upper ? ('upper' as const) : ('lower' as const) } : {};
  const shown = [...(mixed ? lowered : distinct)]
    .map((each) => (mixed && upper ? each.toUpperCase() : each))
    .sort();
  const isFew = areWords && shown.length <= ENUM_VALUES && shown.length * 4 <= texts.length;
  if (isFew && texts.length >= ENUM_ROWS && ENUM_NAMES.test(name))
    return { ...spelled, oneOf: shown, evidence: `${shown.length} values in ${texts.length} rows` };
  return { ...spelled, evidence: evidence !== '' ? evidence : isFew ? `seen: ${shown.join(', ')}` : '' };
}
