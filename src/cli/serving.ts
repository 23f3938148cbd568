// What commands that serve until they are stopped have in common.

import { LakeError } from '../common/errors.js';
import { valueFlag } from './command.js';

/** `--port` of a command with a port of its own; `portOf` reads it. */
export const portFlag = (defaultPort: number): ReturnType<typeof valueFlag> =>
  valueFlag('N', `the port to listen on (default: ${defaultPort}; 0: any that is free)`);

/**
 * The port that was asked for.
 * @throws LakeError `invalid-input` for a text that is none
 */
export function portOf(text: string | undefined, defaultPort: number): number {
  const port = Number(text ?? defaultPort);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port;
  throw new LakeError('invalid-input', `--port: "${text}" is not a port; expected a number from 0 to 65535.`);
}

/** Resolves when the user stops the command. */
export const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
