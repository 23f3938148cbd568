// Letting old snapshots go, with the defaults that people get.

import { isoMicros } from '../../common/runtime.js';
import { openForDeleting } from '../../table/lake-file.js';
import * as table from '../../table/maintenance/expire.js';
import type { ChangeOptions } from '../operation-options.js';
import { viewAt, type Parts } from '../lake-context.js';

/** A snapshot goes only when neither rule keeps it. Neither given: the newest 20, and a week. */
export interface ExpireOptions extends ChangeOptions {
  /** The newest snapshots that changed a table; 1 when only an age is given. */
  readonly keep?: number;
  /** Snapshots committed at or after this moment stay (µs since the epoch); none when only a number is given. */
  readonly olderThanMicros?: number;
}

/** `lake snapshot expire`: what went and what stayed, under which rules. */
export interface ExpireReport extends table.ExpireReport {
  /** The newest that were to be kept. */
  readonly keep: number;
  /** Snapshots committed since then were to be kept; null: age kept none. */
  readonly olderThan: string | null;
  readonly dryRun: boolean;
}

const WEEK_MICROS = 7 * 86_400_000_000;
const DEFAULT_KEEP = 20;

/** @throws LakeError `not-found` before the first snapshot; as the table layer's `expire` */
export async function expire(parts: Parts, options: ExpireOptions): Promise<ExpireReport> {
  const { dryRun = false, signal, onProgress } = options;
  await viewAt(parts);
  if (!dryRun) await openForDeleting(parts.storage, parts.runtime);
  const rules = rulesOf(withDefaults(options, parts), parts.runtime.now());
  const report = await table.expire(parts.storage, parts.runtime, {
    keep: rules.keep,
    olderThanMicros: rules.olderThanMicros ?? Number.MAX_SAFE_INTEGER,
    dryRun,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'expiring', done, total, unit: 'snapshots' }),
  });
  const olderThan = rules.olderThanMicros === null ? null : isoMicros(rules.olderThanMicros);
  return { ...report, keep: rules.keep, olderThan, dryRun };
}

/** Without flags the settings say what is kept. */
function withDefaults(options: ExpireOptions, { settings, runtime }: Parts): ExpireOptions {
  const { keep, olderThanMs } = settings.retention;
  if (options.keep !== undefined || options.olderThanMicros !== undefined) return options;
  return {
    ...options,
    ...(keep !== undefined && { keep }),
    ...(olderThanMs !== undefined && { olderThanMicros: runtime.now() - olderThanMs * 1000 }),
  };
}

/** What keeps a snapshot: its place among the newest, and its age (null: at no age). */
function rulesOf(
  { keep, olderThanMicros }: ExpireOptions,
  nowMicros: number,
): { readonly keep: number; readonly olderThanMicros: number | null } {
  if (keep === undefined && olderThanMicros === undefined)
    return { keep: DEFAULT_KEEP, olderThanMicros: nowMicros - WEEK_MICROS };
  return { keep: keep ?? 1, olderThanMicros: olderThanMicros ?? null };
}
