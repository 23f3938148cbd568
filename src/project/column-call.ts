// `month(ordered_on)` and its like: a word and what stands in the brackets after it.

/** A word with a column in brackets: `month(ordered_on, 1, 2)`. */
interface ColumnCall {
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

/** `day(c)` or `month(c)`, and how its values are named in paths where that is said: `month(event_date) as event_month`. */
export interface PartitionCall extends ColumnCall {
  readonly name: string | undefined;
}

/** A partition as a person writes it; undefined for anything else. */
export function partitionCall(text: string): PartitionCall | undefined {
  const [, written = text, name] = /^(.*\))\s+as\s+([a-z][a-z0-9_]{0,62})\s*$/.exec(text) ?? [];
  const call = columnCall(written, ['day', 'month']);
  if (call === undefined || call.numbers.length > 0) return undefined;
  return call.word === 'day' && name !== undefined ? undefined : { ...call, name };
}

/** `referenced(silver.events, refers_to)`: rows of the model's own input that its changed rows refer to. */
export function referencedCall(
  value: string,
): { readonly table: string; readonly column: string } | undefined {
  const [, table, column] =
    /^\s*referenced\(\s*([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*,\s*([a-z][a-z0-9_]*)\s*\)\s*$/.exec(value) ??
    [];
  return table === undefined || column === undefined ? undefined : { table, column };
}
