// CSV of RFC 4180: quotes where needed, an empty field for null and `""` for the empty text.

/** How records are written. */
export interface CsvStyle {
  /** Lines end in CR LF, as the RFC has them; else in LF, as programs that read lines want them. */
  readonly crlf?: boolean;
  /**
   * Fields that a spreadsheet would run as a formula get an apostrophe before them: those that begin with `=`, `+`, `-`,
   * `@`, a tab or a CR and are no numbers.
   */
  readonly safe?: boolean;
}

/** A value as it is shown. */
export type CsvValue = string | number | boolean | null;

/** One record with its line end. */
export function csvRecord(
  values: readonly CsvValue[],
  { crlf = false, safe = false }: CsvStyle = {},
): string {
  const fields = safe ? values.map(withoutFormula) : values;
  return `${fields.map(csvField).join(',')}${crlf ? '\r\n' : '\n'}`;
}

function csvField(value: CsvValue): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const withoutFormula = (value: CsvValue): CsvValue =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !NUMBER.test(value) ? `'${value}` : value;
