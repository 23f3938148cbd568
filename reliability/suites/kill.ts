// Real processes, really killed: `kill -9` at a random moment of a command, then the same command again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { listSnapshots } from '../../src/table/snapshot-lookup.js';
import { expectWhole, lakeSignature } from '../lake-signature.js';
import { compiledProduct, programPath } from '../places.js';
import type { Random } from '../random.js';
import { check, eachRun, type Suite, type SuiteOptions, type SuiteResult, type Tally } from '../suite.js';

/** Commands killed at a random moment. */
export const kill: Suite = {
  name: 'kill',
  promise:
    'After kill -9 at any moment nothing acknowledged is lost, nothing is doubled, and the same command goes on.',
  method:
    'Real commands (ingest, backfill, compact, expire, vacuum) on real folders, killed at a random moment; every byte verified; the same command again, compared with an undisturbed one.',
  unit: 'kills',
  fullRuns: 500,
  plantedBug: 'the commit writes its files into the snapshot folder one by one',
  divisible: true,
  run: runKills,
};

interface Command {
  readonly name: string;
  readonly args: (folder: string) => readonly string[];
  /** Whether snapshots may go. */
  readonly expires?: boolean;
}

const ingestArgs =
  (file: string) =>
  (folder: string): readonly string[] => [...['ingest', join(folder, file), '--ingest-date', '2024-06-02']];

const commands: readonly Command[] = [
  { name: 'ingest', args: ingestArgs('events-3.ndjson') },
  { name: 'compact', args: () => ['compact'] },
  { name: 'expire', args: () => ['snapshot', 'expire', '--keep', '1'], expires: true },
  { name: 'vacuum', args: () => ['vacuum', '--grace', '0s'] },
  { name: 'backfill', args: () => ['backfill', '--all'] },
];

/** The planted commit takes longer. */
const plantedMs = 1000;

/** What one command does when nobody disturbs it. */
interface Undisturbed {
  readonly command: Command;
  readonly signature: string;
  readonly durationMs: number;
}

async function runKills(options: SuiteOptions): Promise<SuiteResult> {
  const template = join(options.workFolder, 'template');
  const before = await makeTemplate(template);
  const chosen = options.plant ? commands.slice(0, 1) : commands;
  const observed = new Map<Command, Promise<Undisturbed>>();
  return eachRun(options, async (random, tally, run) => {
    const command = chosen[(random.below(chosen.length) + run) % chosen.length]!;
    const undisturbed = observed.get(command) ?? observe(options, template, command);
    observed.set(command, undisturbed);
    const folder = join(options.workFolder, `run-${run}`);
    cpSync(template, folder, { recursive: true });
    const { plant } = options;
    await killOnce({ folder, undisturbed: await undisturbed, before, plant }, random, tally);
    rmSync(folder, { recursive: true });
  });
}

const line = (id: number, day: string): string =>
  `${JSON.stringify({
    event_id: `e${id}`,
    event_type: 'purchase',
    user_id: `u${id % 5}`,
    schema_version: 2,
    timestamp: `${day}T10:00:00Z`,
    amount: id,
    currency: 'USD',
    tax: 0,
  })}\n`;

/** A lake of two runs, with something to do for every command. */
async function makeTemplate(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (const [n, first] of [1, 40, 80].entries()) {
    const lines = Array.from({ length: 40 }, (_, i) =>
      line(first + i - n * 3, `2024-0${1 + n}-0${1 + (i % 9)}`),
    );
    writeFileSync(join(folder, `events-${n + 1}.ndjson`), lines.join(''));
  }
  for (const n of [1, 2]) await finish(folder, ingestArgs(`events-${n}.ndjson`)(folder));
  return lakeSignature(storageIn(folder));
}

function storageIn(folder: string): Storage {
  return localStorage(join(folder, 'lake'), systemRuntime());
}

async function observe(options: SuiteOptions, template: string, command: Command): Promise<Undisturbed> {
  const folder = join(options.workFolder, `undisturbed-${command.name}`);
  cpSync(template, folder, { recursive: true });
  const started = performance.now();
  await finish(folder, command.args(folder));
  const durationMs = performance.now() - started;
  const signature = await lakeSignature(storageIn(folder));
  rmSync(folder, { recursive: true });
  return { command, signature, durationMs };
}

/** A command in a folder, and the lake before it. */
interface Attempt {
  readonly folder: string;
  readonly undisturbed: Undisturbed;
  /** Signature. */
  readonly before: string;
  readonly plant: boolean;
}

async function killOnce(
  { folder, undisturbed, before, plant }: Attempt,
  random: Random,
  tally: Tally,
): Promise<void> {
  const { command, signature: after, durationMs } = undisturbed;
  const moment = Math.round(random.next() * (plant ? plantedMs : durationMs * 1.05));
  const place = `${command.name} killed after ${moment} ms`;
  const acknowledged = await snapshotIds(folder);
  const wasKilled = await killed(folder, command, moment, plant);
  const seen = await lakeSignature(storageIn(folder));
  check(seen === before || seen === after, `${place}: the lake is neither what it was nor what it was to be`);
  await expectWhole(storageIn(folder), place);
  if (command.expires !== true) {
    const now = new Set(await snapshotIds(folder));
    const lost = acknowledged.filter((id) => !now.has(id));
    check(lost.length === 0, `${place}: the acknowledged snapshot ${lost[0]} is gone`);
  }
  await finish(folder, command.args(folder));
  check(
    (await lakeSignature(storageIn(folder))) === after,
    `${place}: the same command ended in another lake`,
  );
  await expectWhole(storageIn(folder), `${place}, then again`);
  tally.add(wasKilled ? `${command.name}: killed` : `${command.name}: done before`);
  if (wasKilled && seen === after && before !== after) tally.add('killed after the commit');
}

async function snapshotIds(folder: string): Promise<readonly number[]> {
  return (await listSnapshots(storageIn(folder), Infinity)).map(({ snapshotId }) => snapshotId);
}

/** Runs a command to its end. */
async function finish(folder: string, args: readonly string[]): Promise<void> {
  const { code, errors } = await ended(start(folder, args, false));
  check(code === 0, `lake ${args.join(' ')} ended with ${code}: ${errors.slice(0, 500)}`);
}

/** Whether the process was there to be killed. */
async function killed(folder: string, command: Command, moment: number, plant: boolean): Promise<boolean> {
  const child = start(folder, command.args(folder), plant);
  const end = ended(child);
  if (plant) await Promise.race([end, once(child.stdout!, 'data')]); // the commit has begun
  const first = await Promise.race([end, sleep(moment, 'now' as const)]);
  if (first === 'now') child.kill('SIGKILL');
  return (await end).code === null;
}

function start(folder: string, args: readonly string[], plant: boolean): ReturnType<typeof spawn> {
  const lake = join(folder, 'lake');
  const program = fileURLToPath(new URL('cli/main.js', compiledProduct));
  const words = plant
    ? [programPath('lake-command.mjs'), compiledProduct.href, lake, args[1]!]
    : [program, ...args, '--lake', lake, '--quiet'];
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(child: ReturnType<typeof spawn>): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, errors })));
}
