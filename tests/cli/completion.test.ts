// What shells offer, by the words of a line.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { completionsOf } from '../../src/cli/completion.js';
import { runHere } from './run-here.js';

const tables = (): Promise<readonly string[]> =>
  Promise.resolve(['gold.mrr_daily', 'silver.users', '$(reboot)']);
const offered = (...words: readonly string[]): Promise<readonly string[]> =>
  completionsOf(words, commands, tables);

test.each([
  [['qu'], ['quarantine', 'query']],
  [['snapshot', 'ta'], ['tag']],
  [
    ['--lake', 'x', 'iceberg', ''],
    ['publish', 'verify'],
  ],
  [
    ['show', ''],
    ['gold.mrr_daily', 'silver.users'],
  ],
  [['show', 'gold'], ['gold.mrr_daily']],
  [['compact', '--table', 's'], ['silver.users']],
  [['vacuum', '--f'], ['--foreign']],
  [['ingest', 'da'], []], // files are the shell's
  [['export', '--out', ''], []],
  [['nonsense', ''], []],
] as const)('%j', async (words, expected) => {
  expect(await offered(...words)).toEqual(expected);
});

test('every command and every flag is offered', async () => {
  const names = new Set(commands.flatMap(({ name }) => name.slice(0, 1)));
  expect(await offered('')).toEqual([...names].sort());
  for (const { name, flags } of commands)
    expect(await offered(...name, '--')).toEqual(
      expect.arrayContaining(Object.keys(flags).map((flag) => `--${flag}`)),
    );
});

test('a lake that is not there offers no tables, and is no error', async () => {
  const env = { LAKE_DIR: '/nowhere/lake' };
  expect(await runHere(['--get-completions', 'show', ''], { env })).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect((await runHere(['--get-completions', 'tab'], { env })).stdout).toBe('tables\n');
});

test.each(['bash', 'zsh', 'fish'])('the script for %s is one that it takes', async (shell) => {
  const { code, stdout } = await runHere(['completion', shell]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('--get-completions')]);
  const check = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
  if (check.error === undefined) expect([check.status, check.stderr]).toEqual([0, '']);
});
