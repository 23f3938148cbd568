// `lake spark bundle`: one file that runs wherever Node is.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jsonHere, runHere } from './run-here.js';

const root = mkdtempSync(join(tmpdir(), 'lake-bundle-'));
afterAll(() => rmSync(root, { recursive: true }));

it('writes the program, in place of an earlier one; it needs nothing beside it', async () => {
  const out = join(root, 'shared/lake');
  for (const time of ['first', 'again']) {
    const written = await jsonHere<{ path: string; sha256: string }>(['spark', 'bundle', '--out', out]);
    const sha256 = createHash('sha256').update(readFileSync(written.path)).digest('hex');
    expect([time, written]).toEqual([
      time,
      expect.objectContaining({ path: join(out, 'lake-parse.mjs'), sha256 }),
    ]);
  }
  expect(readdirSync(out)).toEqual(['lake-parse.mjs']);
  const input = '0 10 1 1 abc\n';
  const answer = execFileSync(process.execPath, [join(out, 'lake-parse.mjs'), root, 'other'], {
    input,
    cwd: out,
  });
  expect(JSON.parse(answer.toString())).toEqual({
    begin: 0,
    error: expect.stringMatching(/of another version of lake/) as string,
  });
  expect(readFileSync(join(out, 'lake-parse.mjs'), 'utf8')).toContain(
    'parquet-wasm 0.8.0, MIT OR Apache-2.0',
  );
});

it('says what is missing, and where it cannot be written', async () => {
  const without = await runHere(['spark', 'bundle']);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('expected --out DIR')]);
  writeFileSync(join(root, 'file'), '');
  const within = await runHere(['spark', 'bundle', '--out', join(root, 'file')]);
  expect([within.code, within.stderr]).toEqual([
    6,
    expect.stringMatching(/file: the program cannot be written there \(E\w+\)/),
  ]);
});
