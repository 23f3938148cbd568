// What a record holds that nothing names.

import type { RecordContract } from './contract.js';
import { isRawObject, type RawObject, type RawValue } from './values/raw-value.js';

/** A field about which something is worth telling, and what stands in it. */
export interface FoundField {
  readonly field: string;
  readonly value: RawValue;
}

const NONE: readonly FoundField[] = [];

/** Paths that fields name, as a tree; a leaf names all that lies in it. */
interface KnownPaths {
  readonly children: Map<string | number, KnownPaths>;
  isLeaf: boolean;
}

/** Finds what nothing names: keys of the record, and keys inside objects that are named in part. */
export function unknownFinder({ fields }: RecordContract): (record: RawObject) => readonly FoundField[] {
  const root: KnownPaths = { children: new Map(), isLeaf: false };
  const paths = fields.flatMap(({ from }) => (from.kind === 'path' ? [from.steps] : []));
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next = node.children.get(step) ?? { children: new Map(), isLeaf: false };
      node.children.set(step, next);
      node = next;
    }
    node.isLeaf = true;
  }
  const search = (value: RawObject, known: KnownPaths, prefix: string): readonly FoundField[] => {
    let found: FoundField[] | undefined;
    for (const key of Object.keys(value)) {
      const inner = known.children.get(key);
      if (inner === undefined) (found ??= []).push({ field: prefix + key, value: value[key] });
      else if (!inner.isLeaf && isRawObject(value[key])) {
        const deeper = search(value[key], inner, `${prefix}${key}.`);
        if (deeper.length > 0) (found ??= []).push(...deeper);
      }
    }
    return found ?? NONE;
  };
  return (record) => search(record, root, '');
}
