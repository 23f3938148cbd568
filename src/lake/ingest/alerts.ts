// Telling someone: one JSON document for a run that has something to tell, to a command's input or to a URL.
// An alert that cannot be delivered is a warning; the run is what it is.

import type { LakeError } from '../../common/errors.js';
import { isoMicros } from '../../common/runtime.js';
import type { CheckResult } from '../../pipeline/checks/check-results.js';
import { alertingChecks } from '../../pipeline/checks/check-names.js';
import { newestFailedRun } from '../../pipeline/books/failed-runs.js';
import { heldChecks } from '../../pipeline/checks/snapshot-checks.js';
import type { RunOutcome } from '../../pipeline/run/ingest.js';
import { openView } from '../../table/view.js';
import { pipelineOf, type Parts } from '../lake-context.js';
import { withoutSecrets } from '../outgoing/address.js';
import { postJson, reasonOf, within } from '../outgoing/post.js';
import { runCommand } from '../outgoing/run-command.js';
import { checkReport, type CheckReport } from '../quality/check-report.js';
import type { LakeSettings } from '../settings/settings.js';

/** To whom an alert goes, as long as nobody wants to stop. */
interface AlertDelivery {
  readonly targets: LakeSettings['alerts'];
  readonly signal: AbortSignal | undefined;
}

/** What an alert says. A later version only adds to it. */
export interface Alert {
  readonly lake: string;
  readonly operation: string;
  /** `refused`: nothing was published. */
  readonly outcome: 'published' | 'refused';
  /** Null for a refused run. */
  readonly snapshot: number | null;
  readonly parent: number | null;
  readonly time: string;
  /** What failed and is worth telling, errors first. */
  readonly checks: readonly CheckReport[];
}

const COMMAND_TIMEOUT_MS = 30_000;
const COMMAND_GRACE_MS = 2000;
const URL_TIMEOUT_MS = 10_000;

/** Whatever goes wrong with an alert is a warning. */
export async function tell({ runtime }: Parts, alert: () => Promise<void>): Promise<void> {
  try {
    await alert();
  } catch (error) {
    runtime.log('warn', `The alert of this run was not sent: ${reasonOf(error)}. The run is not affected.`);
  }
}

/** Tells of a run that was published, if there is something to tell. */
export async function alertOfRun(parts: Parts, delivery: AlertDelivery, run: RunOutcome): Promise<void> {
  const isIdle = run.read.every(({ kind }) => kind === 'known');
  if (!hasTarget(delivery) || run.snapshot === null || isIdle) return;
  const before = run.parent === null ? [] : await heldChecks(await openView(parts.storage, run.parent));
  const checks = worthTelling(parts, run.checks, before);
  if (checks.length > 0)
    await send(parts, delivery, {
      operation: 'ingest',
      outcome: 'published',
      snapshot: run.snapshot,
      parent: run.parent,
      checks,
    });
}

/** Tells of a run that its checks stopped. */
export async function alertOfRefusal(parts: Parts, delivery: AlertDelivery, error: LakeError): Promise<void> {
  if (!hasTarget(delivery) || error.details['evidence'] === undefined) return;
  const run = await newestFailedRun(parts.storage);
  if (run === undefined) return;
  const { operation, parent } = run;
  const checks = worthTelling(parts, run.checks, []);
  await send(parts, delivery, { operation, outcome: 'refused', snapshot: null, parent, checks });
}

const hasTarget = ({ targets: { command, url } }: AlertDelivery): boolean =>
  command !== undefined || url !== undefined;

/** Failed errors; what watches over time; and warnings that are new. */
function worthTelling(
  parts: Parts,
  checks: readonly CheckResult[],
  before: readonly CheckResult[],
): readonly CheckReport[] {
  const watching = new Set(alertingChecks(pipelineOf(parts).pipeline, parts.settings));
  const passed = new Set(before.filter(({ status }) => status === 'pass').map(({ name }) => name));
  const told = checks.filter(
    ({ name, severity, status }) =>
      status === 'fail' && (severity === 'error' || watching.has(name) || passed.has(name)),
  );
  const rank = ({ severity }: CheckResult): number => (severity === 'error' ? 0 : 1);
  return told.toSorted((a, b) => rank(a) - rank(b)).map(checkReport);
}

async function send(
  { location, runtime }: Parts,
  { targets: { command, url }, signal }: AlertDelivery,
  told: Omit<Alert, 'lake' | 'time'>,
): Promise<void> {
  const alert: Alert = { lake: location, time: isoMicros(runtime.now()), ...told };
  const document = JSON.stringify(alert);
  const limits = { timeoutMs: COMMAND_TIMEOUT_MS, graceMs: COMMAND_GRACE_MS, ...(signal && { signal }) };
  const byUrl = (address: string): Promise<void> =>
    postJson(address, document, within(URL_TIMEOUT_MS, signal));
  const attempt = async (target: string, delivery: Promise<void>): Promise<void> => {
    try {
      await delivery;
    } catch (error) {
      const reason = signal?.aborted === true ? 'it was interrupted' : reasonOf(error);
      runtime.log('warn', `The alert to ${target} was not delivered: ${reason}. The run is not affected.`);
    }
  };
  await Promise.all([
    ...(command === undefined ? [] : [attempt('its command', runCommand(command, document, limits))]),
    ...(url === undefined ? [] : [attempt(withoutSecrets(url), byUrl(url))]),
  ]);
}
