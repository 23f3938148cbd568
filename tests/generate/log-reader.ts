// A little reader of event logs that shares no code with the generator or the lake: lines as bytes, loosely parsed.

export interface ReadLine {
  readonly bytes: Buffer;
  /** Invalid UTF-8 as U+FFFD; a byte order mark and the line's end taken off. */
  readonly text: string;
  readonly isUtf8: boolean;
  /** The record, if the line holds a JSON object. */
  readonly record: Readonly<Record<string, unknown>> | undefined;
  /** 1-based. */
  readonly number: number;
}

/** All lines of a log that ends in a line end. */
export function readLog(log: Buffer): readonly ReadLine[] {
  const lines: ReadLine[] = [];
  for (let start = 0, number = 1; start < log.length; number++) {
    const end = log.indexOf(10, start);
    lines.push(readLine(log.subarray(start, end), number));
    start = end + 1;
  }
  return lines;
}

function readLine(bytes: Buffer, number: number): ReadLine {
  const decoded = bytes.toString('utf8');
  const text = decoded.replace(/^\uFEFF/, '').replace(/\r$/, '');
  return { bytes, text, isUtf8: Buffer.from(decoded, 'utf8').equals(bytes), record: recordOf(text), number };
}

function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A text field as the lake would take it: trimmed, blank and everything that is no text as null. */
export function textOf(record: Readonly<Record<string, unknown>>, field: string): string | null {
  const value = record[field];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Milliseconds since the epoch of any of the timestamp forms, or NaN. */
export function timeOf(record: Readonly<Record<string, unknown>>): number {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?$/.exec(
    textOf(record, 'timestamp') ?? '',
  );
  if (match === null) return NaN;
  const [, date = '', clock, fraction, zone] = match;
  if (!new Date(date).toISOString().startsWith(date)) return NaN;
  const offset = zone === undefined || /z/i.test(zone) ? 'Z' : zone.replace(/(\d\d):?(\d\d)$/, '$1:$2');
  return Date.parse(`${date}T${clock}${(fraction ?? '.000').padEnd(4, '0').slice(0, 4)}${offset}`);
}

/** The items by key, in order of first appearance. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
