// `month(ordered_on)` and its like: a word and what stands in the brackets after it.

/** A word with a column in brackets: `month(ordered_on, 1, 2)`. */
export interface ColumnCall {
  readonly word: string;
  readonly column: string;
  /** Whole numbers after the column. */
  readonly numbers: readonly number[];
}

/** A call of one of the words, with a column and perhaps whole numbers; undefined for anything else. */
export function columnCall(text: string, words: readonly string[]): ColumnCall | undefined {
  const [, word = '', column = '', rest = ''] =
    /^\s*([a-z]+)\(\s*([a-z][a-z0-9_]*)\s*((?:,\s*\d{1,4}\s*)*)\)\s*$/.exec(text) ?? [];
  if (!words.includes(word)) return undefined;
  const numbers = rest.split(',').slice(1).map(Number);
  return { word, column, numbers };
}
