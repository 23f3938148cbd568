// RFC 4180 with the readings of pipeline §1 and §5: lines end in LF, CR LF or the file's end, any other CR is data, a
// quote inside an unquoted field is data.

export interface CsvField {
  readonly text: string;
  /** Tells an empty text (`""`) from nothing. */
  readonly quoted: boolean;
}

export interface CsvRecord {
  /** 1-based: the line on which the record starts. */
  readonly line: number;
  readonly fields: readonly CsvField[];
  /** The record as it stands in the file, without its line end. */
  readonly raw: string;
  /** Something other than a comma or the line's end follows a closing quote. */
  readonly malformed: boolean;
}

interface FieldRead {
  readonly field: CsvField;
  readonly end: number;
  readonly malformed: boolean;
}

/** Thrown for a quote that never closes; `line` is where it opens. */
export class UnclosedQuote extends Error {
  constructor(readonly line: number) {
    super(`unclosed quote, opened on line ${line}`);
  }
}

/** How many characters of a line end stand here: 0 when none does. */
function lineEndAt(text: string, at: number): number {
  if (text.charAt(at) === '\n') return 1;
  if (text.charAt(at) !== '\r') return 0;
  if (text.charAt(at + 1) === '\n') return 2;
  return at + 1 === text.length ? 1 : 0;
}

function endsField(text: string, at: number): boolean {
  return at >= text.length || text.charAt(at) === ',' || lineEndAt(text, at) > 0;
}

function unquotedEnd(text: string, start: number): number {
  let at = start;
  while (!endsField(text, at)) at++;
  return at;
}

/** The position of the closing quote, or undefined. */
function closingQuote(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) !== '"') continue;
    if (text.charAt(at + 1) !== '"') return at;
    at++;
  }
  return undefined;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function readField(text: string, start: number): FieldRead {
  if (text.charAt(start) !== '"') {
    const end = unquotedEnd(text, start);
    return { field: { text: text.slice(start, end), quoted: false }, end, malformed: false };
  }
  const close = closingQuote(text, start);
  if (close === undefined) throw new UnclosedQuote(lineAt(text, start));
  const end = unquotedEnd(text, close + 1);
  const inner = text.slice(start + 1, close).replaceAll('""', '"');
  return { field: { text: inner, quoted: true }, end, malformed: end !== close + 1 };
}

/** All records, blank lines among them (one empty or blank field). */
export function parseCsv(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const start = at;
    const reads: FieldRead[] = [];
    do {
      reads.push(readField(text, reads.length === 0 ? at : at + 1));
      at = reads.at(-1)?.end ?? at;
    } while (text.charAt(at) === ',');
    const raw = text.slice(start, at);
    const fields = reads.map(({ field }) => field);
    records.push({ line, fields, raw, malformed: reads.some(({ malformed }) => malformed) });
    at += lineEndAt(text, at);
    line += raw.split('\n').length;
  }
  return records;
}
