// Bytes of data files, never trusted before their size and hash are checked (format §5).

import type { DataFile } from '../format/data-file.js';
import { checkHash, damaged } from '../format/metadata.js';
import type { Storage } from '../storage/storage.js';
import { readIfThere } from './log.js';

/**
 * The bytes of a data file as they were committed.
 * @throws LakeError `corrupt` naming the file when it is missing, torn or another one
 */
export async function readDataFile(storage: Storage, file: DataFile): Promise<Uint8Array> {
  const bytes = await readIfThere(storage, file.path);
  if (bytes === undefined) throw damaged(file.path, 'it is missing');
  if (bytes.length !== file.bytes)
    throw damaged(file.path, `expected ${file.bytes} bytes, found ${bytes.length}`);
  await checkHash(bytes, file.sha256, file.path);
  return bytes;
}
