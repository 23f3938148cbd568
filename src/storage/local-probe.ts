// Whether a file system keeps the promises that commits rest on (format §4), found out by trying.

import { join } from 'node:path';
import { makeFolder, removeTree, syncFolder, writeSynced } from './durable.js';
import type { FileSystem } from './file-system.js';
import { isMissing, systemCode } from './local-errors.js';
import { metadataFolderName } from './local-lock.js';

/** The codes by which systems say that a directory is not replaced because it is there. */
export const takenCodes: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM']);

/** Failures that say nothing about what the file system can do. */
const passing: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EACCES']);

/** Why writing below `base` is unsafe, or null. */
export async function probeLocal(fs: FileSystem, base: string, instance: string): Promise<string | null> {
  const folder = join(base, metadataFolderName, `.probe-${instance}`);
  try {
    return (await probeRename(fs, folder)) ?? (await probeSync(fs, folder));
  } finally {
    await removeTree(fs, folder);
  }
}

async function probeRename(fs: FileSystem, folder: string): Promise<string | null> {
  const [first, second, free] = ['first', 'second', 'free'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [first, second]) {
    await makeFolder(fs, each);
    await writeSynced(fs, join(each, 'content'), new TextEncoder().encode(each));
  }
  if (await renames(fs, second, first))
    return 'a directory rename replaces a directory that is there: commits could be lost';
  await fs.rename(second, free);
  const moved = (await namesIn(fs, second)) === '' && (await namesIn(fs, free)) === 'content';
  return moved ? null : 'a directory rename reports success and does not move it: commits could be lost';
}

/** False when the system says that the target is there; any other failure is thrown. */
async function renames(fs: FileSystem, from: string, to: string): Promise<boolean> {
  try {
    await fs.rename(from, to);
    return true;
  } catch (error) {
    if (takenCodes.has(systemCode(error))) return false;
    throw error;
  }
}

async function namesIn(fs: FileSystem, folder: string): Promise<string> {
  try {
    return (await fs.readdir(folder)).map(({ name }) => name).join(' ');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function probeSync(fs: FileSystem, folder: string): Promise<string | null> {
  try {
    await syncFolder(fs, folder);
    return null;
  } catch (error) {
    if (passing.has(systemCode(error))) throw error;
    return `a directory cannot be synced (${systemCode(error)}): commits would not survive a power cut`;
  }
}
