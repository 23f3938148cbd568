// Makes of the page and its workers what a browser loads: dist/ui, which the package ships. What needs Node is replaced by
// what a browser has; a Node module that is left over ends the build.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { rolldown } from 'rolldown';

const ui = dirname(fileURLToPath(import.meta.url));
const src = dirname(ui);
const { resolve: packaged } = createRequire(import.meta.url);

/** Files of src/ and what stands in their place in a browser: the same functions with the same promises. */
export const replaced = {
  'common/sha256.ts': 'ui/platform/sha256.ts',
  'common/worker-pool.ts': 'ui/platform/worker-pool.ts',
  'engine/wasm/open-database.ts': 'ui/platform/open-database.ts',
};

const packages = {
  'd3-transition': join(ui, 'platform/no-transitions.ts'),
  'node:buffer': join(ui, 'platform/buffer.ts'),
  'buffer/': packaged('buffer/'),
  'parquet-wasm': packaged('parquet-wasm/esm'),
  'duckdb-in-browser': join(dirname(packaged('@duckdb/duckdb-wasm')), 'duckdb-browser-blocking.mjs'),
};

const inBrowser = {
  name: 'in-browser',
  resolveId(id, importer) {
    if (id in packages) return packages[id];
    if (id.startsWith('node:')) throw new Error(`${importer} imports ${id}, which no browser has`);
    if (!id.startsWith('.') || importer === undefined) return null;
    const file = resolve(dirname(importer), id).replace(/\.js$/, '.ts');
    const other = replaced[file.slice(src.length + 1).replaceAll('\\', '/')];
    return other === undefined ? null : join(src, other);
  },
};

/**
 * DuckDB's build evaluates text where SQL asks for functions of JavaScript: nobody does, and the page's policy forbids it.
 * What one worker loads when it is needed another may need at once.
 */
const harmless = new Set(['EVAL', 'INEFFECTIVE_DYNAMIC_IMPORT']);

/** Bundles into a folder; answers what each file is made of. */
export async function bundle(out, { minify = true } = {}) {
  const build = await rolldown({
    input: {
      page: join(ui, 'page/main.tsx'),
      reader: join(ui, 'reader/reader.ts'),
      worker: join(src, 'engine/wasm/worker.ts'),
    },
    platform: 'browser',
    plugins: [inBrowser],
    tsconfig: join(ui, 'tsconfig.json'),
    transform: { inject: { Buffer: [join(ui, 'platform/buffer.ts'), 'Buffer'] } },
    onLog(level, log) {
      if (level !== 'info' && !harmless.has(log.code)) throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: out,
    format: 'esm',
    minify,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await build.close();
  return output.filter(({ type }) => type === 'chunk');
}

/** The script of the report, whole in one file: the report holds it and loads nothing. */
async function bundleReport(out) {
  const build = await rolldown({
    input: join(ui, 'charts/report.ts'),
    platform: 'browser',
    plugins: [inBrowser],
    tsconfig: join(ui, 'tsconfig.json'),
  });
  await build.write({ file: join(out, 'report-charts.js'), format: 'iife', minify: true });
  await build.close();
}

/** What every page begins with, as small as it gets; the engine's program is fetched later and from near. */
async function compress(out) {
  const names = readdirSync(out).filter(
    (name) => /\.(js|css)$/.test(name) && !/^(worker|report|editor)/.test(name),
  );
  await Promise.all(
    names.map(async (name) =>
      writeFileSync(join(out, `${name}.br`), await promisify(brotliCompress)(readFileSync(join(out, name)))),
    ),
  );
}

/** The whole of dist/ui. */
export async function buildUi(out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundle(out);
  await bundleReport(out);
  const css = (file) => readFileSync(join(ui, file), 'utf8');
  writeFileSync(join(out, 'colors.css'), css('charts/colors.css'));
  writeFileSync(join(out, 'page.css'), css('charts/colors.css') + css('page/page.css'));
  cpSync(join(ui, 'page/index.html'), join(out, 'index.html'));
  await compress(out);
}
