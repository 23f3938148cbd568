// The world outside as a parameter: the clock, chance, waiting and the log. A run with the same runtime replays.

/** Clock, chance, waiting and log of a run. Nothing else in the program reads the clock or draws a random number. */
export interface Runtime {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Resolves after `ms` milliseconds; rejects with `interrupted` when `signal` fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A line for the person who runs it (warnings, what is waited for); never a result. */
  log(level: 'debug' | 'info' | 'warn', message: string): void;
}

/** A random UUID (version 4) drawn from the runtime. */
export function uuid(runtime: Runtime): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(runtime.random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = '89ab'.charAt(parseInt(hex[16] ?? '0', 16) & 3);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}

/** `2026-11-23T17:20:01.123456Z` for microseconds since the epoch. */
export function isoMicros(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const rest = Math.round(micros - millis * 1000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** The microseconds since the epoch of such text. */
export function microsOfIso(text: string): number {
  return Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(text.slice(20, 26));
}
