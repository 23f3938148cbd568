// Every command, in the order of the help.

import type { Command } from '../command.js';
import { backfill } from './backfill.js';
import { checks } from './checks.js';
import { compact } from './compact.js';
import { explain } from './explain.js';
import { exportTables } from './export.js';
import { files } from './files.js';
import { generate } from './generate.js';
import { icebergPublish } from './iceberg-publish.js';
import { icebergVerify } from './iceberg-verify.js';
import { ingest } from './ingest.js';
import { metrics } from './metrics.js';
import { overview } from './overview.js';
import { quarantine } from './quarantine.js';
import { query } from './query.js';
import { repair } from './repair.js';
import { replay } from './replay.js';
import { report } from './report.js';
import { restore } from './restore.js';
import { serve } from './serve.js';
import { settings } from './settings.js';
import { show } from './show.js';
import { snapshotDiff } from './snapshot-diff.js';
import { snapshotExpire } from './snapshot-expire.js';
import { snapshotList } from './snapshot-list.js';
import { snapshotRollback } from './snapshot-rollback.js';
import { snapshotShow } from './snapshot-show.js';
import { snapshotTag, snapshotUntag } from './snapshot-tag.js';
import { tables } from './tables.js';
import { timeTravel } from './time-travel.js';
import { vacuum } from './vacuum.js';
import { verify } from './verify.js';

export const commands: readonly Command[] = [
  overview,
  ingest,
  backfill,
  replay,
  tables,
  show,
  query,
  explain,
  checks,
  metrics,
  quarantine,
  report,
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
  compact,
  vacuum,
  verify,
  repair,
  settings,
  generate,
];
