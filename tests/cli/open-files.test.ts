import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/program/lake.js', import.meta.url));

describe.skipIf(process.platform === 'win32')('a shell that allows few open files', () => {
  it.each([24, 64, 100])('of %i is told so in one line', (limit) => {
    const command = `ulimit -n ${limit}; exec "${process.execPath}" "${program}" tables --lake nowhere`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toMatch(/^lake: too few files may be open.*ulimit -n.*\n$/);
    expect(status).toBe(6);
  });
});
