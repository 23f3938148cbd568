// Every command, in the order of the help.

import type { Command } from '../command.js';
import { backfill } from './backfill.js';
import { checks } from './quality/checks.js';
import { completion } from './completion.js';
import { compact } from './maintenance/compact.js';
import { copy } from './maintenance/copy.js';
import { explain } from './quality/explain.js';
import { exportTables } from './read/export.js';
import { files } from './read/files.js';
import { generate } from './generate.js';
import { icebergPublish } from './iceberg/publish.js';
import { icebergVerify } from './iceberg/verify.js';
import { ingest } from './ingest.js';
import { init } from './init.js';
import { metrics } from './quality/metrics.js';
import { overview } from './overview.js';
import { quarantine } from './quality/quarantine.js';
import { query } from './read/query.js';
import { repair } from './maintenance/repair.js';
import { replay } from './replay.js';
import { report } from './quality/report.js';
import { restore } from './read/restore.js';
import { serve } from './iceberg/serve.js';
import { settings } from './settings.js';
import { show } from './read/show.js';
import { snapshotDiff } from './history/snapshot-diff.js';
import { snapshotExpire } from './history/snapshot-expire.js';
import { snapshotList } from './history/snapshot-list.js';
import { snapshotRollback } from './history/snapshot-rollback.js';
import { snapshotShow } from './history/snapshot-show.js';
import { snapshotTag, snapshotUntag } from './history/snapshot-tag.js';
import { sparkBundle } from './spark/bundle.js';
import { tables } from './read/tables.js';
import { test } from './test.js';
import { timeTravel } from './history/time-travel.js';
import { trust } from './trust.js';
import { ui } from './read/ui.js';
import { vacuum } from './maintenance/vacuum.js';
import { verify } from './maintenance/verify.js';

/** Every command once, in the order of the help. */
export const commands: readonly Command[] = [
  overview,
  init,
  ingest,
  backfill,
  replay,
  test,
  tables,
  show,
  query,
  explain,
  checks,
  metrics,
  quarantine,
  report,
  ui,
  snapshotList,
  snapshotShow,
  snapshotDiff,
  snapshotTag,
  snapshotUntag,
  snapshotRollback,
  snapshotExpire,
  timeTravel,
  files,
  exportTables,
  restore,
  icebergPublish,
  icebergVerify,
  serve,
  copy,
  compact,
  vacuum,
  verify,
  repair,
  sparkBundle,
  settings,
  trust,
  generate,
  completion,
];
