// The synthetic data set: a SaaS product's events, subscriptions and marketing spend, with the faults of real data.
// The same seed and arguments give the same bytes on every machine. Days are made and written one by one, so memory
// follows the number of users and a day's events, not the length of the log.

import { join } from 'node:path';
import { LakeError } from '../common/errors.js';
import { Calendar } from './calendar.js';
import { EventLog } from './event-log.js';
import type { ProductEvent } from './event.js';
import { makeFolder, OutputFile, syncFolder } from './output-file.js';
import { Simulation } from './simulation.js';
import { SpendExtract } from './spend-extract.js';
import { SubscriptionExtract } from './subscription-extract.js';

/** Size, seed and place of a data set. */
export interface GenerateOptions {
  /** Any text or number; the number 42 and the text "42" are the same seed. */
  readonly seed: number | string;
  /** Users who ever sign up: 1 to 5 million. */
  readonly users: number;
  /** Length of the log from 2024-01-01: 1 to 25,000. */
  readonly days: number;
  /** Made if absent; files of the same names in it are replaced. */
  readonly outDir: string;
  /** One log file for each so many days (`events-001.ndjson`, …); together they are the bytes of the one log. */
  readonly splitDays?: number;
  /** Called after each day that is done. */
  readonly onDay?: (done: number, days: number) => void;
}

/** A file as it lies on the disk. */
interface GeneratedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lines of a log, elements or rows of an extract. */
  readonly records: number;
}

/** The files that were written; logs in the order of their days. */
export interface GenerateReport {
  readonly events: readonly GeneratedFile[];
  readonly subscriptions: GeneratedFile;
  readonly marketingSpend: GeneratedFile;
}

/** What `lake generate` makes unless told otherwise; also the committed sample. */
export const DEFAULTS = { seed: 42, users: 2000, days: 90 } as const;

/**
 * Writes the events, `subscriptions.json` and `marketing_spend.csv` into `outDir`. Each file appears whole.
 * Errors: `invalid-input` (arguments, a folder that is a file), `out-of-resources` (space, permission); both name the path.
 */
export async function generate(options: GenerateOptions): Promise<GenerateReport> {
  checkArguments(options);
  const splitDays = options.splitDays ?? options.days;
  const periods = Math.ceil(options.days / splitDays);
  const name = (period: number): string =>
    options.splitDays === undefined
      ? 'events.ndjson'
      : `events-${String(period + 1).padStart(3, '0')}.ndjson`;
  const log = new EventLog(String(options.seed));
  return writeDataSet(options, options.days, {
    files: Array.from({ length: periods }, (_, period) => name(period)),
    fileOf: (day) => Math.floor(day / splitDays),
    writeDay: (_day, events, file) => {
      for (const event of events) log.deliver(event, (line) => file.line(line));
    },
    suffix: '',
  });
}

/** How the life of the product becomes log files. */
interface LogPlan {
  readonly files: readonly string[];
  /** The file that holds a day's lines, as an index; the files come one after the other. */
  readonly fileOf: (day: number) => number;
  readonly writeDay: (day: number, events: readonly ProductEvent[], file: OutputFile) => void;
  /** Stands before the extension in the names of the extracts. */
  readonly suffix: string;
}

/** Lives through `lastDay` days of a data set that is `options.days` long, and writes logs and extracts. */
export async function writeDataSet(
  options: GenerateOptions,
  lastDay: number,
  plan: LogPlan,
): Promise<GenerateReport> {
  await makeFolder(options.outDir);
  const open: OutputFile[] = [];
  const create = async (name: string): Promise<OutputFile> => {
    const file = await OutputFile.create(join(options.outDir, name));
    open.push(file);
    return file;
  };
  try {
    const report = await writeFiles(options, lastDay, plan, create);
    for (const file of open) await file.publish();
    await syncFolder(options.outDir);
    return report;
  } finally {
    for (const file of open) await file.discard();
  }
}

async function writeFiles(
  options: GenerateOptions,
  lastDay: number,
  plan: LogPlan,
  create: (name: string) => Promise<OutputFile>,
): Promise<GenerateReport> {
  const seed = String(options.seed);
  const calendar = new Calendar(options.days);
  const simulation = new Simulation({ seed, users: options.users, calendar });
  const logs: OutputFile[] = [];
  const subscriptionFile = await create(`subscriptions${plan.suffix}.json`);
  const spendFile = await create(`marketing_spend${plan.suffix}.csv`);
  const subscriptions = new SubscriptionExtract(seed, subscriptionFile);
  const spend = new SpendExtract({ seed, users: options.users, calendar, file: spendFile });
  for (let day = 0; day < lastDay; day++) {
    const index = plan.fileOf(day);
    const log = (logs[index] ??= await create(plan.files[index] ?? 'events.ndjson'));
    plan.writeDay(day, simulation.nextDay(), log);
    spend.writeDay(day, simulation.signupsToday);
    for (const subscription of simulation.subscriptions.takeEnded()) subscriptions.write(subscription);
    for (const file of [log, subscriptionFile, spendFile]) await file.drain();
    options.onDay?.(day + 1, lastDay);
  }
  for (const subscription of simulation.subscriptions.running()) {
    subscriptions.write(subscription);
    await subscriptionFile.drain();
  }
  subscriptions.end();
  for (const file of [...logs, subscriptionFile, spendFile]) await file.flush();
  return {
    events: logs.map((log) => described(log, log.lines)),
    subscriptions: described(subscriptionFile, subscriptions.count),
    marketingSpend: described(spendFile, spend.count),
  };
}

function described(file: OutputFile, records: number): GeneratedFile {
  return { path: file.path, bytes: file.bytes, records };
}

/** Errors: `invalid-input`, naming the argument and what it may be. */
export function checkArguments(options: GenerateOptions): void {
  checkCount('users', options.users, 5_000_000);
  checkCount('days', options.days, 25_000);
  if (options.splitDays !== undefined) checkCount('splitDays', options.splitDays, 25_000);
}

function checkCount(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new LakeError('invalid-input', `${name} must be a whole number from 1 to ${most}, not ${value}.`, {
    details: { argument: name, actual: String(value) },
  });
}
