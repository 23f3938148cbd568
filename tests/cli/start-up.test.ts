// What a command loads before it answers: the heavy packages are for those that need them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-start-up-'));
const lake = join(folder, 'lake');
const hook = join(import.meta.dirname, 'loaded-modules.mjs');
const heavy = ['@duckdb/duckdb-wasm', 'apache-arrow', 'parquet-wasm'];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packages that a module is of, or that were bundled into it: a bundle names what it was made of. */
function packagesIn(url: string): readonly string[] {
  const bundled = url.includes('/dist/program/') ? readFileSync(fileURLToPath(url), 'utf8') : '';
  const named = [...url.matchAll(inPackage), ...bundled.matchAll(/^\/\/ (node_modules\/.*)$/gm)];
  return named.flatMap(([path]) => Array.from(path.matchAll(inPackage), ([, name = '']) => name));
}

const inPackage = /node_modules\/(@[^/]+\/[^/]+|[^/]+)\//g;

/** Modules and packages that `lake …args` loads, on any of its threads. */
async function loadedBy(...args: readonly string[]) {
  const loaded = join(folder, `${args.join('-')}.txt`);
  const env = { LOADED_MODULES: loaded, NODE_OPTIONS: `--import=${hook}`, LAKE_DIR: lake };
  const { code, stderr } = await runCli(args, { env });
  expect([code, stderr]).toEqual([0, '']);
  const modules = readFileSync(loaded, 'utf8').trim().split('\n');
  return { modules, packages: [...new Set(modules.flatMap(packagesIn))] };
}

describe('a command loads', () => {
  beforeAll(async () => {
    const golden = join(import.meta.dirname, '../golden/01-basic/batch-1');
    expect((await runCli(['ingest', golden, '--quiet', '--lake', lake])).code).toBe(0);
  });

  it.each([['tables'], ['snapshot list'], ['files gold.mrr_daily'], ['ingest --help']])(
    'neither Arrow nor an engine for %s',
    async (line) => {
      const { modules, packages } = await loadedBy(...line.split(' '));
      expect(packages).toContain('yargs');
      expect(packages.filter((name) => heavy.includes(name))).toEqual([]);
      expect(modules.filter((url) => url.startsWith('file:')).length).toBeLessThan(100);
    },
  );

  it('no engine to show rows, and one for SQL', async () => {
    const [shown, asked] = await Promise.all([
      loadedBy('show', 'gold.mrr_daily', '--tail', '1'),
      loadedBy('query', 'SELECT 1'),
    ]);
    expect(shown.packages.filter((name) => heavy.includes(name)).sort()).toEqual([
      'apache-arrow',
      'parquet-wasm',
    ]);
    expect(asked.packages).toContain('@duckdb/duckdb-wasm');
  });
});
