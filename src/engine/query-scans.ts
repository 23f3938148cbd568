// How a statement reads its relations, in the engine's own judgement: DuckDB's plan of the statement over empty tables names
// every scan with its columns and the conditions that rows must meet. Conditions are taken only where their text leaves
// no doubt; whoever reads fewer rows because of them must not change a result.

import type { FieldType } from '../format/schema.js';
import type { Bound, ColumnPredicate } from '../format/stats.js';
import type { ColumnDefinition } from '../format/table-definition.js';
import { bareName, bareNames } from './relation-names.js';
import { quoted, sqlTokens, unquoted, type SqlToken } from './sql-tokens.js';

/** One reading of a relation. */
export interface RelationScan {
  readonly relation: string;
  /** In the relation's order; none where only rows are counted. */
  readonly columns: readonly string[];
  /** What rows must meet to matter, by column; rows that do not may be missing from the relation. */
  readonly conditions: Readonly<Record<string, readonly ColumnPredicate[]>>;
}

/** Columns of relations by name, `layer.table`. */
export type RelationColumns = Readonly<Record<string, readonly ColumnDefinition[]>>;

/** As much of EXPLAIN (FORMAT JSON) as is used. */
interface PlanNode {
  readonly extra_info?: {
    readonly Table?: string;
    readonly Projections?: string | readonly string[];
    readonly Filters?: string | readonly string[];
    readonly 'Join Type'?: string;
    readonly Conditions?: string | readonly string[];
  };
  readonly children?: readonly PlanNode[];
}

/** A scan as a plan tells it. */
interface PlannedScan {
  readonly table: string;
  readonly projections: readonly string[];
  /** One condition or more to a line. */
  readonly filters: string;
}

/**
 * The scans in a plan, as the JSON of EXPLAIN has it, in the order in which it names them. Its tables have the whole names of
 * the relations, `layer.table`.
 */
export function scansOfPlan(planJson: string, relations: RelationColumns): readonly RelationScan[] {
  const roots = JSON.parse(planJson) as readonly PlanNode[];
  return roots.flatMap(plannedScans).flatMap(({ table, projections, filters }) =>
    Object.entries(relations)
      .filter(([relation]) => isNameOf(table, relation))
      .map(([relation, columns]) => ({
        relation,
        columns: columnsRead(columns, projections, filters),
        conditions: conditionsIn(filters, columns),
      })),
  );
}

/** Behind the names of database and schema, which not every version writes, in quotes where there are dots in it. */
const isNameOf = (table: string, relation: string): boolean =>
  [relation, `.${relation}`, `.${quoted(relation)}`].some((end, at) =>
    at === 0 ? table === end : table.endsWith(end),
  );

/**
 * The scans of a statement whose plan over empty tables says too little, all columns and rows of every relation whose name
 * occurs in it; undefined for any other. The columns of a PIVOT are made of rows.
 */
export function wholeScans(sql: string, relations: RelationColumns): readonly RelationScan[] | undefined {
  const words = new Set(sqlTokens(sql).map(({ text }) => unquoted(text).toLowerCase()));
  if (!words.has('pivot') && !words.has('pivot_wider')) return undefined;
  return Object.entries(relations)
    .filter(([relation]) => words.has(bareName(relation).toLowerCase()))
    .map(wholeScan);
}

/**
 * The scans of a statement that names these relations, by their names or by bare names that mean just one of them: all
 * columns and rows of each, for engines that find out by themselves what they need.
 */
export function namedScans(names: readonly string[], relations: RelationColumns): readonly RelationScan[] {
  const bare = bareNames(Object.keys(relations));
  const meant = new Set(names.map((name) => (relations[name] === undefined ? bare.get(name) : name)));
  return Object.entries(relations)
    .filter(([relation]) => meant.has(relation))
    .map(wholeScan);
}

const wholeScan = ([relation, columns]: readonly [string, readonly ColumnDefinition[]]): RelationScan => ({
  relation,
  columns: columns.map(({ name }) => name),
  conditions: {},
});

function plannedScans(node: PlanNode): readonly PlannedScan[] {
  const info = node.extra_info ?? {};
  const below = (node.children ?? []).map(plannedScans);
  if (info.Table !== undefined)
    return [
      {
        table: info.Table,
        projections: linesOf(info.Projections),
        filters: linesOf(info.Filters).join('\n'),
      },
      ...below.flat(),
    ];
  return isRowLookup(info) ? oneScan(below) : below.flat();
}

/** For a LIMIT rows are chosen by a scan of few columns, and looked up by their places for the others. */
const isRowLookup = (info: PlanNode['extra_info'] = {}): boolean =>
  info['Join Type'] === 'SEMI' && info.Conditions === 'rowid = rowid';

/** Of a row that the choosing scan leaves out nothing is looked up. */
function oneScan([lookups = [], choices = []]: readonly (readonly PlannedScan[])[]): readonly PlannedScan[] {
  const [[lookup, ...more], [choice, ...others]] = [lookups, choices];
  const isPair =
    lookup?.filters === '' && choice?.table === lookup.table && more.length + others.length === 0;
  if (!isPair) return [...lookups, ...choices];
  return [{ ...choice, projections: [...new Set([...lookup.projections, ...choice.projections])] }];
}

const linesOf = (text: string | readonly string[] = []): readonly string[] =>
  [text].flat().filter((line) => line !== '');

