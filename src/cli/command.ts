// What a command is: its name, flags and words as data, and what it does. The parser and the help are made from this.

import type { InferredOptionTypes, Options } from 'yargs';
import type { Session } from './session.js';

/** Flags by their name without dashes, as yargs takes them. */
export type FlagTable = Readonly<Record<string, Options>>;

/** The words after a command's name. */
interface Words {
  /** As the help shows them: `TABLE`, `[PATH…]`. */
  readonly usage: string;
  readonly least: number;
  readonly most: number;
}

/** A command as data. What it prints goes through the session; what goes wrong it throws as a LakeError. */
export interface Command<Flags extends FlagTable = FlagTable> {
  /** `['snapshot', 'list']`; empty for `lake` alone. */
  readonly name: readonly string[];
  /** One line, in the list of commands. */
  readonly about: string;
  /** What else its own help should say. */
  readonly details?: string;
  /** No words unless said. */
  readonly words?: Words;
  readonly flags: Flags;
  /** Command lines without the leading `lake`, and what they do. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** It publishes or writes files: when interrupted it is given the time to stop cleanly. */
  readonly writes?: boolean;
  run(input: Input<Flags>, session: Session): Promise<void>;
}

/** What was typed, already checked against the flags and the number of words that the command declares. */
export interface Input<Flags extends FlagTable = FlagTable> {
  readonly flags: InferredOptionTypes<Flags>;
  readonly words: readonly string[];
}

/** Keeps the types of a command's own flags for its `run`. */
export function defineCommand<const Flags extends FlagTable>(command: Command<Flags>): Command {
  return command;
}

/** A flag that takes a value; `value` is what the help calls it. */
export function valueFlag(
  value: string,
  about: string,
): { type: 'string'; requiresArg: true; describe: string } {
  return { type: 'string', requiresArg: true, describe: `${value}: ${about}` };
}

/** A flag that is there or not. */
export function switchFlag(about: string): { type: 'boolean'; describe: string } {
  return { type: 'boolean', describe: about };
}

/** Flags of every command. */
export const commonFlags = {
  project: valueFlag('DIR', 'the project (default: LAKE_PROJECT, else a lake.yaml here or above)'),
  lake: valueFlag('DIR', 'the lake, or s3://BUCKET/PREFIX, gs://…, az://… (default: LAKE_DIR, else lake)'),
  endpoint: valueFlag(
    'URL',
    "an object store's address (default: AWS_ENDPOINT_URL and the like, else its owner's)",
  ),
  region: valueFlag('REGION', "an S3 store's region (default: AWS_REGION, else the profile's)"),
  cache: valueFlag('DIR', "keep an object store's files here (default: LAKE_CACHE, else nowhere)"),
  'cache-size': valueFlag('SIZE', 'how much the cache may hold (default: LAKE_CACHE_SIZE, else 10GB)'),
  config: valueFlag(
    'FILE',
    'the settings (default: LAKE_CONFIG, else lake.config.json here or beside the lake)',
  ),
  json: switchFlag('results as one JSON document'),
  quiet: switchFlag('no reports and no progress, only results, warnings and errors'),
  verbose: switchFlag('say more'),
  'no-color': switchFlag('no colours (as does NO_COLOR)'),
} satisfies FlagTable;
