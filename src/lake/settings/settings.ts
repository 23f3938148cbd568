// What the user of a lake may set, as the program uses it. `lake.config.json` (settings-file.ts) is one way to say it.

import type { EngineChoice } from '../../engine/choose-engine.js';
import { defaultPolicy, type CheckPolicy } from '../../pipeline/define/spec/check-policy.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import type { RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';

export type { AnomalySettings, Limit, Severity } from '../../pipeline/define/spec/check-policy.js';

/** How the lake is published to readers of Iceberg. */
export interface IcebergSettings {
  /** `always`: every run that makes a snapshot publishes it to readers of Iceberg, after its commit. */
  readonly publish: 'never' | 'always';
  /** The URI at which readers find the lake's folder; where it is on this disk unless said. */
  readonly location?: string;
}

/** What may be run or told when a run has news. It counts only where the user of this machine said it. */
export interface OutgoingSettings {
  /** Who is told of runs with alerts. */
  readonly alerts: { readonly command?: string; readonly url?: string };
  /** Where OpenLineage events go; none without a target. */
  readonly lineage: { readonly file?: string; readonly url?: string; readonly namespace?: string };
}

/** The settings that start or send something. */
export const outgoingKeys = ['alerts.command', 'alerts.url', 'lineage.file', 'lineage.url'] as const;
/** One of them. */
export type OutgoingKey = (typeof outgoingKeys)[number];

/** What a Spark does beside running SQL; nothing unless said. */
interface SparkSettings {
  /** The rows of a result from which on it writes them itself. */
  readonly writeFrom?: number;
  /** The new bytes of a log from which on its machines parse it. */
  readonly parseFrom?: number;
}

/** All that may be said of a lake. */
export interface LakeSettings extends CheckPolicy, OutgoingSettings {
  /** What decides rows; a change stops ingest until the rows are made again (pipeline §8). */
  readonly rows: RecordedSettings;
  /** What `lake snapshot expire` keeps without flags; both absent: the newest 20, and a week. */
  readonly retention: { readonly keep?: number; readonly olderThanMs?: number };
  /** What readers of Iceberg get, and where they find it. */
  readonly iceberg: IcebergSettings;
  /** Which SQL engine makes tables and answers queries; no row depends on it. */
  readonly engine: EngineChoice;
  /** What a Spark does beside the SQL: see `SparkSettings`. */
  readonly spark: SparkSettings;
}

/** What holds for a lake of that pipeline until users set something. */
export const defaultSettingsFor = ({ settings }: PipelinePart): LakeSettings => ({
  rows: settings.defaults,
  ...defaultPolicy,
  retention: {},
  alerts: {},
  lineage: {},
  iceberg: { publish: 'never' },
  engine: 'wasm',
  spark: {},
});
