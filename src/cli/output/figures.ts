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

/** `2024-06-01 12:00:00` of `2024-06-01T12:00:00.123456Z`. */
export function moment(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
