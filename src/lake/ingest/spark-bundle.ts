// The program that parses logs on the machines of a Spark, written where they find it.

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { RANGE_PROGRAM, rangeProgram } from '../../records/hot-path.js';

/** `lake spark bundle --json`. */
export interface SparkBundle {
  readonly path: string;
  readonly bytes: number;
  /** By which a run knows it: 64 hex digits. */
  readonly sha256: string;
}

/**
 * Writes the program into a folder, which is made if need be, in place of an earlier one.
 * @throws LakeError `out-of-resources` where it cannot be written
 */
export async function writeSparkBundle(folder: string): Promise<SparkBundle> {
  const { bytes, sha256 } = await rangeProgram();
  const path = join(folder, RANGE_PROGRAM);
  const own = `${path}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(own, bytes);
    await rename(own, path);
  } catch (cause) {
    await rm(own, { force: true }).catch(() => undefined);
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new LakeError(
      'out-of-resources',
      `${folder}: the program cannot be written there (${why}). Give a folder that can be written, on a disk with space.`,
      { details: { folder }, cause },
    );
  }
  return { path, bytes: bytes.length, sha256 };
}