/** Those that the scan gives, and those of its conditions; all where it gives something else. */
function columnsRead(
  columns: readonly ColumnDefinition[],
  projections: readonly string[],
  filters: string,
): readonly string[] {
  const names = columns.map(({ name }) => name);
  const isClear = projections.every((line) => names.includes(line));
  return isClear ? names.filter((name) => projections.includes(name) || occursIn(filters, name)) : names;
}

/** As a word, wherever; names that are no words anywhere. */
const occursIn = (text: string, name: string): boolean =>
  /\W/.test(name) ? text.includes(name) : new RegExp(`\\b${name}\\b`).test(text);

/** Conditions joined by AND, by the columns that they are on. */
function conditionsIn(
  filters: string,
  columns: readonly ColumnDefinition[],
): Readonly<Record<string, readonly ColumnPredicate[]>> {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  if (![...types.keys()].every((name) => /^[a-z_]\w*$/i.test(name))) return {}; // names are written without quotes
  const found: Record<string, ColumnPredicate[]> = Object.create(null) as Record<string, ColumnPredicate[]>;
  for (const condition of conjuncts(filters)) {
    const column = condition[0]?.text ?? '';
    const type = types.get(column);
    const predicate = type && predicateOf(type, condition.slice(1));
    if (predicate !== undefined) (found[column] ??= []).push(predicate);
  }
  return found;
}

/**
 * The conditions that must all hold. Each line holds those of one column; a line with an OR says nothing, since brackets are
 * not written. A text that breaks off says nothing at all.
 */
function conjuncts(filters: string): readonly (readonly SqlToken[])[] {
  const tokens = sqlTokens(filters);
  if (tokens.some(({ kind, text }) => kind === 'literal' && text.startsWith("'") && !isClosed(text)))
    return [];
  const lines = splitAt(tokens, (token, before) => {
    const end = before === undefined ? token.start : before.start + before.text.length;
    return filters.slice(end, token.start).includes('\n');
  });
  return lines
    .filter((line) => !line.some(isWord('or')))
    .flatMap((line) => splitAt(line, isWord('and')))
    .map((part) => (isWord('and')(part[0]) ? part.slice(1) : part))
    .map(withoutBrackets)
    .map((part) => (isWord('optional')(part[0]) && part[1]?.text === ':' ? part.slice(2) : part));
}

const isClosed = (literal: string): boolean => literal.length > 1 && literal.endsWith("'");

const isWord =
  (word: string) =>
  (token: SqlToken | undefined): boolean =>
    token?.kind === 'name' && token.text.toLowerCase() === word;

/** Pieces of a text, each beginning with a token outside brackets that starts one. */
function splitAt(
  tokens: readonly SqlToken[],
  starts: (token: SqlToken, before: SqlToken | undefined) => boolean,
): readonly (readonly SqlToken[])[] {
  const pieces: SqlToken[][] = [];
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    const piece = pieces.at(-1);
    if (piece === undefined || (depth === 0 && starts(token, tokens[at - 1]))) pieces.push([token]);
    else piece.push(token);
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
  }
  return pieces;
}

/** `(a IS NULL)` is written with brackets. */
function withoutBrackets(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens[0]?.text === '(' && tokens.at(-1)?.text === ')' ? tokens.slice(1, -1) : tokens;
}

/** What follows the column's name: `>= '2024-01-01'::DATE`, `IN ('a', 'b')`, `IS NOT NULL`; undefined for anything else. */
function predicateOf(type: FieldType, tokens: readonly SqlToken[]): ColumnPredicate | undefined {
  const words = tokens.map(({ text }) => text.toUpperCase());
  if (words.join(' ') === 'IS NULL') return { op: 'is null' };
  if (words.join(' ') === 'IS NOT NULL') return { op: 'is not null' };
  if (words[0] === 'IN') return inPredicate(type, tokens.slice(1));
  const width = words[1] === '=' ? 2 : 1;
  const op = (['=', '<', '<=', '>', '>='] as const).find((each) => each === words.slice(0, width).join(''));
  const value = boundOf(type, tokens.slice(width));
  return op === undefined || value === undefined ? undefined : { op, value };
}

function inPredicate(type: FieldType, tokens: readonly SqlToken[]): ColumnPredicate | undefined {
  if (tokens[0]?.text !== '(' || tokens.at(-1)?.text !== ')') return undefined;
  const items = splitAt(tokens.slice(1, -1), ({ text }) => text === ',');
  const values = items.map((item) => boundOf(type, item[0]?.text === ',' ? item.slice(1) : item));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? { op: 'in', values: known } : undefined;
}

/** A constant of the column's type as bounds are written; undefined for one that is written otherwise. */
function boundOf(type: FieldType, tokens: readonly SqlToken[]): Bound | undefined {
  const text = tokens.map((token) => token.text).join('');
  switch (type) {
    case 'string':
      return tokens.length === 1 && /^'[^\n]*'$/.test(text) ? literalText(text) : undefined;
    case 'date':
      return /^'(\d{4}-\d\d-\d\d)'::DATE$/.exec(text)?.[1];
    case 'timestamp':
      return instantBound(text);
    case 'int':
      return /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
    case 'long':
      return /^-?\d{1,19}$/.test(text) ? text : undefined;
    case 'double':
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
    case 'boolean':
    case 'binary':
      return undefined;
    default:
      return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
  }
}

const literalText = (literal: string): string => literal.slice(1, -1).replaceAll("''", "'");

function instantBound(text: string): string | undefined {
  const [, day, time = '', fraction = ''] =
    /^'(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?'::TIMESTAMP$/.exec(text) ?? [];
  return day === undefined ? undefined : `${day}T${time}.${fraction.padEnd(6, '0')}Z`;
}
