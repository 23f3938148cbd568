// Values of flags: text in, checked values out. Each error names the flag, what was given and what is expected.

import { byteSizeForm, bytesOfSize } from '../common/byte-size.js';
import { daysOfIso } from '../common/calendar.js';
import { durationMs } from '../common/duration.js';
import { LakeError } from '../common/errors.js';
import { microsOfMoment } from '../common/moment.js';

function badFlag(flag: string, given: string, expected: string): LakeError {
  return new LakeError('invalid-input', `${flag}: "${given}" is not ${expected}.`, {
    details: { flag, given, expected },
  });
}

/** @throws LakeError `invalid-input` unless it is a day of the calendar, `YYYY-MM-DD` */
export function parseDay(flag: string, given: string): string {
  if (daysOfIso(given) === null)
    throw badFlag(flag, given, 'a day of the calendar as YYYY-MM-DD, like 2024-02-29');
  return given;
}

/** @throws LakeError `invalid-input` unless it is a whole number of at least `least` */
export function parseWholeNumber(flag: string, given: string, least: number): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value) || value < least) {
    throw badFlag(flag, given, `a whole number of at least ${least}, like ${Math.max(least, 10)}`);
  }
  return value;
}

/**
 * Bytes of `128MB` (decimal units) or `128MiB` (binary units).
 * @throws LakeError `invalid-input` unless it is a positive number with a unit
 */
export function parseSize(flag: string, given: string): number {
  const sizeBytes = bytesOfSize(given);
  if (sizeBytes === undefined) throw badFlag(flag, given, byteSizeForm);
  return sizeBytes;
}

/**
 * Milliseconds of `24h`.
 * @throws LakeError `invalid-input` unless it is a whole number with a unit
 */
export function parseDuration(flag: string, given: string): number {
  const ms = durationMs(given);
  if (ms === undefined)
    throw badFlag(flag, given, 'a duration like 24h: a whole number and one of s, m, h, d, w');
  return ms;
}

/**
 * A moment as an age (`7d`, counted back from `nowMicros`), a day (`2024-06-01`, its first moment) or a time
 * (`2024-06-01T12:00:00Z`, UTC unless it says otherwise), in microseconds since the epoch.
 * @throws LakeError `invalid-input` unless it is one of these
 */
export function parseMoment(flag: string, given: string, nowMicros: number): number {
  const age = durationMs(given);
  if (age !== undefined) return nowMicros - age * 1000;
  const micros = microsOfMoment(given.trim());
  if (micros === undefined)
    throw badFlag(
      flag,
      given,
      'an age like 7d, 24h or 90m, a day like 2024-06-01 or a time like 2024-06-01T12:00:00Z',
    );
  return Number(micros);
}

/** @throws LakeError `invalid-input` unless it is one of the choices */
export function parseChoice<const Choice extends string>(
  flag: string,
  given: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((known) => known === given);
  if (choice === undefined) throw badFlag(flag, given, `one of ${choices.join(', ')}`);
  return choice;
}

/** The members that are there: options whose absence means "not asked for" are left out rather than undefined. */
export function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** @throws LakeError `invalid-input` if a required flag is absent or empty */
export function requireFlag(command: string, flag: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new LakeError('invalid-input', `${command} needs ${flag}; see ${command} --help.`, {
    details: { flag },
  });
}
