// One thing is damaged in a lake on a disk: verification names it, and whoever reads gets the rows that were committed
// or an error that says what is damaged (format §5).

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLakeError } from '../../src/common/errors.js';
import { hintPath } from '../../src/format/paths.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { listSnapshots, listTags, resolveReference } from '../../src/table/snapshot-lookup.js';
import { verify, type VerifyReport } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { randomFor, type Random } from '../random.js';
import { buildSmallLake, rowsText, seededRuntime } from '../small-lake.js';
import { check, eachRun, Violation, type Suite, type SuiteOptions, type SuiteResult } from '../suite.js';

/** Bits flip, files are cut, lost and swapped. */
export const corruption: Suite = {
  name: 'corruption',
  promise: 'Any damage to anything that a snapshot names is found, and no wrong row is ever returned.',
  method:
    'A lake on a disk with batches, replaced partitions, an evolved table, a compaction, expired snapshots, tags and rollbacks; one bit flipped, one file cut, deleted or replaced by another of the lake; then verify, every reference resolved, every row of every snapshot read.',
  unit: 'damages',
  fullRuns: 10_000,
  plantedBug: 'files are read through a cache that knows a file by its path and size',
  divisible: true,
  run: damageOften,
};

async function damageOften(options: SuiteOptions): Promise<SuiteResult> {
  const root = join(options.workFolder, 'lake');
  const random = randomFor(options.seed, -1);
  const runtime = seededRuntime(random);
  const local = localStorage(root, runtime);
  await buildSmallLake(local, runtime, random);
  const storage = options.plant ? cachedBySize(local) : local;
  const lake = await inspect(storage, root);
  return eachRun(options, async (random, tally) => {
    const damage = chooseDamage(lake.files, random);
    tally.add(damage.kind);
    inflict(root, damage);
    if (random.chance(0.3)) rmSync(join(root, hintPath), { force: true }); // it may be lost at any time
    try {
      const report = await verify(storage, { snapshots: 'all' });
      checkReported(report, damage);
      for (const outcome of await readAll(storage, lake, damage, report)) tally.add(outcome);
    } catch (error) {
      throw new Violation(
        `${describe(damage)}: ${error instanceof Violation ? error.message : String(error)}`,
      );
    } finally {
      for (const path of [damage.path, hintPath]) writeFileSync(join(root, path), lake.files.get(path)!);
    }
  });
}

/** What an intact lake holds and says. */
interface Intact {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly head: number;
  /** The rows of each snapshot. */
  readonly rows: ReadonlyMap<number, string>;
  /** Tags and times, and the snapshots that they mean. */
  readonly references: ReadonlyMap<string, number>;
}

async function inspect(storage: Storage, root: string): Promise<Intact> {
  const report = await verify(storage, { snapshots: 'all' });
  check(report.problems.length === 0, `The intact lake is said to be damaged: ${report.problems[0]?.what}`);
  const snapshots = await listSnapshots(storage, Infinity);
  const rows = new Map<number, string>();
  for (const { snapshotId } of snapshots) rows.set(snapshotId, await rowsText(storage, snapshotId));
  const times = snapshots.map(({ committedAt, snapshotId }) => [committedAt, snapshotId] as const);
  const references = new Map([...times, ...(await listTags(storage))]);
  return { files: filesBelow(root), head: snapshots[0]!.snapshotId, rows, references };
}

/** By path from the root, `/` between the pieces. */
function filesBelow(root: string): ReadonlyMap<string, Uint8Array> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const named = paths
    .sort()
    .map((path) => [path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path)] as const);
  return new Map(named);
}

interface Damage {
  readonly kind: 'bit flipped' | 'cut' | 'deleted' | 'replaced';
  readonly path: string;
  /** What lies there now; absent: nothing. */
  readonly bytes?: Uint8Array;
  readonly what: string;
}

const kinds = ['bit flipped', 'bit flipped', 'cut', 'cut', 'deleted', 'replaced'] as const;

