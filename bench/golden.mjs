// Runs the rival over the golden cases: a rival that is wrong proves nothing by being fast.
//
//   node golden.mjs

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDifference, readGold } from './compare.mjs';

const CASES = join(import.meta.dirname, '../tests/golden');
const out = mkdtempSync(join(tmpdir(), 'lake-rival-'));
const cases = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of cases) {
  const folder = join(CASES, name);
  const batches = readdirSync(folder)
    .filter((entry) => entry.startsWith('batch-'))
    .sort();
  const data = batches.flatMap((batch) => ['--data', join(folder, batch)]);
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, 'native.mjs'), ...data, '--out', out], {
      stdio: 'pipe',
    });
    const difference = firstDifference(await readGold(out), await readGold(join(folder, 'expected.json')));
    console.log(`${difference === undefined ? 'same' : 'DIFFERENT'}  ${name}  ${difference ?? ''}`);
    if (difference !== undefined) process.exitCode = 1;
  } catch (error) {
    console.log(`FAILED  ${name}  ${String(error.stderr ?? error).slice(0, 500)}`);
    process.exitCode = 1;
  }
}
rmSync(out, { recursive: true, force: true });
