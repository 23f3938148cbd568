import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kill } from '../../reliability/suites/kill.js';

const workFolder = mkdtempSync(join(tmpdir(), 'lake-kill-'));
afterAll(() => rmSync(workFolder, { recursive: true }));
const options = (name: string): Parameters<typeof kill.run>[0] => ({
  seed: 3,
  workFolder: join(workFolder, name),
  plant: name === 'plant',
  onProgress: () => undefined,
  runs: 2,
});

describe('a command killed at a random moment', () => {
  it('loses and doubles nothing, and goes on when it is run again', async () => {
    expect((await kill.run(options('true'))).failures).toEqual([]);
  });

  it('is found to tear a snapshot whose files appear one by one', async () => {
    expect((await kill.run(options('plant'))).failed).toBeGreaterThan(0);
  });
}, 120_000);
