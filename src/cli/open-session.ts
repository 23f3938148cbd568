// What a command is given to work with, made of its common flags and the process.

import { join, relative } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { utf8Text } from '../common/utf8-text.js';
import type { EngineAsked } from '../engine/choose-engine.js';
import { findProject } from '../project/find-project.js';
import type { Readable } from 'node:stream';
import type { CommonFlags } from './arguments.js';
import { given } from './flags.js';
import type { StoreAccess } from '../lake/store-access.js';
import type { ProgressLine } from './progress.js';
import type { Session } from './session.js';
import type { Printing, World } from './world.js';

/** A command that is about to run. */
interface Run {
  readonly common: CommonFlags;
  /** The SQL engine that was asked for; that of the settings where none is named. */
  readonly engine: Partial<EngineAsked>;
  readonly world: World;
  readonly printing: Printing;
  readonly progress: ProgressLine;
  readonly fail: Session['fail'];
}

/** Opens no lake yet. */
export async function openSession({
  common,
  engine,
  world,
  printing,
  progress,
  fail,
}: Run): Promise<Session> {
  const { output, screen } = printing;
  const project = await projectFolder(common.project, world.env);
  const location = lakeLocation(common.lake, world.env, project);
  const isJson = common.json === true;
  const config = common.config ?? (world.env['LAKE_CONFIG'] || undefined);
  const answer: Session['answer'] = async (document, lines) => {
    progress.clear();
    if (isJson) await output.write(`${JSON.stringify(document)}\n`);
    else await output.lines(lines());
  };
  return {
    isJson,
    isQuiet: common.quiet === true,
    isVerbose: common.verbose === true,
    runtime: world.runtime,
    env: world.env,
    output,
    style: screen.style,
    location,
    project,
    access: accessOf(common),
    config,
    operation: { signal: world.signal, onProgress: progress.report },
    answer,
    async report(document, lines) {
      await answer(document, common.quiet === true ? () => [] : lines);
      await output.flush();
    },
    async data(document, lines) {
      progress.clear();
      const text = isJson ? [JSON.stringify(document)] : lines();
      for (const line of text) await output.write(`${line}\n`);
    },
    fail,
    async withLake(use) {
      const log = logTo(printing, common, progress);
      const { env } = world;
      const lake = await world.openLake({
        location,
        log,
        env,
        access: accessOf(common),
        ...(config !== undefined && { config }),
        ...(project !== undefined && { project }),
        ...engine,
      });
      try {
        return await use(lake);
      } finally {
        await lake.close();
      }
    },
    get stdin() {
      return world.stdin;
    },
    readStdin: () => readText(world.stdin),
  };
}

/** How an object store is reached, as far as the flags say. */
export function accessOf(flags: Pick<CommonFlags, keyof StoreAccess>): StoreAccess {
  const { endpoint, region, cache, 'cache-size': cacheSize } = flags;
  return given({ endpoint, region, cache, 'cache-size': cacheSize });
}

/**
 * The project's folder: that of the flag, of the environment, or the nearest with a `lake.yaml` from the working folder
 * upwards; undefined without one: the pipeline is the built-in one then.
 * @throws LakeError `invalid-input` for an empty one
 */
export async function projectFolder(
  flag: string | undefined,
  env: World['env'],
): Promise<string | undefined> {
  if (flag === '') throw new LakeError('invalid-input', '--project: "" is not a folder.');
  return flag ?? (env['LAKE_PROJECT'] || (await findProject('.')));
}

/**
 * The lake's folder: that of the flag, of the environment, or the default, in the project's folder if there is a project.
 * @throws LakeError `invalid-input` for an empty one
 */
export function lakeLocation(
  flag: string | undefined,
  env: World['env'],
  project: string | undefined,
): string {
  if (flag === '') throw new LakeError('invalid-input', '--lake: "" is not a folder.');
  return flag ?? (env['LAKE_DIR'] || inProject(project, 'lake'));
}

/** A folder of the project, as it is reached from the working folder. */
export function inProject(project: string | undefined, name: string): string {
  return project === undefined ? name : relative('.', join(project, name)) || '.';
}

/** Warnings and what is waited for go to standard error; with `--quiet` warnings alone, details only with `--verbose`. */
function logTo({ note }: Printing, common: CommonFlags, progress: ProgressLine): Runtime['log'] {
  return (level, message) => {
    if (level !== 'warn' && common.quiet === true) return;
    if (level === 'debug' && common.verbose !== true) return;
    progress.clear();
    note(`lake: ${level === 'warn' ? 'warning: ' : ''}${message}`);
  };
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return utf8Text('standard input', Buffer.concat(chunks));
}
