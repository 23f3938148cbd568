// Names for snapshots: a tagged one does not expire.

import * as table from '../../table/history/tags.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import { headForWriting, type Parts } from '../lake-context.js';

/** `lake snapshot tag` and `untag`. */
export interface TagReport {
  readonly name: string;
  readonly snapshot: number;
  /** Whether this call changed anything: a tag that is there already stays. */
  readonly changed: boolean;
}

/** @throws LakeError `not-found` for a snapshot that is not there; `invalid-input` for a name that is none or taken */
export async function tag(parts: Parts, name: string, reference = 'head'): Promise<TagReport> {
  const { storage, runtime } = parts;
  await headForWriting(parts, false);
  const snapshot = await resolveReference(storage, reference);
  const answer = await table.tagSnapshot(storage, runtime, { name, snapshotId: snapshot });
  return { name, snapshot, changed: answer === 'created' };
}

/** @throws LakeError `not-found` for a tag that is not there */
export async function untag(parts: Parts, name: string): Promise<TagReport> {
  await headForWriting(parts, false);
  return { name, snapshot: await table.untag(parts.storage, name), changed: true };
}
