// The dialect of a CSV text: which character parts its fields, where its header is, how it writes numbers.

/** How a CSV file seems to be written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Lines before the header. */
  readonly skip: number;
  readonly decimal: '.' | ',';
  readonly thousands: '.' | ',' | ' ' | undefined;
}

/** A CSV text taken apart: trimmed headings, and rows of as many cells. */
export interface CsvTable {
  readonly dialect: CsvDialect;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Titles and notes that exports put before a header. */
const MAX_SKIP = 10;

/** Takes a text apart by the delimiter and the header that fit it best; undefined when no line has two fields. */
export function sniffCsv(text: string): CsvTable | undefined {
  const candidates = DELIMITERS.map((delimiter) => ({ delimiter, rows: splitCsv(text, delimiter) })).map(
    (each) => ({ ...each, width: commonWidth(each.rows.map(({ cells }) => cells.length)) }),
  );
  const best = candidates.toSorted((a, b) => score(b) - score(a))[0]!;
  const lines = best.rows.filter(({ cells }) => !(cells.length === 1 && cells[0]?.trim() === ''));
  const start = lines.slice(0, MAX_SKIP + 1).findIndex(({ cells }) => isHeader(cells, best.width));
  if (start === -1) return undefined;
  const header = lines[start]!.cells.map((cell) => cell.trim());
  const rows = lines
    .slice(start + 1)
    .map(({ cells }) => cells)
    .filter((cells) => cells.length === header.length && cells.some((cell) => cell.trim() !== ''));
  const skip = lines[start]!.line;
  return { dialect: { delimiter: best.delimiter, skip, ...numberStyle(rows) }, header, rows };
}

interface Candidate {
  readonly rows: readonly { readonly cells: readonly string[] }[];
  readonly width: number;
}

/** How well a delimiter fits: lines of the most common width, wider being better. */
const score = ({ rows, width }: Candidate): number =>
  width < 2 ? 0 : rows.filter(({ cells }) => cells.length === width).length * (1 + Math.log2(width));

/** The number of fields that most lines have. */
function commonWidth(widths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 1;
}

/** A header has a name in every field, each once, and no numbers. */
function isHeader(cells: readonly string[], width: number): boolean {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  return (
    cells.length === Math.max(width, 1) &&
    new Set(names).size === names.length &&
    names.every((name) => name !== '' && !/^[-+]?[\d.,]+$/.test(name))
  );
}

/** RFC 4180 without its refusals: quotes may hold delimiters and line ends; a stray one is data. */
export function splitCsv(
  text: string,
  delimiter: string,
): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 0;
  let startLine = 0;
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push({ line: startLine, cells });
    cells = [];
    startLine = line;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\n') line += 1;
    if (quoted && character === '"' && text[i + 1] === '"') {
      cell += character;
      i += 1;
    } else if (character === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === delimiter) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r' || text[i + 1] !== '\n') cell += character;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}

/** Whether numbers are written `1,234.50`, `1.234,50` or `1 234,50`. */
function numberStyle(rows: readonly (readonly string[])[]): Pick<CsvDialect, 'decimal' | 'thousands'> {
  const cells = rows.flat().map((cell) => cell.trim());
  const has = (pattern: RegExp): boolean => cells.some((cell) => pattern.test(cell));
  const grouped = (mark: string, point: string): boolean =>
    has(new RegExp(`^[-+]?\\d{1,3}(?:\\${mark}\\d{3})+\\${point}\\d+$`)) ||
    has(new RegExp(`^[-+]?\\d{1,3}(?:\\${mark}\\d{3}){2,}$`));
  const comma =
    grouped('.', ',') || grouped(' ', ',') || (has(/^[-+]?\d+,\d{1,2}$/) && !has(/^[-+]?\d+\.\d+$/));
  if (comma)
    return { decimal: ',', thousands: grouped('.', ',') ? '.' : grouped(' ', ',') ? ' ' : undefined };
  const isGrouped = grouped(',', '.') || has(/^[-+]?\d{1,3}(?:,\d{3})+$/);
  return { decimal: '.', thousands: isGrouped ? ',' : undefined };
}
