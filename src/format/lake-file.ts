// The small files beside the snapshots: lake.json (written once), the hint, tags (format §1).

import { z } from 'zod';
import { encodeChecked, encodeJson, formatVersion, parseChecked } from './metadata.js';
import { count, id, instant } from './json-shapes.js';
import { lakeFilePath } from './paths.js';

/** The content of `lake.json`. */
export interface LakeFile {
  readonly lakeId: string;
  readonly createdAt: string;
  /** Files that no snapshot names are kept this long. A run that took over half of it gives up (format §3). */
  readonly vacuumGraceMs: number;
}

/** A day. */
export const defaultVacuumGraceMs = 24 * 60 * 60 * 1000;

/** The content of a tag's file. */
interface Tag {
  readonly snapshot: number;
  readonly createdAt: string;
}

const lakeFile = z.object({
  lakeId: z.string(),
  createdAt: instant,
  vacuumGraceMs: count.default(defaultVacuumGraceMs),
});
const tag = z.object({ snapshot: id, createdAt: instant });

/** @throws LakeError `corrupt`, `unsupported-storage` */
export async function parseLakeFile(bytes: Uint8Array): Promise<LakeFile> {
  const { lakeId, createdAt, vacuumGraceMs } = await parseChecked(lakeFile, bytes, lakeFilePath);
  return { lakeId, createdAt, vacuumGraceMs };
}

/** The grace period is written only where it is not the default. */
export function encodeLakeFile({ lakeId, createdAt, vacuumGraceMs }: LakeFile): Promise<Uint8Array> {
  const grace = vacuumGraceMs === defaultVacuumGraceMs ? {} : { vacuumGraceMs };
  return encodeChecked({ formatVersion, lakeId, createdAt, ...grace });
}

/** @throws LakeError `corrupt` */
export function parseTag(bytes: Uint8Array, path: string): Promise<Tag> {
  return parseChecked(tag, bytes, path, 'unversioned');
}

/** The bytes of a tag's file. */
export function encodeTag({ snapshot, createdAt }: Tag): Promise<Uint8Array> {
  return encodeChecked({ snapshot, createdAt });
}

/** The snapshot that a hint points to, or undefined: a hint may be lost, torn or stale, and is never trusted. */
export function parseHint(bytes: Uint8Array): number | undefined {
  const match = /^\s*\{\s*"snapshot"\s*:\s*([1-9]\d{0,9})\s*\}\s*$/.exec(new TextDecoder().decode(bytes));
  return match === null ? undefined : Number(match[1]);
}

/** The bytes of a hint. */
export function encodeHint(snapshotId: number): Uint8Array {
  return encodeJson({ snapshot: snapshotId });
}
