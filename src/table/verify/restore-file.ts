// Bytes made again for a data file that is named already: they go back only where they are what was committed.

import { isLakeError } from '../../common/errors.js';
import { sha256 } from '../../common/sha256.js';
import type { DataFile, EncodedDataFile } from '../../format/data-file.js';
import { readPastCache, type FileToWrite, type Storage } from '../../storage/storage.js';

/**
 * What is to be written so that the named file and its key index lie intact again; none when both do.
 * `made` has the named file's hash.
 */
export async function lostParts(
  storage: Storage,
  named: DataFile,
  made: Pick<EncodedDataFile, 'bytes' | 'sha256' | 'index'>,
): Promise<readonly FileToWrite[]> {
  if (made.sha256 !== named.sha256) throw new Error(`${named.path} was not made again, but other bytes.`);
  const lost: FileToWrite[] = [];
  if (!(await isIntact(storage, named))) lost.push({ path: named.path, bytes: made.bytes });
  const index = named.index;
  if (index !== undefined && made.index?.sha256 === index.sha256 && !(await isIntact(storage, index)))
    lost.push({ path: index.path, bytes: made.index.bytes });
  return lost;
}

async function isIntact(
  storage: Storage,
  file: { readonly path: string; readonly bytes: number; readonly sha256: string },
): Promise<boolean> {
  try {
    const bytes = await readPastCache(storage, file.path);
    return bytes.length === file.bytes && (await sha256(bytes)) === file.sha256;
  } catch (error) {
    if (isLakeError(error, 'not-found')) return false;
    if (isLakeError(error, 'corrupt')) return false; // the disk cannot read it any more
    throw error;
  }
}
