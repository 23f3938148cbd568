// What the documents show of a terminal is what the program prints: every session is run again.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

it.each([
  'README.md',
  'docs/history.md',
  'docs/questions.md',
  'docs/readers.md',
  'docs/refused.md',
  'docs/settings.md',
])(
  '%s (npm run docs makes it again)',
  async (document) => {
    const child = spawn(process.execPath, ['docs/sessions.mjs', '--check', document], { cwd: root });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (printed += piece.toString()));
    const code = await new Promise((done) => child.on('close', done));
    expect([code, printed]).toEqual([0, '']);
  },
  600_000,
);
