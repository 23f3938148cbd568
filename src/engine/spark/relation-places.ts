// Where a statement names relations. Spark's server is not asked: it would look a name up in its own catalog, or take it
// for a path. Names are found by where they stand, behind FROM, JOIN and the commas between them, so that each of them can be
// checked, and replaced by the view that has its rows.

import { LakeError } from '../../common/errors.js';
import { unquoted, type SqlToken } from '../sql-tokens.js';

/** A relation as a statement names it: `silver.users`, `users`. */
export interface RelationPlace {
  readonly name: string;
  /** Its first token, and the one behind its last. */
  readonly first: number;
  readonly end: number;
}

/** Functions of tables that give rows of nothing but their arguments. */
const tableFunctions = ['range', 'explode', 'posexplode', 'inline', 'stack'];

/** Words that end the list of relations behind FROM. */
const listEnds = [
  ...[
    'where',
    'group',
    'having',
    'order',
    'limit',
    'offset',
    'window',
    'union',
    'except',
    'intersect',
    'minus',
  ],
  ...['sort', 'cluster', 'distribute', 'lateral', 'select'],
];

/** What is between two brackets, or the whole statement. */
interface Frame {
  /** It has a SELECT, so that its FROM is one. In EXTRACT(year FROM t) it is none. */
  isQuery: boolean;
  /** The tokens are of the list behind FROM. */
  inList: boolean;
  /** The next token names a relation, or opens one. */
  expects: boolean;
}

/**
 * The relations that a statement names, common table expressions left out.
 * @throws LakeError `invalid-input` where what stands for a relation is neither a name, nor a query, nor an allowed function
 */
export function relationPlaces(tokens: readonly SqlToken[]): readonly RelationPlace[] {
  const words = tokens.map(({ text }) => text.toLowerCase());
  const expressions = commonNames(tokens, words);
  const found: RelationPlace[] = [];
  const frames: Frame[] = [{ isQuery: false, inList: false, expects: false }];
  for (let at = 0; at < tokens.length; at++) {
    const frame = frames.at(-1)!;
    if (frame.expects && words[at] !== '(' && words[at] !== 'lateral') {
      const place = placeAt(tokens, words, at);
      frame.expects = false;
      if (place !== undefined && !expressions.has(place.name.toLowerCase())) found.push(place);
      at = (place?.end ?? at + 1) - 1;
    } else step(frames, words, at);
  }
  if (frames.at(-1)?.expects === true) throw noRelation('the end');
  return found;
}

/** One token that names no relation. */
function step(frames: Frame[], words: readonly string[], at: number): void {
  const frame = frames.at(-1)!;
  const word = words[at]!;
  if (word === '(') {
    const isList = frame.expects && !opensQuery(words[at + 1]);
    frames.push({ isQuery: false, inList: isList, expects: isList });
    frame.expects = false;
  } else if (word === ')') {
    if (frames.length > 1) frames.pop();
  } else if (word === 'select') Object.assign(frame, { isQuery: true, inList: false });
  else if (word === 'from') Object.assign(frame, startOfList(frame, words[at - 1]));
  else if (word === 'join' || (word === ',' && frame.inList)) frame.expects = frame.inList;
  else if (listEnds.includes(word)) frame.inList = false;
}

/** FROM behind a SELECT; not that of IS DISTINCT FROM. */
const startOfList = (frame: Frame, before: string | undefined): Partial<Frame> =>
  frame.isQuery && !frame.inList && before !== 'distinct' ? { inList: true, expects: true } : {};

const opensQuery = (word: string | undefined): boolean =>
  word !== undefined && ['select', 'with', 'values'].includes(word);

/** Names that WITH gives: a name before AS and a bracket, columns between them or not. */
function commonNames(tokens: readonly SqlToken[], words: readonly string[]): ReadonlySet<string> {
  if (!words.includes('with')) return new Set();
  const names = tokens.flatMap(({ kind, text }, at) => {
    if (kind !== 'name' || !['with', ',', 'recursive'].includes(words[at - 1] ?? '')) return [];
    const as = words[at + 1] === '(' ? words.indexOf(')', at) + 1 : at + 1;
    return words[as] === 'as' && words[as + 1] === '(' ? [unquoted(text).toLowerCase()] : [];
  });
  return new Set(names);
}

/** The name that begins at a token; undefined for a function of a table that may be called. */
function placeAt(
  tokens: readonly SqlToken[],
  words: readonly string[],
  first: number,
): RelationPlace | undefined {
  let end = first + 1;
  while (words[end] === '.') end += 2;
  const parts = tokens.slice(first, end).filter((_, index) => index % 2 === 0);
  const text = parts.map((part) => unquoted(part.text)).join('.');
  if (parts.some(({ kind }) => kind !== 'name') || listEnds.includes(words[first] ?? ''))
    throw noRelation(tokens[first]?.text ?? '');
  if (words[end] === '(' && tableFunctions.includes(text.toLowerCase())) return undefined;
  if (words[end] === '(') throw refused(`the function ${text} gives no rows here`);
  if (words[first] === 'values') throw refused('put brackets around VALUES behind FROM');
  return { name: text, first, end };
}

const noRelation = (text: string): LakeError => refused(`found ${text}, expected the name of a table`);

const refused = (why: string): LakeError => new LakeError('invalid-input', `SQL refused: ${why}.`);
