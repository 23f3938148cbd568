// What every store over HTTP says alike: whether an answer is one, how old an object is, what it weighs.

import type { ObjectStatus, StoredObject } from './object-store.js';
import type { Answer } from './requests.js';

/** Whether the store did what it was asked. */
export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The object of an answer; its age is by the store's clock alone. */
export function objectOf({ headers }: Answer, version: string, bytes: Uint8Array): StoredObject {
  const [now, modified] = ['date', 'last-modified'].map((name) => Date.parse(headers.get(name) ?? ''));
  const ageMs = (now ?? NaN) - (modified ?? NaN);
  return { bytes, version, ageMs: Number.isFinite(ageMs) ? Math.max(0, ageMs) : 0 };
}

/** What the headers say of an object. */
export function statusOf(key: string, { headers }: Answer): ObjectStatus {
  return {
    key,
    sizeBytes: Number(headers.get('content-length')),
    modifiedAtMs: Date.parse(headers.get('last-modified') ?? ''),
  };
}

/** The header for the bytes [start, end). */
export const rangeHeader = (range: { readonly start: number; readonly end: number }): string =>
  `bytes=${range.start}-${range.end - 1}`;

/** The bytes of a range, from an answer that may be of a store that knows no ranges. */
export function bytesOfRange(
  { status, bytes }: Answer,
  range: { readonly start: number; readonly end: number } | undefined,
): Uint8Array {
  const isWhole = range !== undefined && status === 200;
  return isWhole ? bytes.subarray(range.start, range.end) : bytes;
}

/** `the store answers 403 AccessDenied (Access Denied)`: status, code and what the store says, as far as there are any. */
export const answered = ({ status }: Answer, code: string | undefined, said: string): string =>
  `the store answers ${status}${code === undefined ? '' : ` ${code}`}${said === '' ? '' : ` (${said})`}`;
