// What all metadata files share: canonical JSON, the format version, the checksum as the last key.

import type { z } from 'zod';
import { LakeError } from '../common/errors.js';
import { sha256 } from '../common/sha256.js';

/** The version that this program writes, and the newest that it reads. */
export const formatVersion = 1;

/** An encoded metadata file with the hash that others name it by. */
export interface EncodedMetadata {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Compact JSON of an object whose keys are already in the order of the format. */
export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Encodes metadata that others name by its hash. */
export async function encodeMetadata(value: object): Promise<EncodedMetadata> {
  const bytes = encodeJson(value);
  return { bytes, sha256: await sha256(bytes) };
}

/** Encodes metadata that vouches for itself: `checksum` over the bytes without it, as the last key. */
export async function encodeChecked(value: object): Promise<Uint8Array> {
  return encodeJson({ ...value, checksum: await sha256(encodeJson(value)) });
}

/**
 * Parses metadata into its type. Unknown keys are fine: a later minor change may add some.
 * @throws LakeError `unsupported-storage` when it is of a newer format, `corrupt` when it is not what it should be
 */
export function parseMetadata<T>(schema: z.ZodType<T>, bytes: Uint8Array, path: string): T {
  const value = parseJson(bytes, path);
  checkVersion(value, path);
  return parseValue(schema, value, path);
}

/** Parses metadata that ends with its checksum, and checks it. Tags and the like carry no format version. */
export async function parseChecked<T>(
  schema: z.ZodType<T>,
  bytes: Uint8Array,
  path: string,
  kind: 'versioned' | 'unversioned' = 'versioned',
): Promise<T> {
  const value = parseJson(bytes, path);
  if (kind === 'versioned') checkVersion(value, path);
  await checkChecksum(bytes, path);
  return parseValue(schema, value, path);
}

async function checkChecksum(bytes: Uint8Array, path: string): Promise<void> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const match = /,"checksum":"([0-9a-f]{64})"\}$/.exec(text);
  if (match === null) throw damaged(path, 'it does not end with a checksum');
  const actual = await sha256(new TextEncoder().encode(`${text.slice(0, match.index)}}`));
  if (actual !== match[1]) throw damaged(path, `its checksum is ${match[1]}, its content has ${actual}`);
}

/** The value in its type. @throws LakeError `corrupt` naming the first place that is not as it should be */
export function parseValue<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw damaged(path, `"${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unexpected content'}`);
}

/** @throws LakeError `corrupt` unless the bytes have the hash by which they are named */
export async function checkHash(bytes: Uint8Array, expected: string, path: string): Promise<void> {
  const actual = await sha256(bytes);
  if (actual !== expected)
    throw damaged(path, `expected sha256 ${expected}, found ${actual} in ${bytes.length} bytes`);
}

/** The error for a file that is not what the lake says it is. */
export function damaged(path: string, what: string, cause?: unknown): LakeError {
  return new LakeError(
    'corrupt',
    `${path} is damaged: ${what}. "lake verify --all" says what else is and which snapshots still read; "lake repair" makes again what it can.`,
    {
      details: { path, reason: what },
      cause,
    },
  );
}

/** Metadata is flat; what is nested deeper than this was made to break programs that follow it. */
const maxDepth = 100;

/** JSON that may come from anyone. @throws LakeError `corrupt` for text that is none, or nested beyond measure */
export function parseJson(bytes: Uint8Array, path: string): unknown {
  const value = jsonOf(bytes, path);
  if (isDeeper(value, maxDepth)) throw damaged(path, `it is nested more than ${maxDepth} levels deep`);
  return value;
}

function jsonOf(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw damaged(path, `it is not JSON (${bytes.length} bytes)`, cause);
  }
}

/** Whether lists and objects lie within each other on more than so many levels; looks no further down than those. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((each) => isDeeper(each, levels - 1));
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}

function checkVersion(value: unknown, path: string): void {
  const version =
    typeof value === 'object' && value !== null && 'formatVersion' in value ? value.formatVersion : undefined;
  if (version === formatVersion) return;
  if (typeof version !== 'number' || version < formatVersion)
    throw damaged(path, 'its format version is missing or unknown');
  throw new LakeError(
    'unsupported-storage',
    `${path} is of format version ${version}, this program reads up to ${formatVersion}: upgrade lake.`,
    { details: { path, expected: formatVersion, actual: version } },
  );
}
