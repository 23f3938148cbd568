// Names for snapshots: a tagged one does not expire.

import * as table from '../../table/history/tags.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import { headForWriting, type Parts } from '../lake-context.js';
import type { TagReport } from '../maintenance/maintenance-results.js';

export async function tag(parts: Parts, name: string, reference = 'head'): Promise<TagReport> {
  const { storage, runtime } = parts;
  await headForWriting(parts, false);
  const snapshot = await resolveReference(storage, reference);
  const answer = await table.tagSnapshot(storage, runtime, { name, snapshotId: snapshot });
  return { name, snapshot, changed: answer === 'created' };
}

export async function untag(parts: Parts, name: string): Promise<TagReport> {
  await headForWriting(parts, false);
  return { name, snapshot: await table.untag(parts.storage, name), changed: true };
}
