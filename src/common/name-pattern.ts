// File names by patterns: `orders*.csv`, `2024-??-sales.json`. A `*` is any characters, a `?` is one; all others are themselves.

/** Other extensions under which a format goes. */
const ALIASES: Readonly<Record<string, readonly string[]>> = { ndjson: ['jsonl'], jsonl: ['ndjson'] };

/** A pattern in its parts. */
interface NamePattern {
  /** Before the last dot. */
  readonly stem: string;
  /** Without its dot, in lower case; absent where the name's end has none, or wildcards. */
  readonly extension?: string;
}

function parts(pattern: string): NamePattern {
  const [, stem, extension] = /^(.*)\.([A-Za-z0-9]+)$/s.exec(pattern) ?? [];
  return stem === undefined || extension === undefined
    ? { stem: pattern }
    : { stem, extension: extension.toLowerCase() };
}

/** What a pattern of names cannot be; undefined for a good one. */
export function patternFault(pattern: string): string | undefined {
  if (/[/\\]/.test(pattern)) return 'patterns are for names of files, which have no folders';
  if (/[[\]{}]/.test(pattern)) return 'expected * and ? alone; a list of patterns says alternatives';
  if (/\.gz$/i.test(pattern)) return 'leave .gz out: every file may be compressed';
  return /^[*?.]*$/.test(pattern) && !pattern.includes('*') ? 'expected a name' : undefined;
}

/** The extension that a pattern says, in lower case; undefined where it says none. */
export const extensionOf = (pattern: string): string | undefined => parts(pattern).extension;

/** What names of the pattern begin with. */
export const fixedStart = (pattern: string): string => /^[^*?]*/.exec(parts(pattern).stem)?.[0] ?? '';

/** The pattern's own extension, and those that mean the same. */
const extensionsOf = ({ extension }: NamePattern): readonly string[] =>
  extension === undefined ? [] : [extension, ...(ALIASES[extension] ?? [])];

/** A name without `.gz` and without the extension of the pattern, which counts in any case; undefined where it has another one. */
export function stemOfName(name: string, pattern: string): string | undefined {
  const plain = name.replace(/\.gz$/i, '');
  const wanted = parts(pattern);
  if (wanted.extension === undefined) return plain;
  const found = extensionsOf(wanted).find((each) => plain.toLowerCase().endsWith(`.${each}`));
  return found === undefined ? undefined : plain.slice(0, -found.length - 1);
}

/** Whether a name, which may end in `.gz`, is of the pattern. */
export function isOfPattern(name: string, pattern: string): boolean {
  const stem = stemOfName(name, pattern);
  return stem !== undefined && meet(stem, parts(pattern).stem, false);
}

/** Whether some name is of both patterns. */
export function patternsMeet(a: string, b: string): boolean {
  const [left, right] = [parts(a), parts(b)];
  const forms = (pattern: NamePattern): readonly string[] =>
    pattern.extension === undefined
      ? [pattern.stem]
      : extensionsOf(pattern).map((extension) => `${pattern.stem}.${extension}`);
  return forms(left).some((one) => forms(right).some((other) => meet(one, other, true)));
}

/**
 * Whether a text is of both patterns; wildcards of the first count only where it is one. Cell (i, j) of the table says so of
 * what follows the first i and j characters, from the end on.
 */
function meet(first: string, second: string, isPattern: boolean): boolean {
  const [a, b] = [Array.from(first), Array.from(second)];
  const isMany = (character: string | undefined, wild: boolean): boolean => wild && character === '*';
  const same = (x: string, y: string): boolean => x === y || y === '?' || (isPattern && x === '?');
  let after: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      const [x, y] = [a[i], b[j]];
      if (x === undefined && y === undefined) row[j] = true;
      else if (isMany(x, isPattern)) row[j] = after[j] === true || (y !== undefined && row[j + 1] === true);
      else if (isMany(y, true)) row[j] = row[j + 1] === true || (x !== undefined && after[j] === true);
      else row[j] = x !== undefined && y !== undefined && same(x, y) && after[j + 1] === true;
    }
    after = row;
  }
  return after[0] === true;
}
