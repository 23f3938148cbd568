// YAML as a value and, for every path in it, its place in the text. The text comes from strangers: its size, its nesting and
// what its aliases expand to are bounded before anything is made of it.

import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import type { Place, Problems } from './problems.js';

/** Keys and positions from the root of a document to one of its values. */
export type YamlPath = readonly PropertyKey[];

/** A YAML document with the places of its parts. */
export interface YamlText {
  /** As JSON would hold it: maps are objects, sequences arrays. */
  readonly value: unknown;
  /** Where the value at a path begins; the nearest there is above it, when it is absent. */
  placeOf(path: YamlPath): Place;
  /** Where the key at the end of a path stands. */
  placeOfKey(path: YamlPath): Place;
}

/** Where a YAML text lies: in a file of its own, or as a part of one (the header of a model). */
interface YamlSource {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly text: string;
  /** The text's first line in the file; 1 unless said. */
  readonly firstLine?: number;
}

/** A project file that a person wrote is far smaller. */
const MAX_TEXT_LENGTH = 1 << 20;
/** Levels of maps and sequences. */
const MAX_DEPTH = 64;
/** Values that aliases may stand for, all in all. */
const MAX_ALIASES = 100;

/** Parses a text of one document. What is wrong is added to the problems, and the answer is undefined then. */
export function parseYaml(source: YamlSource, problems: Problems): YamlText | undefined {
  const at = (line: number, column: number): Place => ({
    file: source.file,
    line: line + (source.firstLine ?? 1) - 1,
    column,
  });
  if (source.text.length > MAX_TEXT_LENGTH) {
    problems.add(at(1, 1), `expected at most ${MAX_TEXT_LENGTH} characters, found ${source.text.length}`);
    return undefined;
  }
  if (nestsDeeply(source.text)) {
    problems.add(at(1, 1), `expected at most ${MAX_DEPTH} levels of maps and sequences inside each other`);
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(source.text, {
    ...{ lineCounter: lines, prettyErrors: false },
    // `<<: *name` takes over the keys of a map, as people know it from other programs.
    ...{ uniqueKeys: true, merge: true },
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return at(Math.max(line, 1), Math.max(col, 1));
  };
  const errors: readonly YAMLError[] = document.errors;
  for (const error of errors) problems.add(placeAt(error.pos[0]), `no YAML: ${lowerFirst(error.message)}`);
  // An object would take it for what it inherits, and nothing would be left of it.
  const inherited: Node[] = [];
  visit(document, {
    Pair: (_, { key }) => void (isScalar(key) && key.value === '__proto__' && inherited.push(key)),
  });
  for (const key of inherited) problems.add(placeAt(offsetOf(key)), '"__proto__" cannot be a name here');
  if (errors.length + inherited.length > 0) return undefined;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    problems.add(at(1, 1), error instanceof Error ? lowerFirst(error.message) : String(error));
    return undefined;
  }
  const root = document.contents;
  return {
    value,
    placeOf: (path) => placeAt(offsetOf(nodeAt(root, path))),
    placeOfKey: (path) => placeAt(keyOffset(root, path)),
  };
}

/** A flow text of brackets alone could nest past what a parser's stack holds; block nesting is bounded by the text's length. */
function nestsDeeply(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(depth - 1, 0);
    if (depth > MAX_DEPTH) return true;
  }
  return /^ {256,}\S/m.test(text) || /^(?:- ?){64,}/m.test(text);
}

/** The node at a path, or the deepest that there is on the way to it. */
function nodeAt(root: Node | null, path: YamlPath): Node | null {
  let node = root;
  for (const step of path) {
    const next: unknown =
      node !== null && 'get' in node
        ? (node as { get(key: unknown, keepNode: true): unknown }).get(step, true)
        : undefined;
    if (next === undefined || next === null || typeof next !== 'object') return node;
    node = next as Node;
  }
  return node;
}

function keyOffset(root: Node | null, path: YamlPath): number {
  const parent = nodeAt(root, path.slice(0, -1));
  const last = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
    : undefined;
  return pair === undefined ? offsetOf(nodeAt(root, path)) : offsetOf(pair.key as Node);
}

const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
