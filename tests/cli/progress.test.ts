// Progress: one redrawn line on a terminal, at most a line for each long stage elsewhere.

import { expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress.js';
import type { Progress } from '../../src/lake/operation-options.js';

const reading = (done: number, total = 20_000_000): Progress => ({
  stage: 'reading',
  done,
  total,
  unit: 'bytes',
});

/** Reports at given seconds, and everything that was written. */
function shown(
  isTerminal: boolean,
  reports: readonly (readonly [seconds: number, progress: Progress])[],
): string[] {
  const written: string[] = [];
  let now = 0;
  const line = progressLine(
    { write: (text) => written.push(text), isTerminal, columns: 60 },
    { now: () => now },
  );
  for (const [seconds, progress] of reports) {
    now = seconds * 1e6;
    line.report(progress);
  }
  line.clear();
  return written;
}

test('a terminal sees what, how far, how fast and how long still, and an empty line at the end', () => {
  expect(
    shown(true, [
      [0, reading(0)],
      [0.05, reading(1_000_000)],
      [2, reading(10_000_000)],
    ]),
  ).toEqual([
    '\r\u001b[Kreading · 0% of 20.0 MB',
    '\r\u001b[Kreading · 50% of 20.0 MB · 5.0 MB/s · 2.0 s left',
    '\r\u001b[K',
  ]);
});

test('a new stage is drawn at once, one of a single step without a count', () => {
  const lines = shown(true, [
    [0, reading(0)],
    [0.01, { stage: 'making tables', done: 3, total: 17, unit: 'models' }],
    [0.02, { stage: 'publishing', done: 0, total: 1, unit: 'files' }],
  ]);
  expect(lines.slice(1, 3)).toEqual(['\r\u001b[Kmaking tables · 3 of 17 models', '\r\u001b[Kpublishing']);
});

test('a file gets one line for each stage that takes more than a second', () => {
  expect(
    shown(false, [
      [0, reading(0)],
      [1.5, reading(1)],
      [3, reading(2)],
      [3.1, { stage: 'checking', done: 0, total: 1, unit: 'files' }],
      [3.2, { stage: 'publishing', done: 0, total: 0, unit: 'files' }],
    ]),
  ).toEqual(['reading: 20.0 MB\n']);
});
