// What a browser loads: no Node in it, and what stands in for Node keeps the same names.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  readonly moduleIds: readonly string[];
}

interface Bundler {
  bundle(out: string, options?: { readonly minify?: boolean }): Promise<readonly Chunk[]>;
  readonly replaced: Readonly<Record<string, string>>;
}

const src = resolve(import.meta.dirname, '../../src');
const bundler = (await import(join(src, 'ui/bundle.mjs'))) as Bundler;

describe('the bundle for browsers', () => {
  const out = mkdtempSync(join(tmpdir(), 'lake-bundle-'));
  let chunks: readonly Chunk[];
  beforeAll(async () => {
    chunks = await bundler.bundle(out, { minify: false });
  }, 60_000);
  afterAll(() => rmSync(out, { recursive: true }));

  it('imports nothing but its own files', () => {
    const own = new Set(chunks.map(({ fileName }) => fileName));
    const strange = chunks.flatMap(({ fileName, imports, dynamicImports }) =>
      [...imports, ...dynamicImports].filter((to) => !own.has(to)).map((to) => `${fileName} -> ${to}`),
    );
    expect(strange).toEqual([]);
  });

  it('is made of no Node module, and of no file that needs one', () => {
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
    const node = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    expect(modules.filter((id) => node.has(id))).toEqual([]);
    const ours = modules.filter((id) => id.startsWith(src) && existsSync(id));
    expect(ours.length).toBeGreaterThan(100);
    const needing = ours.filter((id) =>
      /from '(node:(?!buffer)[^']+)'|require\('node:/.test(
        readFileSync(id, 'utf8').replace(/^import type .*$/gm, ''),
      ),
    );
    expect(needing).toEqual([]);
  });

  it('holds the reading half and nothing that writes a lake', () => {
    const ours = chunks.flatMap(({ moduleIds }) => moduleIds).map((id) => id.slice(src.length + 1));
    for (const file of ['format/snapshot.ts', 'table/view.ts', 'table/scan.ts', 'lake/explain/explain.ts'])
      expect(ours).toContain(file);
    expect(ours.filter((file) => /^(cli|generate|iceberg|pipelines|project)\//.test(file))).toEqual([]);
    for (const file of [
      'table/commit.ts',
      'pipeline/run/ingest.ts',
      'storage/local.ts',
      'lake/ingest/ingest.ts',
    ])
      expect(ours).not.toContain(file);
  });

  it('has for each file that needs Node one with the same functions', () => {
    const namesOf = (file: string): ReadonlySet<string> =>
      new Set(
        Array.from(
          readFileSync(join(src, file), 'utf8').matchAll(/^export (?:async )?(?:function|const) (\w+)/gm),
          ([, name = '']) => name,
        ),
      );
    expect(Object.keys(bundler.replaced).length).toBeGreaterThan(0);
    for (const [file, other] of Object.entries(bundler.replaced)) {
      const strange = [...namesOf(other)].filter((name) => !namesOf(file).has(name));
      expect([other, strange]).toEqual([other, []]);
    }
  });
});
