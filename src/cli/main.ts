#!/usr/bin/env node
// The program `lake`. It looks first whether it may open as many files as loading its parts takes: where it may not,
// modules seem to be missing at random, and nothing tells why.

import { closeSync, openSync } from 'node:fs';
import { exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Files that are open at a time while the parts are loaded, and some more. */
const NEEDED_FILES = 200;

const OUT_OF_RESOURCES = 6;

/** False where the system gives fewer. */
function mayOpen(count: number): boolean {
  const handles: number[] = [];
  try {
    while (handles.length < count) handles.push(openSync(fileURLToPath(import.meta.url), 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

if (!mayOpen(NEEDED_FILES)) {
  const message = `lake: too few files may be open at a time: lake needs ${NEEDED_FILES}. Nothing was changed; raise the limit ("ulimit -n 1024") and run again.\n`;
  stderr.write(message, () => exit(OUT_OF_RESOURCES));
} else {
  const { runProcess } = await import('./process.js');
  exit(await runProcess());
}
