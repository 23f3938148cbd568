// The process as a parameter: what a program is given, and where it prints.

import type { Readable, Writable } from 'node:stream';
import type { Runtime } from '../common/runtime.js';
import type { Screen } from './output/screen.js';
import type { TextOutput } from './output/text-output.js';
import type { OpenLake } from './session.js';

/** A stream that may be a terminal. */
type TerminalStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** Everything that a run of the program depends on. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly runtime: Runtime;
  readonly version: string;
  /** Fires when the user wants it to stop. */
  readonly signal: AbortSignal;
  readonly openLake: OpenLake;
}

/** Where a program prints: results, and everything else. */
export interface Printing {
  readonly output: TextOutput;
  readonly screen: Screen;
  /** Lines beside the results: errors, warnings, what is waited for. */
  readonly note: (line: string) => void;
  /** Of the lines beside the results. */
  readonly noteStyle: Screen['style'];
}
