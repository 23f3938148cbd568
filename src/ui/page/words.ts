// Numbers, days and sizes as people read them.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `1,234,567`. */
export const count = (value: number): string => whole.format(value);

/** `1 check`, `2 checks`. */
export const countOf = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** `1.2 MB`, of powers of 1000. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? whole.format(value) : one.format(value)} ${units[unit]}`;
}

/** `2024-03-31 12:05 UTC` of an ISO instant. */
export const instant = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** Thousands separators in a decimal text; other text stays as it is. */
export function grouped(text: string): string {
  const match = /^(-?\d+)(\.\d+)?$/.exec(text);
  return match === null ? text : `${(match[1] ?? '').replace(/\B(?=(\d{3})+$)/g, ',')}${match[2] ?? ''}`;
}

/** `daily_revenue_net` as `Daily revenue net`. */
export function title(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether a column of the type holds numbers. */
export const isNumber = (type: string): boolean =>
  /^(U?(BIG|SMALL|TINY|HUGE)?INT|INTEGER|UINTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type);

/** A cell as text: numbers grouped, instants without their `T`, nothing as a dash. */
export function cellText(value: unknown, type: string): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'object') return JSON.stringify(value);
  const text = (value as string | number | boolean).toString();
  if (isNumber(type)) return grouped(trimmed(text));
  return type === 'TIMESTAMP'
    ? text
        .replace('T', ' ')
        .replace(/(\.\d*?)0*Z$/, '$1')
        .replace(/\.$/, '')
    : text;
}

/** An exact number for people: grouped, with two places at least and no zeros after those. */
export const amount = (value: string | number | boolean | null): string =>
  value === null ? '–' : grouped(trimmed(String(value)));

/** Two places at least, and no zeros after those. */
const trimmed = (text: string): string =>
  /^-?\d+\.\d{3,}$/.test(text) ? text.replace(/(\.\d\d\d*?)0+$/, '$1') : text;

/** How much a number moved: `+1,204.50 (+5.7 %)`. Undefined where one of them is none. */
export function movement(
  now: string | number | null | undefined,
  then: string | number | null | undefined,
): { readonly text: string; readonly sign: -1 | 0 | 1 } | undefined {
  if (now === null || then === null || now === undefined || then === undefined) return undefined;
  const [a, b] = [Number(now), Number(then)];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  const by = a - b;
  if (by === 0) return { text: 'no change', sign: 0 };
  const places = Number.isInteger(a) && Number.isInteger(b) ? 0 : 2;
  const amount = new Intl.NumberFormat('en-US', {
    signDisplay: 'always',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  const share =
    b === 0
      ? ''
      : ` (${new Intl.NumberFormat('en-US', { signDisplay: 'always', maximumFractionDigits: 1 }).format((by / Math.abs(b)) * 100)} %)`;
  return { text: `${amount.format(by)}${share}`, sign: by > 0 ? 1 : -1 };
}

/** Rows as CSV (RFC 4180); nothing is an empty field. */
export function csvOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const field = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    const text =
      typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean).toString();
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** Gives the reader a file. */
export function download(name: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/csv' }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
