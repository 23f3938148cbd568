// What a commit, a plan and opening the head cost does not depend on how much the lake holds (format §2): a lake of a
// million files beside one of a thousand, by the calls that reach the disk and by the clock.

import { join } from 'node:path';
import { LakeError } from '../../src/common/errors.js';
import { uuid, type Runtime } from '../../src/common/runtime.js';
import { sha256 } from '../../src/common/sha256.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { tableFor } from '../../src/format/evolve.js';
import { encodeHint } from '../../src/format/lake-file.js';
import { maxManifestFiles } from '../../src/format/manifest.js';
import { hintPath } from '../../src/format/paths.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { openHead, requireTable, type LakeView } from '../../src/table/view.js';
import { writeDataFiles } from '../../src/table/write.js';
import { buildLake, dayOf, visits, type LakeSize } from '../large-lake.js';
import { check, mergeResults, eachRun, type Suite, type SuiteOptions, type SuiteResult } from '../suite.js';

const fullSize: LakeSize = { files: 1_000_000, snapshots: 20_000 };
const smallSize: LakeSize = { files: 1000, snapshots: 20 };
const fullRuns = 50;
const maxHeadMs = 20;
const maxRatio = 2;
/** The table file of a million files lists a thousand manifests, which are read and judged however little is asked. */
const maxMoreMs = 10;

/** Below this many files the times say little: only the calls are judged. */
const minTimedFiles = 100_000;

/** A large lake beside a small one. */
export const scale: Suite = {
  name: 'scale',
  promise:
    'Opening the head, planning one partition and committing one file cost the same in a large lake as in a small one.',
  method: `${fullSize.files} files and ${fullSize.snapshots} snapshots in metadata, beside ${smallSize.files} files and ${smallSize.snapshots}; each step in turn, medians; the head in at most ${maxHeadMs} ms, the others within ${maxRatio} times or ${maxMoreMs} ms more. Fewer runs, a smaller lake.`,
  unit: 'measurements',
  fullRuns,
  plantedBug:
    'the hint stays at the first snapshot, and a plan reads every manifest before it rules files out',
  run: measure,
};

async function measure(options: SuiteOptions): Promise<SuiteResult> {
  const share = Math.min(1, options.runs / fullRuns);
  const size = { files: fullSize.files * share, snapshots: fullSize.snapshots * share };
  const lakes = {
    large: await lakeOf(options, 'large', size),
    small: await lakeOf(options, 'small', smallSize),
  };
  const seen: Seen = { large: [], small: [] };
  const result = await eachRun(options, async (_random, _tally, run) => {
    for (const name of run % 2 === 0 ? order : order.toReversed()) seen[name].push(await lakes[name]());
    checkCalls(seen.large.at(-1)!, seen.small.at(-1)!);
  });
  const facts = { files: size.files, snapshots: size.snapshots, ...figures(seen) };
  return mergeResults([{ ...result, facts }, ...(size.files < minTimedFiles ? [] : [missed(seen, options)])]);
}

const order = ['large', 'small'] as const;
/** Without the hint the folders are listed: measured, without a limit. */
const steps = ['head', 'head without hint', 'plan', 'commit'] as const;
type Step = (typeof steps)[number];
type Seen = Readonly<Record<(typeof order)[number], Measured[]>>;
type Measured = Readonly<Record<Step, { readonly ms: number; readonly calls: number }>>;

/** Makes a lake and says how to measure each step in it once. */
async function lakeOf(
  { workFolder, plant }: SuiteOptions,
  name: string,
  size: LakeSize,
): Promise<() => Promise<Measured>> {
  const root = join(workFolder, name);
  await buildLake(root, size);
  const runtime = systemRuntime();
  const day = middleDay(size);
  const counted = counting(localStorage(root, runtime));
  const storage = plant ? withHint(counted.storage, 1) : counted.storage;
  const timed = async (work: () => Promise<unknown>): Promise<{ ms: number; calls: number }> => {
    const [start, before] = [performance.now(), counted.calls()];
    await work();
    return { ms: performance.now() - start, calls: counted.calls() - before };
  };
  const once = async (): Promise<Measured> => ({
    head: await timed(() => openHead(storage)),
    'head without hint': await timed(() => openHead(withHint(storage, undefined))),
    plan: await timed(async () => plan((await openHead(storage))!, day, plant)),
    commit: await timed(async () => commitOne(storage, runtime, (await openHead(storage))!, day)),
  });
  for (let warmUp = 0; warmUp < 3; warmUp++) await once();
  return once;
}

