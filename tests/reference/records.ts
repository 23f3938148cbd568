// What reading one record comes to, and the settings that decide it.

import { defaultRates } from './values.js';
import type { Rates } from './values.js';

/** A record that is accepted, or the reason why not. */
export type Outcome<T> = { readonly record: T } | { readonly reason: string };

/** A record with its place: `line` is 1-based, `raw` the text that the quarantine shows. */
export interface Reading<T> {
  readonly line: number;
  readonly raw: string;
  readonly outcome: Outcome<T>;
}

export interface Settings {
  readonly rates: Rates;
  /** Days of events that are accepted, both inclusive. */
  readonly eventDates: { readonly from: string; readonly to: string };
}

export const defaultSettings: Settings = {
  rates: defaultRates,
  eventDates: { from: '2000-01-01', to: '2099-12-31' },
};

/** A file that breaks its contract as a whole: the run stops and nothing is published (pipeline §1). */
export class BrokenFile extends Error {}

export function acceptedOf<T>(readings: readonly Reading<T>[]): readonly T[] {
  return readings.flatMap(({ outcome }) => ('record' in outcome ? [outcome.record] : []));
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const LF = 0x0a;

/** How many lines a text has: line ends, and an unterminated last line. */
export function countLines(bytes: Uint8Array): number {
  const ends = bytes.reduce((count, byte) => (byte === LF ? count + 1 : count), 0);
  return bytes.length > 0 && bytes.at(-1) !== LF ? ends + 1 : ends;
}
