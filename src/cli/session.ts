// What a running command has at hand: where to print, how, and the lake.

import type { Readable } from 'node:stream';
import type { ErrorCode } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import type { ConfiguredOptions } from '../lake/open.js';
import type { StoreAccess } from '../lake/store-access.js';
import type { OnProgress } from '../lake/operation-options.js';
import type { Lake } from '../lake/operations.js';
import type { Style } from './output/style.js';
import type { TextOutput } from './output/text-output.js';

/** The world of one command. */
export interface Session {
  /** With `--json` standard output is one document. */
  readonly isJson: boolean;
  /** Nothing is reported of what was done. */
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  readonly runtime: Runtime;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: TextOutput;
  /** The look of what is printed for people. */
  readonly style: Style;
  /** The folder of the lake as it was given. */
  readonly location: string;
  /** The folder of the project; undefined: the built-in pipeline is used. */
  readonly project: string | undefined;
  /** How an object store is reached, as far as the flags say. */
  readonly access: StoreAccess;
  /** The settings file that the user named. */
  readonly config: string | undefined;
  /** What long operations take. */
  readonly operation: { readonly signal: AbortSignal; readonly onProgress: OnProgress };
  /** The exit code of that error, once everything is printed: for what was answered, but is no success. */
  fail(code: ErrorCode): void;
  /** Opens the lake and closes it again, also after an error. */
  withLake<Result>(use: (lake: Lake) => Promise<Result>): Promise<Result>;
  /** Standard input, opened when it is asked for. */
  readonly stdin: Readable;
  readStdin(): Promise<string>;
  /** Prints what was asked for: the document with `--json`, else the lines. */
  answer(document: object, lines: () => readonly string[]): Promise<void>;
  /** Prints at once what was done, like `answer`, but `--quiet` leaves the lines out. */
  report(document: object, lines: () => readonly string[]): Promise<void>;
  /** Prints lines that other programs read: as they are, unless they go to a terminal. */
  data(document: object, lines: () => readonly string[]): Promise<void>;
}

/** Opens a lake under the settings of `config`, or of the file that is found (cli.md). */
export type OpenLake = (options: ConfiguredOptions) => Promise<Lake>;