/** A day in the middle, at the same place of its manifest in lakes of any size. */
function middleDay({ files }: LakeSize): string {
  const manifest = Math.floor(files / maxManifestFiles / 2);
  return dayOf((manifest + 0.3) * maxManifestFiles);
}

async function plan(view: LakeView, day: string, plant: boolean): Promise<void> {
  const table = await requireTable(view, visits.name);
  const found = plant
    ? (await table.files()).filter((file) => file.partition['day'] === day)
    : await table.files({ day: { op: '=', value: day } });
  check(found.length >= 250, `The plan of ${day} has ${found.length} files, expected 250.`);
}

/** One more file of the day: its manifest is read and written again. */
async function commitOne(storage: Storage, runtime: Runtime, base: LakeView, day: string): Promise<void> {
  const { file } = await requireTable(base, visits.name);
  const commitId = uuid(runtime);
  const table = tableFor(file, visits, { tableId: file.tableId });
  const added = await writeDataFiles(storage, { commitId, table, files: [await newFile(commitId, day)] });
  const changes = [{ definition: visits, removed: [], added }];
  await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
}

async function newFile(text: string, day: string): Promise<EncodedDataFile> {
  const bytes = new TextEncoder().encode(text.repeat(100));
  const key = `w${text.slice(0, 8)}`; // behind all others of the day
  const columns = {
    1: { nulls: 0, min: key, max: key },
    2: { nulls: 0, min: day, max: day },
  };
  return { bytes, sha256: await sha256(bytes), rows: 1, columns, partition: { day } };
}

/** Counts what reaches the disk: files read and written, folders listed. */
function counting(storage: Storage): { readonly storage: Storage; calls(): number } {
  let calls = 0;
  const counted: Storage = {
    ...storage,
    read: (...args) => (calls++, storage.read(...args)),
    stat: (path) => (calls++, storage.stat(path)),
    names: (folder) => (calls++, storage.names(folder)),
    list: (folder) => (calls++, storage.list(folder)),
    write: (files) => ((calls += files.length), storage.write(files)),
    publish: (folder, files, token) => ((calls += files.length), storage.publish(folder, files, token)),
  };
  return { storage: counted, calls: () => calls };
}

/** With a hint that says another snapshot, or with none. */
function withHint(storage: Storage, snapshotId: number | undefined): Storage {
  const hint = (): Uint8Array => {
    if (snapshotId === undefined) throw new LakeError('not-found', `There is no file ${hintPath}.`);
    return encodeHint(snapshotId);
  };
  const read: Storage['read'] = async (path, range) =>
    path === hintPath ? hint() : storage.read(path, range);
  return { ...storage, read };
}

function checkCalls(large: Measured, small: Measured): void {
  for (const step of steps) {
    const [many, few] = [large[step].calls, small[step].calls];
    check(many <= few, `${step}: ${many} calls reach the disk in the large lake, ${few} in the small one.`);
  }
}

function figures(seen: Seen): Record<string, number> {
  const named = steps.flatMap((step) =>
    order.map((name) => [`${step} ms, ${name}`, rounded(medianMs(seen[name], step))] as const),
  );
  return Object.fromEntries(named);
}

/** A failure for each figure that is missed. */
function missed(seen: Seen, { seed }: SuiteOptions): SuiteResult {
  const whats = steps.flatMap((step) => {
    const [large, small] = [medianMs(seen.large, step), medianMs(seen.small, step)];
    const limit = {
      head: maxHeadMs,
      'head without hint': Infinity,
      plan: allowed(small),
      commit: allowed(small),
    }[step];
    return large <= limit
      ? []
      : [`${step}: ${rounded(large)} ms, at most ${rounded(limit)} ms were allowed.`];
  });
  const failures = whats.map((what) => ({ run: 0, seed, what }));
  return { runs: 0, failures, failed: failures.length, facts: {} };
}

function allowed(smallMs: number): number {
  return Math.max(maxRatio * smallMs, smallMs + maxMoreMs);
}

function medianMs(all: readonly Measured[], step: Step): number {
  const sorted = all.map((each) => each[step].ms).sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
