// A file system that follows no symbolic link below one folder. A lake may come from anyone, and a link in it may lead
// anywhere: what lies behind it is never read, listed, written or deleted. Links on the way to the folder are its
// owner's own and are followed as ever.

import { dirname, relative, sep } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { FileSystem } from './file-system.js';

/**
 * The file system, with every path below `base` looked at first. What names an entry without following it (`lstat`,
 * `unlink`, both ends of `rename`) may name a link; everything else refuses it.
 * @throws LakeError `corrupt` naming the link, from each operation that would follow one
 */
export function withoutLinks(fs: FileSystem, base: string): FileSystem {
  const refuse = (path: string, last: 'followed' | 'named'): void => {
    const below = relative(base, path);
    if (below === '' || below.startsWith('..')) return;
    const pieces = below.split(sep);
    let at = base;
    for (const piece of last === 'followed' ? pieces : pieces.slice(0, -1)) {
      at += sep + piece;
      if (fs.isLinkNow(at)) throw linkInLake(at);
    }
  };
  const followed = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    refuse(path, 'followed');
    return work();
  };
  const named = async <T>(paths: readonly string[], work: () => Promise<T>): Promise<T> => {
    for (const path of paths) refuse(path, 'named');
    return work();
  };
  return {
    open: (path, flags) => followed(path, () => fs.open(path, flags)),
    readNow: (path) => {
      refuse(path, 'followed');
      return fs.readNow(path);
    },
    isLinkNow: (path) => fs.isLinkNow(path),
    link: (from, to) => followed(from, () => named([to], () => fs.link(from, to))),
    rename: (from, to) => named([from, to], () => fs.rename(from, to)),
    unlink: (path) => named([path], () => fs.unlink(path)),
    mkdir: (path) => followed(path, () => fs.mkdir(path)),
    rmdir: (path) => named([path], () => fs.rmdir(path)),
    readdir: (path) => followed(path, () => fs.readdir(path)),
    stat: (path) => followed(path, () => fs.stat(path)),
    lstat: (path) => named([path], () => fs.lstat(path)),
    touch: (path, modifiedAtMs) => followed(path, () => fs.touch(path, modifiedAtMs)),
  };
}

function linkInLake(path: string): LakeError {
  const message = `${path} is a symbolic link: nothing in a lake is read or changed through one, since it may lead anywhere. If it is yours, put what it points to in its place; else remove it. "lake verify --all" says what else is damaged.`;
  return new LakeError('corrupt', message, {
    details: { path, folder: dirname(path), reason: 'it is a symbolic link' },
  });
}
