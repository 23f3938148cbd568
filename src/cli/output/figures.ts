// Numbers as people read them.

/** `1,234,567`. */
export function count(value: number): string {
  return groupThousands(String(value));
}

/** A figure with thousands separators; text that is no number stays as it is; nothing is `–`. */
export function figure(value: number | string | null): string {
  return value === null ? '–' : groupThousands(String(value));
}

function groupThousands(text: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 file`, `2 files`, `3 batches`. */
export function countOf(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `812 B`, `3.1 MB`: powers of 1000. */
export function bytes(value: number): string {
  if (Math.abs(value) < 1000) return `${value} B`;
  let scaled = value / 1000;
  let unit = 0;
  while (Math.abs(scaled) >= 999.95 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${groupThousands(scaled.toFixed(1))} ${BYTE_UNITS[unit] ?? ''}`;
}

/** `0.2 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const AGE_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A round length of time in its largest unit that leaves no rest, as it is typed: `24 h`, `90 min`, `7 d`. */
export function age(milliseconds: number): string {
  const [unit, unitMs] =
    AGE_UNITS.find(([, ms]) => milliseconds > ms && milliseconds % ms === 0) ?? AGE_UNITS[3];
  return `${count(Math.round(milliseconds / unitMs))} ${unit}`;
}

/** `2024-06-01 12:00:00` of `2024-06-01T12:00:00.123456Z`. */
export function moment(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** `+12`, `−3.50`; nothing where both are equal or one is no number. */
export function change(then: number | string | null, now: number | string | null): string {
  if (then === null || now === null || then === now) return '';
  const decimals = Math.max(decimalsOf(then), decimalsOf(now));
  const difference = Number(now) - Number(then);
  if (!Number.isFinite(difference) || difference === 0) return '';
  return `${difference > 0 ? '+' : '−'}${figure(Math.abs(difference).toFixed(decimals))}`;
}

const decimalsOf = (value: number | string): number => String(value).split('.')[1]?.length ?? 0;
