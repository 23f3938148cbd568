// Partition specs, values, and the folder a value lives in. Folder names are injective, also where case is ignored (format §1).

import { LakeError } from '../common/errors.js';
import { compareText } from '../common/text-order.js';
import { maxNameBytes } from './paths.js';

/** `month` of a date has values like `2024-03`. */
type Transform = 'identity' | 'month';

/** One column that partitions a table, and how. */
export interface PartitionField {
  /** 1000 and up, unique within the table for ever. */
  readonly id: number;
  /** Id of the column that it is computed from. */
  readonly sourceId: number;
  readonly transform: Transform;
  readonly name: string;
}

/** How a table's files are partitioned from some moment on. */
export interface PartitionSpec {
  readonly specId: number;
  /** None: the table is not partitioned. */
  readonly fields: readonly PartitionField[];
}

/** A value for each partition field, by name: ISO text for days, `2024-03` for months. */
export type PartitionValues = Readonly<Record<string, string | null>>;

const nullFolder = '__null__';

/** `event_date=2024-03-05`, pieces joined by `/`; empty for a table without partitions. */
export function partitionFolder(spec: PartitionSpec, values: PartitionValues): string {
  return spec.fields.map((field) => `${field.name}=${encodeValue(values[field.name] ?? null)}`).join('/');
}

/**
 * The values back from a folder's name.
 * @throws LakeError `corrupt` when it is not what `partitionFolder` writes
 */
export function parsePartitionFolder(spec: PartitionSpec, folder: string): PartitionValues {
  const pieces = folder === '' ? [] : folder.split('/');
  const values = Object.fromEntries(
    spec.fields.map((field, i) => [field.name, decodeValue((pieces[i] ?? '').slice(field.name.length + 1))]),
  );
  if (pieces.length !== spec.fields.length || partitionFolder(spec, values) !== folder) {
    const expected = spec.fields.map((field) => `${field.name}=…`).join('/');
    throw new LakeError(
      'corrupt',
      `Partition folder "${folder}" is not one of "${expected}": a foreign file?`,
    );
  }
  return values;
}

/**
 * Refuses values that no folder can be named after: what is read back must be what was written, on any file system.
 * @throws LakeError `invalid-input`
 */
export function assertFolderValues(spec: PartitionSpec, values: PartitionValues): void {
  for (const { name } of spec.fields) {
    const value = values[name] ?? null;
    if (value === null) continue;
    const length = name.length + 1 + encodeValue(value).length;
    if (length > maxNameBytes)
      throw unfit(
        name,
        value,
        `its folder's name takes ${length} bytes, at most ${maxNameBytes} are allowed`,
      );
    if (/\p{Surrogate}/u.test(value)) throw unfit(name, value, 'half a character cannot be written as UTF-8');
  }
}

function unfit(name: string, value: string, why: string): LakeError {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return new LakeError(
    'invalid-input',
    `Rows of ${name} = ${JSON.stringify(shown)} cannot be a partition: ${why}. Partition by another column.`,
    { details: { partition: name } },
  );
}

/** Whether a partition field may have this name: it begins a folder's name, and is a key of JSON objects. */
export function isPartitionName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) && !(name in {});
}

/** The month of an ISO date: `2024-03-05` → `2024-03`. */
export function monthOf(date: string): string {
  return date.slice(0, -3);
}

/** A total order of partitions: field by field, nulls last, text by UTF-8 bytes. */
export function comparePartitions(
  spec: PartitionSpec,
  left: PartitionValues,
  right: PartitionValues,
): number {
  for (const { name } of spec.fields) {
    const order = compareNullable(left[name] ?? null, right[name] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** One text per distinct value, for maps. */
export function partitionKey(spec: PartitionSpec, values: PartitionValues): string {
  return `${spec.specId}/${partitionFolder(spec, values)}`;
}

function compareNullable(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareText(left, right);
}

/**
 * Digits, lower case, `.`, `_` and `-` stand for themselves, every other byte is `%` and two lower-case hex digits; so
 * is a dot at the end, which Windows would drop.
 */
function encodeValue(value: string | null): string {
  if (value === null) return nullFolder;
  if (value === nullFolder) return `%5f${nullFolder.slice(1)}`;
  return Array.from(new TextEncoder().encode(value), encodeByte).join('').replace(/\.$/, '%2e');
}

function encodeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[0-9a-z._-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
}

function decodeValue(text: string): string | null {
  if (text === nullFolder) return null;
  const bytes = [...text.matchAll(/%([0-9a-f]{2})|[^]/g)].map(([char, hex]) =>
    hex === undefined ? char.charCodeAt(0) : parseInt(hex, 16),
  );
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