/** Small files are as often chosen as large ones: each is named once. */
function chooseDamage(files: Intact['files'], random: Random): Damage {
  const path = random.pick([...files.keys()]);
  const bytes = files.get(path)!;
  const kind = random.pick(kinds);
  if (kind === 'deleted') return { kind, path, what: '' };
  if (kind === 'cut') {
    const length = random.chance(0.1) ? 0 : random.below(bytes.length);
    return { kind, path, bytes: bytes.subarray(0, length), what: `to ${length} of ${bytes.length} bytes` };
  }
  if (kind === 'replaced') {
    const donor = random.pick([...files.keys()].filter((other) => isOther(files, path, other)));
    return { kind, path, bytes: files.get(donor)!, what: `by ${donor}` };
  }
  const [at, bit] = [random.below(bytes.length), random.below(8)];
  const flipped = Uint8Array.from(bytes);
  flipped[at]! ^= 1 << bit;
  return { kind, path, bytes: flipped, what: `${bit} of byte ${at}` };
}

/** A tag does not say its name: that of another in its place is a tag that points elsewhere, not damage. */
function isOther(files: Intact['files'], path: string, other: string): boolean {
  return !(isTag(path) && isTag(other)) && Buffer.compare(files.get(path)!, files.get(other)!) !== 0;
}

function isTag(path: string): boolean {
  return path.includes('/tags/');
}

function describe({ kind, path, what }: Damage): string {
  return `${path} ${kind} ${what}`.trimEnd();
}

function inflict(root: string, { path, bytes }: Damage): void {
  if (bytes === undefined) rmSync(join(root, path));
  else writeFileSync(join(root, path), bytes);
}

/** The hint may say anything, and a tag that is gone was taken off as far as anyone can tell. */
function mayBeSilent({ kind, path }: Damage): boolean {
  return path === hintPath || (isTag(path) && kind === 'deleted');
}

function checkReported({ problems }: VerifyReport, damage: Damage): void {
  const paths = problems.map(({ path }) => path);
  // Of an expired snapshot nothing is left that would say that it had expired.
  const orphan = damage.kind === 'deleted' && damage.path.endsWith('/expired.json');
  const expected = orphan ? damage.path.replace(/expired\.json$/, 'snapshot.json') : damage.path;
  if (mayBeSilent(damage)) check(paths.length === 0, `verify reports ${paths.join(', ')}`);
  else check(paths.includes(expected), `verify does not report it, but ${paths.join(', ') || 'nothing'}`);
}

/** Says what came of every way to read. */
async function readAll(
  storage: Storage,
  lake: Intact,
  damage: Damage,
  { readable }: VerifyReport,
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  const attempt = async (what: string, reading: Promise<unknown>, expected: unknown): Promise<void> => {
    const answer = await answerOf(reading);
    if ('error' in answer) outcomes.push(refusal(what, answer.error, damage));
    else check(answer.value === expected, `${what} gives something else than was committed`);
  };
  const headId = openHead(storage).then((view) => view?.snapshot.snapshotId);
  await attempt('the head', headId, lake.head);
  for (const [reference, id] of lake.references)
    await attempt(`reference ${reference}`, resolveReference(storage, reference), id);
  for (const [id, rows] of lake.rows) {
    const refusals = outcomes.length;
    await attempt(`snapshot ${id}`, rowsText(storage, id), rows);
    const isRead = outcomes.length === refusals;
    check(isRead || !readable.includes(id), `snapshot ${id} cannot be read, though verify says so`);
  }
  return outcomes.length > 0 ? ['refused by readers'] : ['harmless to rows'];
}

type Answer = { readonly value: unknown } | { readonly error: unknown };

async function answerOf(reading: Promise<unknown>): Promise<Answer> {
  return reading.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** A version that a flipped bit made newer is refused as such; a tag that is gone is not found. */
function refusal(what: string, error: unknown, { path, kind }: Damage): string {
  const isNewer = isLakeError(error, 'unsupported-storage') && kind === 'bit flipped';
  const isGone = isLakeError(error, 'not-found') && isTag(path) && kind === 'deleted';
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  check(isLakeError(error, 'corrupt') || isNewer || isGone, `${what}: ${told}`);
  return what;
}

/** The planted bug. */
function cachedBySize(storage: Storage): Storage {
  const cache = new Map<string, Uint8Array>();
  return {
    ...storage,
    read: async (path, range) => {
      if (range !== undefined) return storage.read(path, range);
      const key = `${path} ${(await storage.stat(path))?.sizeBytes}`;
      const bytes = cache.get(key) ?? (await storage.read(path));
      cache.set(key, bytes);
      return bytes;
    },
  };
}
