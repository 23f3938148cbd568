// What a command is given to work with, made of its common flags and the process.

import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import type { EngineChoice } from '../engine/choose-engine.js';
import type { Readable } from 'node:stream';
import type { CommonFlags } from './arguments.js';
import type { ProgressLine } from './progress.js';
import type { Session } from './session.js';
import type { Printing, World } from './world.js';

/** A command that is about to run. */
export interface Run {
  readonly common: CommonFlags;
  /** The SQL engine that was asked for; undefined: that of the settings. */
  readonly engine: EngineChoice | undefined;
  readonly world: World;
  readonly printing: Printing;
  readonly progress: ProgressLine;
  readonly fail: Session['fail'];
}

/** Opens no lake yet. */
export function openSession({ common, engine, world, printing, progress, fail }: Run): Session {
  const { output, screen } = printing;
  const location = lakeLocation(common.lake, world.env);
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
        ...(config !== undefined && { config }),
        ...(engine !== undefined && { engine }),
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

/**
 * The lake's folder: that of the flag, of the environment, or the default.
 * @throws LakeError `invalid-input` for an empty one
 */
export function lakeLocation(flag: string | undefined, env: World['env']): string {
  if (flag === '') throw new LakeError('invalid-input', '--lake: "" is not a folder.');
  return flag ?? (env['LAKE_DIR'] || 'lake');
}

/** Warnings and what is waited for go to standard error; details only with `--verbose`. */
function logTo({ note }: Printing, common: CommonFlags, progress: ProgressLine): Runtime['log'] {
  return (level, message) => {
    if (common.quiet === true || (level === 'debug' && common.verbose !== true)) return;
    progress.clear();
    note(`lake: ${level === 'warn' ? 'warning: ' : ''}${message}`);
  };
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks).toString('utf8');
}
