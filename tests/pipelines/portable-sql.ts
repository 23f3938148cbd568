// The rules that let one SQL text run on DuckDB and Spark alike, as far as a reader of words can keep them.

import { sqlTokens, type SqlToken } from '../../src/engine/sql-tokens.js';

type Rule = (words: readonly string[], tokens: readonly SqlToken[]) => readonly string[];

const bannedWords = [
  'qualify',
  'interval',
  'datediff',
  'date_diff',
  'date_sub',
  'date_add',
  'dateadd',
  'dayofweek',
  'weekday',
  'isodow',
  'extract',
  'generate_series',
  'sequence',
  'range',
  'unnest',
  'explode',
  'recursive',
  'avg',
  'mean',
  'concat',
  'concat_ws',
  'arg_max',
  'arg_min',
  'string_agg',
  'listagg',
  'group_concat',
  'exclude',
  'regexp_replace',
  'lower',
  'upper',
  'varchar',
  'text',
  'current_date',
  'current_timestamp',
  'now',
  'random',
  'rand',
  'uuid',
  'timezone',
  'float',
  'real',
  'ilike',
  'any_value',
  'first_value',
  'last_value',
  'try_cast',
  'lateral',
  'using',
  'natural',
];
const bannedNames = [
  'asof',
  'at',
  'window',
  'offset',
  'pivot',
  'qualify',
  'end',
  'order',
  'semi',
  'anti',
  'lateral',
  'using',
  'both',
  'do',
  'in',
  'table',
];

const join = (words: readonly string[]): string => words.join(' ');

/** The words from `from` to the bracket that closes the level on which it stands, or to one of `stops` on that level. */
function untilStop(words: readonly string[], from: number, stops: readonly string[]): readonly string[] {
  let depth = 0;
  for (let index = from; index < words.length; index++) {
    const word = words[index]!;
    if (word === '(') depth++;
    if (word === ')' && depth-- === 0) return words.slice(from, index);
    if (depth === 0 && stops.includes(word)) return words.slice(from, index);
  }
  return words.slice(from);
}

/** Parts between commas that stand outside of brackets. */
function commaParts(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (word === ',' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(word);
  }
  return parts;
}

const after = (words: readonly string[], ...phrase: readonly string[]): readonly number[] =>
  words.flatMap((_, index) =>
    phrase.every((word, at) => words[index + at] === word) ? [index + phrase.length] : [],
  );

const columnEquality = /^\w+( \. \w+)* = \w+( \. \w+)*$/;

const clauseEnds = [
  'left',
  'inner',
  'cross',
  'right',
  'full',
  'join',
  'where',
  'group',
  'having',
  'order',
  'union',
  'limit',
];

const leftJoinOnEqualities: Rule = (words) =>
  after(words, 'left', 'join').flatMap((start) => {
    const source = untilStop(words, start, ['on', ...clauseEnds]);
    const on = untilStop(words, start + source.length + 1, clauseEnds);
    const conditions = join(on).split(' and ');
    return conditions.every((condition) => columnEquality.test(condition))
      ? []
      : [`LEFT JOIN on more than column equalities: ${join(on)}`];
  });

const nullsInEveryOrder: Rule = (words) =>
  after(words, 'order', 'by').flatMap((start) =>
    commaParts(untilStop(words, start, ['rows', 'range', 'limit']))
      .map(join)
      .filter((part) => !/ nulls (first|last)$/.test(part))
      .map((part) => `ORDER BY without NULLS FIRST or LAST: ${part}`),
  );

/** The last SELECT outside of brackets gives the result. */
const castOnEveryColumn: Rule = (words) => {
  let depth = 0;
  let start = -1;
  for (const [index, word] of words.entries()) {
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (word === 'select' && depth === 0) start = index + 1;
  }
  return commaParts(untilStop(words, start, ['from']))
    .map(join)
    .filter((part) => !/^cast \( .* \) as \w+$/.test(part) || /\) as \w+ as \w+$/.test(part))
    .map((part) => `output column without CAST … AS name: ${part}`);
};

const noBannedWords: Rule = (words, tokens) =>
  words.flatMap((word, index) =>
    tokens[index]?.kind === 'name' && bannedWords.includes(word)
      ? [`not portable: ${word.toUpperCase()}`]
      : [],
  );

const noBannedNames: Rule = (words) =>
  after(words, 'as')
    .map((index) => words[index] ?? '')
    .filter((word) => bannedNames.includes(word))
    .map((word) => `a name that is a keyword elsewhere: ${word}`);

const datesTruncatedAndCast: Rule = (words) =>
  words.flatMap((word, index) => {
    if (word !== 'date_trunc') return [];
    const isCast = words[index - 2] === 'cast' && words[index - 1] === '(';
    const rest = untilStop(words, index + 2, []);
    const castType = words.slice(index + 3 + rest.length, index + 5 + rest.length);
    const isWhole = isCast && join(castType) === 'as date' && words[index + 2]?.startsWith("'");
    return isWhole ? [] : [`DATE_TRUNC without a quoted unit and CAST … AS DATE: ${join(rest)}`];
  });

/** Money and dates are moved by integers that say so: `date + CAST(1 AS INT)`. */
const ratiosOfDoubles: Rule = (words) =>
  words.flatMap((word, index) => {
    if (word !== '/') return [];
    const before = join(words.slice(Math.max(0, index - 3), index));
    const divisor = join(words.slice(index + 1, index + 5));
    return before === 'as double )' && divisor === 'cast ( nullif ('
      ? []
      : ['a ratio not of CAST(… AS DOUBLE) / CAST(NULLIF(…, 0) AS DOUBLE)'];
  });

const noOddLiterals: Rule = (_, tokens) =>
  tokens.flatMap(({ text }) => {
    if (text.startsWith('"')) return [`a quoted identifier: ${text}`];
    if (/^'.*('|\\).*'$/s.test(text) || text === "''")
      return [`a literal with a quote or backslash, or an empty one: ${text}`];
    return [];
  });

const noColonCast: Rule = (words) => (join(words).includes(': :') ? ['a cast with ::'] : []);
const noTrailingComma: Rule = (words) =>
  /, (from|\)|where)( |$)/.test(join(words)) ? ['a trailing comma'] : [];
const noDistinctOn: Rule = (words) => (after(words, 'distinct', 'on').length > 0 ? ['DISTINCT ON'] : []);

const noDistinctWindow: Rule = (words) =>
  after(words, '(', 'distinct').flatMap((start) => {
    const argument = untilStop(words, start, []);
    return words[start + argument.length + 1] === 'over' ? ['DISTINCT in a window'] : [];
  });

const rules: readonly Rule[] = [
  leftJoinOnEqualities,
  nullsInEveryOrder,
  castOnEveryColumn,
  noBannedWords,
  noBannedNames,
  datesTruncatedAndCast,
  ratiosOfDoubles,
  noOddLiterals,
  noColonCast,
  noTrailingComma,
  noDistinctOn,
  noDistinctWindow,
];

/** What in a statement would not run, or not give the same, on every engine. */
export function violations(sql: string): readonly string[] {
  const tokens = sqlTokens(sql);
  const words = tokens.map(({ text }) => (text.startsWith("'") ? text : text.toLowerCase()));
  return rules.flatMap((rule) => rule(words, tokens));
}
