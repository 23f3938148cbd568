// The one place where parts are chosen: local disk, DuckDB-WASM, the SaaS pipeline. What is heavy is loaded when it is needed.

import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import type { Parts } from './lake-context.js';
import { defaultLakeSettings } from './settings/settings.js';
import type { Lake, OpenOptions } from './lake.js';

/** Opens a lake on the local disk; the folder need not exist. Nothing is read or written before the first question. */
export function openLake({ location, log, ...given }: OpenOptions): Lake {
  const runtime = systemRuntime(log);
  return assembleLake({ runtime, storage: localStorage(location, runtime), location, ...given });
}

/**
 * Opens a lake under the settings of its `lake.config.json` (settings-file.ts), or of `config`.
 * @throws LakeError `invalid-input` for settings that are none
 */
export async function openConfiguredLake({
  config,
  ...options
}: OpenOptions & { readonly config?: string }): Promise<Lake> {
  const { readSettings } = await import('./settings/settings-file.js');
  return openLake({ ...options, ...(await readSettings(config, options.location)) });
}

/** A lake over any storage and runtime. */
export function assembleLake({
  settingsFile = null,
  ...given
}: Omit<Parts, 'settings'> & Pick<OpenOptions, 'settings' | 'settingsFile'>): Lake {
  const parts: Parts = { ...given, settings: given.settings ?? defaultLakeSettings };
  return {
    location: parts.location,
    settings: parts.settings,
    settingsFile,
    ingest: async (options) =>
      andPublish(parts, options, async () => (await import('./ingest/ingest.js')).ingest(parts, options)),
    backfill: async (options) =>
      andPublish(parts, options, async () => (await import('./ingest/backfill.js')).backfill(parts, options)),
    replay: async (options) =>
      andPublish(parts, options, async () => (await import('./ingest/replay.js')).replay(parts, options)),
    quarantine: async (options) => (await import('./quarantine/quarantine.js')).quarantine(parts, options),
    exportQuarantine: async (options) =>
      (await import('./quarantine/quarantine-export.js')).exportQuarantine(parts, options),
    repair: async (options) => (await import('./ingest/repair.js')).repair(parts, options),
    serve: async (options) => (await import('./iceberg/serve.js')).serve(parts, options),
    verifyIceberg: async (options) => (await import('./iceberg/verify.js')).verifyIceberg(parts, options),
    publishIceberg: async (options) => (await import('./iceberg/publish.js')).publishIceberg(parts, options),
    compact: async (options) =>
      andPublish(parts, options, async () =>
        (await import('./maintenance/compact.js')).compact(parts, options),
      ),
    overview: async () => (await import('./read/overview.js')).overview(parts),
    snapshots: async (limit) => (await import('./history/snapshot-list.js')).snapshots(parts, limit),
    snapshot: async (reference) => (await import('./history/snapshot-list.js')).snapshot(parts, reference),
    travel: async (reference) => (await import('./read/overview.js')).travel(parts, reference),
    tables: async (options) => (await import('./read/table-listing.js')).tables(parts, options),
    files: async (table, options) => (await import('./read/table-listing.js')).files(parts, table, options),
    rows: async (table, options) => (await import('./read/table-rows.js')).rows(parts, table, options),
    query: async (sql, options) => (await import('./read/query.js')).query(parts, sql, options),
    export: async (options) => (await import('./read/export.js')).exportTables(parts, options),
    restore: async (batch, out, options) =>
      (await import('./read/restore.js')).restore(parts, batch, out, options),
    explain: async (table, options) => (await import('./explain/explain.js')).explain(parts, table, options),
    whyChanged: async (table, options) =>
      (await import('./explain/why-changed.js')).whyChanged(parts, table, options),
    checks: async (options) => (await import('./quality/checks.js')).checks(parts, options),
    metrics: async (options) => (await import('./quality/metrics.js')).metrics(parts, options),
    failedRun: async () => (await import('./quality/checks.js')).failedRun(parts),
    report: async (options) => (await import('./report/report.js')).report(parts, options),
    diff: async (from, to, options) => (await import('./history/diff.js')).diff(parts, from, to, options),
    tag: async (name, reference) => (await import('./history/tags.js')).tag(parts, name, reference),
    untag: async (name) => (await import('./history/tags.js')).untag(parts, name),
    rollback: async (reference, options) =>
      andPublish(parts, options, async () =>
        (await import('./history/rollback.js')).rollback(parts, reference, options),
      ),
    expire: async (options) =>
      andPublish(parts, options, async () =>
        (await import('./maintenance/expire.js')).expire(parts, options),
      ),
    vacuum: async (options) => (await import('./maintenance/vacuum.js')).vacuum(parts, options),
    verify: async (options) => (await import('./maintenance/verify.js')).verify(parts, options),
    close: () => Promise.resolve(),
  };
}

/** A run that changes what is retained; its snapshot goes to readers of Iceberg, too, where the settings say so. */
async function andPublish<T>(
  parts: Parts,
  { dryRun = false }: { readonly dryRun?: boolean },
  run: () => Promise<T>,
): Promise<T> {
  const result = await run();
  if (parts.settings.iceberg.publish === 'always' && !dryRun)
    await (await import('./iceberg/publish.js')).publishAfter(parts);
  return result;
}
