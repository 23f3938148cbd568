// The models and checks of drafted sources, as SQL with their headers.

import { addsUp } from './guess-number.js';
import type { DraftField, DraftSource, DraftTable } from './draft-source.js';

/** Days of a log are few rows to make again; an extract comes whole, and lies in fewer pieces. */
export const unitOf = ({ kind }: DraftSource): 'day' | 'month' => (kind === 'log' ? 'day' : 'month');

/** A currency or the like: sums of different ones do not add up. */
export const groupOf = ({ fields, day }: DraftTable): string | undefined =>
  fields.find(({ name, guess }) => guess.type === 'text' && /currency/.test(name) && name !== day?.column)
    ?.name;

const MAX_SUMS = 5;
const COUNTS =
  /(^|_)(clicks?|klicks|clics|impressions|impr|impressionen|views|conversions|quantity|qty|menge|units|sessions|results|orders|bytes)(_|$)/;
/** The columns that are added up. */
export const sumsOf = ({ fields, key }: DraftTable): readonly DraftField[] =>
  fields
    .filter(({ name, guess: { type } }) =>
      type.startsWith('decimal') ? addsUp(name) : type === 'integer' && COUNTS.test(name) && addsUp(name),
    )
    .filter(({ name }) => key?.columns.includes(name) !== true)
    .slice(0, MAX_SUMS);

/** The day's column is called so in every table by day. */
export const alias = (name: string): string => (name === 'date' ? `${name}_value` : name);
/** The column that counts a source's rows. */
export const countName = ({ name }: DraftTable): string => `${name}_count`;

const sumLine = ({ name, guess }: DraftField): string =>
  `  CAST(SUM(${name}) AS ${guess.type === 'integer' ? 'BIGINT' : `DECIMAL(38,${/,(\d+)/.exec(guess.type)?.[1] ?? '2'})`}) AS ${alias(name)}`;

/** Where the numbers come from, as `lake explain` reads it. */
function explainLines(source: DraftSource): readonly string[] {
  const group = groupOf(source);
  const same = group === undefined ? '' : ` AND COALESCE(${group}, 'unknown') = :${alias(group)}`;
  const rows = `of: silver.${source.name}, where: "${source.day!.column} = :date${same}"`;
  return [
    'explain:',
    `  ${countName(source)}: { ${rows} }`,
    ...sumsOf(source).map(({ name }) => `  ${alias(name)}: { sum: ${name}, ${rows} }`),
  ];
}

/** The model of a source with a day: its rows and sums by day. */
export function dailyModel(source: DraftSource): string {
  const day = source.day!.column;
  const group = groupOf(source);
  const columns = [
    `  ${day} AS date`,
    ...(group === undefined ? [] : [`  COALESCE(${group}, 'unknown') AS ${alias(group)}`]),
    `  CAST(COUNT(*) AS BIGINT) AS ${countName(source)}`,
    ...sumsOf(source).map(sumLine),
  ];
  const keys = group === undefined ? 'date' : `date, ${alias(group)}`;
  return [
    '/*',
    `description: ${source.name} by day`,
    `key: [${keys}]`,
    'partition: month(date)',
    'reads:',
    `  silver.${source.name}: ${unitOf(source)}(${day})`,
    ...explainLines(source),
    '*/',
    'SELECT',
    columns.join(',\n'),
    `FROM silver.${source.name}`,
    `GROUP BY ${day}${group === undefined ? '' : `, COALESCE(${group}, 'unknown')`}`,
    '',
  ].join('\n');
}

/** The model of a source without a day: one row. */
export function totalModel(source: DraftSource): string {
  const columns = [`  CAST(COUNT(*) AS BIGINT) AS ${countName(source)}`, ...sumsOf(source).map(sumLine)];
  return [
    '/*',
    `description: All ${source.name}`,
    '*/',
    'SELECT',
    columns.join(',\n'),
    `FROM silver.${source.name}`,
    '',
  ].join('\n');
}

/** The check that a source's days hold all of its rows. */
export function completeCheck(source: DraftSource): string {
  return [
    '/*',
    'severity: error',
    `reason: Every row of silver.${source.name} is counted on some day.`,
    '*/',
    'SELECT a.in_silver, b.in_gold',
    `FROM (SELECT CAST(COUNT(*) AS BIGINT) AS in_silver FROM silver.${source.name}) AS a`,
    `CROSS JOIN (SELECT CAST(COALESCE(SUM(${countName(source)}), 0) AS BIGINT) AS in_gold FROM gold.daily_${source.name}) AS b`,
    'WHERE a.in_silver <> b.in_gold',
    '',
  ].join('\n');
}
