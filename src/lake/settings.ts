// What the user of a lake may set, as the program uses it. `lake.config.json` (settings-file.ts) is one way to say it.

import { defaultSettings, type SaasSettings } from '../pipelines/saas/settings.js';

export type Severity = 'error' | 'warn' | 'off';

/** Bounds of a metric, both inclusive. */
export interface Limit {
  readonly min?: number;
  readonly max?: number;
}

export interface LakeSettings {
  /** What decides rows; a change stops ingest until the rows are made again (pipeline §8). */
  readonly rows: SaasSettings;
  /** Severities of checks by name, where they differ from the check's own. */
  readonly checks: Readonly<Record<string, Severity>>;
  /** Static bounds by metric; they take the place of what the lake's history says. */
  readonly limits: Readonly<Record<string, Limit>>;
  readonly anomalies: AnomalySettings;
  /** What `lake snapshot expire` keeps without flags; both absent: the newest 20, and a week. */
  readonly retention: { readonly keep?: number; readonly olderThanMs?: number };
  /** Who is told of runs with alerts. */
  readonly alerts: { readonly command?: string; readonly url?: string };
  /** Where OpenLineage events go; none without a target. */
  readonly lineage: { readonly file?: string; readonly url?: string; readonly namespace?: string };
}

/** How far from the lake's own history is too far. */
export interface AnomalySettings {
  readonly severity: Severity;
  /** Robust standard deviations (1.4826 × MAD) from the median. */
  readonly threshold: number;
  /** Runs, and weeks of each weekday, that must be known before anything is judged. */
  readonly quietRuns: number;
  readonly quietWeeks: number;
}

export const defaultLakeSettings: LakeSettings = {
  rows: defaultSettings,
  checks: {},
  limits: {},
  anomalies: { severity: 'warn', threshold: 6, quietRuns: 5, quietWeeks: 4 },
  retention: {},
  alerts: {},
  lineage: {},
};
