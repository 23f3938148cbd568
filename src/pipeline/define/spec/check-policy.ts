// What users may say about checks: how much each matters, what is out of bounds, and how unusual is too unusual.

/** What becomes of a run when a check fails: nothing is published, it is said, or the check is not asked. */
export type Severity = 'error' | 'warn' | 'off';

/** Bounds of a metric, both inclusive. */
export interface Limit {
  readonly min?: number;
  readonly max?: number;
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

/** What users say about checks. */
export interface CheckPolicy {
  /** Severities of checks by name, where they differ from the check's own. */
  readonly checks: Readonly<Record<string, Severity>>;
  /** Static bounds by metric; they take the place of what the lake's history says. */
  readonly limits: Readonly<Record<string, Limit>>;
  readonly anomalies: AnomalySettings;
}

/** The policy of who says nothing. */
export const defaultPolicy: CheckPolicy = {
  checks: {},
  limits: {},
  anomalies: { severity: 'warn', threshold: 6, quietRuns: 5, quietWeeks: 4 },
};

/** How much a check matters here; `own` unless the policy says otherwise. */
export const severityOf = (policy: CheckPolicy, name: string, own: Severity): Severity =>
  policy.checks[name] ?? own;
