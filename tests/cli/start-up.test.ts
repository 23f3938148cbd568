// What a command loads before it answers: the heavy packages are for those that need them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-start-up-'));
const lake = join(folder, 'lake');
const hook = join(import.meta.dirname, 'loaded-modules.mjs');
const heavy = ['@duckdb/duckdb-wasm', 'apache-arrow', 'parquet-wasm'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packages that `lake …args` loads, on any of its threads. */
async function packagesOf(...args: readonly string[]): Promise<readonly string[]> {
  const loaded = join(folder, `${args.join('-')}.txt`);
  const env = { LOADED_MODULES: loaded, NODE_OPTIONS: `--import=${hook}`, LAKE_DIR: lake };
  const { code, stderr } = await runCli(args, { env });
  expect([code, stderr]).toEqual([0, '']);
  const names = readFileSync(loaded, 'utf8').matchAll(/\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//g);
  return [...new Set(Array.from(names, ([, name = '']) => name))];
}

describe('a command loads', () => {
  beforeAll(async () => {
    const golden = join(import.meta.dirname, '../golden/01-basic/batch-1');
    expect((await runCli(['ingest', golden, '--quiet', '--lake', lake])).code).toBe(0);
  });

  it.each([['tables'], ['snapshot list'], ['files gold.mrr_daily'], ['ingest --help']])(
    'neither Arrow nor an engine for %s',
    async (line) => {
      const packages = await packagesOf(...line.split(' '));
      expect(packages).toContain('yargs');
      expect(packages.filter((name) => heavy.includes(name))).toEqual([]);
    },
  );

  it('no engine to show rows, and one for SQL', async () => {
    const [shown, asked] = await Promise.all([
      packagesOf('show', 'gold.mrr_daily', '--tail', '1'),
      packagesOf('query', 'SELECT 1'),
    ]);
    expect(shown.filter((name) => heavy.includes(name)).sort()).toEqual(['apache-arrow', 'parquet-wasm']);
    expect(asked).toContain('@duckdb/duckdb-wasm');
  });
});
