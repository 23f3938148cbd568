// Whether a file system keeps the promises that commits rest on (format §4), found out by trying.

import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from './durable.js';
import { metadataFolderName } from './local-lock.js';

/** Why writing below `base` is unsafe, or null. */
export async function probeLocal(base: string, instance: string): Promise<string | null> {
  const folder = join(base, metadataFolderName, `.probe-${instance}`);
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  try {
    for (const each of [first, second]) {
      await makeFolder(each);
      await writeFile(join(each, 'content'), each);
    }
    if (await renames(second, first))
      return 'a directory rename replaces a directory that is there: commits could be lost';
    return (await syncs(folder))
      ? null
      : 'a directory cannot be synced: commits would not survive a power cut';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function renames(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

function syncs(folder: string): Promise<boolean> {
  return syncFolder(folder).then(
    () => true,
    () => false,
  );
}
