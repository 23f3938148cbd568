// Statements in Spark's SQL. What comes in is written as everywhere in this house: names in double quotes, quotes in texts
// doubled. Spark writes both differently, and would read a name in double quotes as a text, so every token is written anew.

import * as arrow from 'apache-arrow';
import { LakeError } from '../../common/errors.js';
import type { FieldType } from '../../format/schema.js';
import type { Dialect } from '../dialect.js';
import { quotedRelation } from '../duckdb-sql.js';
import { nearMiss } from '../../common/near-miss.js';
import { quoted, sqlTokens, unquoted, type SqlToken } from '../sql-tokens.js';
import { requireQuery, singleStatement, statementHead } from '../statements.js';
import { relationPlaces, type RelationPlace } from './relation-places.js';

/** What statements of the machinery write differently here; they are then rewritten like any other. */
export const sparkDialect: Dialect = {
  quoted,
  relation: (name) => (name.includes('.') ? quotedRelation(name) : quoted(name)),
  text: (expression) => `CAST(${expression} AS STRING)`,
  numbers: (count) => `SELECT CAST(id AS INT) AS n FROM range(${count})`,
};

/** The SQL type of a field type. Timestamps are instants, shown in the session's zone, which is UTC. */
export const sparkType = (type: FieldType): string => (type === 'long' ? 'BIGINT' : type.toUpperCase());

/** The SQL type of a result's column, as it is kept. */
export function typeInSpark(type: arrow.DataType): string {
  if (arrow.DataType.isDecimal(type)) return `DECIMAL(${type.precision}, ${type.scale})`;
  if (arrow.DataType.isTimestamp(type)) return 'TIMESTAMP';
  if (arrow.DataType.isDate(type)) return 'DATE';
  if (arrow.DataType.isBool(type)) return 'BOOLEAN';
  if (arrow.DataType.isInt(type))
    return ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'][Math.log2(type.bitWidth / 8)]!;
  if (arrow.DataType.isFloat(type)) return type.precision === arrow.Precision.DOUBLE ? 'DOUBLE' : 'FLOAT';
  if (arrow.DataType.isBinary(type)) return 'BINARY';
  if (arrow.DataType.isUtf8(type)) return 'STRING';
  throw new LakeError(
    'invalid-input',
    `Rows with a column of ${arrow.Type[type.typeId]} cannot be kept: cast it to another type.`,
  );
}

/** A name as Spark quotes it, whatever is in it. */
export const sparkName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A text as Spark writes it: quotes and backslashes behind a backslash. */
export const sparkText = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/** Functions that would run code or read the settings of the server. */
const forbidden = ['reflect', 'java_method', 'try_reflect'];

/** A statement that was taken apart. */
export interface SparkStatement {
  readonly tokens: readonly SqlToken[];
  readonly places: readonly RelationPlace[];
}

/**
 * Takes a query apart.
 * @throws LakeError `invalid-input` for what is none, or cannot be written for Spark
 */
export function readStatement(sql: string): SparkStatement {
  requireQuery(sql);
  const { verb, explained } = statementHead(sql);
  if (!['select', 'with', 'values', '('].includes(verb))
    throw refused(`${verb.toUpperCase()} is not known to this engine; begin with SELECT, WITH or VALUES`);
  if (explained === 'run')
    throw refused('this engine explains statements without running them: leave out ANALYZE');
  const tokens = sqlTokens(singleStatement(sql));
  tokens.forEach(refuseStrangers);
  return { tokens, places: relationPlaces(tokens) };
}

function refuseStrangers({ kind, text }: SqlToken): void {
  if (text === '`') throw refused('found `, expected names in double quotes');
  if (/^e'/i.test(text)) throw refused("found a text that begins with E', expected '…'");
  if (kind === 'name' && forbidden.includes(text.toLowerCase()))
    throw refused(`${text.toUpperCase()} is not allowed: it runs code on the server`);
}

/** Relation names in statements, and the views that have their rows. */
type ViewNames = ReadonlyMap<string, string>;

/**
 * A statement in Spark's words.
 * @param views by names in lower case
 * @throws LakeError `invalid-input` for a relation that is not there
 */
export function inSparkSql({ tokens, places }: SparkStatement, views: ViewNames): string {
  const byToken = new Map(places.map((place) => [place.first, place]));
  const words: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const place = byToken.get(at);
    words.push(glued(tokens, at), place === undefined ? tokenInSpark(tokens[at]!) : viewOf(place, views));
    if (place !== undefined) at = place.end - 1;
  }
  return words.join('').trim();
}

/** A blank where there was one, or a comment. */
function glued(tokens: readonly SqlToken[], at: number): string {
  const before = tokens[at - 1];
  return before !== undefined && before.start + before.text.length < tokens[at]!.start ? ' ' : '';
}

function viewOf({ name }: RelationPlace, views: ViewNames): string {
  const view = views.get(name.toLowerCase());
  if (view !== undefined) return sparkName(view);
  const near = nearMiss(name, [...views.keys()]);
  throw new LakeError(
    'invalid-input',
    `Catalog Error: Table with name ${name} does not exist!${near === undefined ? '' : ` Did you mean "${near}"?`}`,
  );
}

function tokenInSpark({ kind, text }: SqlToken): string {
  if (kind === 'name' && text.startsWith('"')) return sparkName(unquoted(text));
  if (kind !== 'literal') return text;
  if (text.startsWith("'"))
    return sparkText(text.slice(1, text.endsWith("'") ? -1 : undefined).replaceAll("''", "'"));
  const tag = /^\$\w*\$/.exec(text)?.[0];
  return tag === undefined ? text : sparkText(text.slice(tag.length, -tag.length));
}

const refused = (why: string): LakeError => new LakeError('invalid-input', `SQL refused: ${why}.`);
