// Makes of the compiled program what starts fast: a command loads a few files instead of some nine hundred. The compiled
// modules stay beside it for who imports the library.

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What a process or a thread begins with, by the name of its file in dist/program. */
const entries = {
  lake: 'cli/main.js',
  'log-thread': 'records/worker.js',
  'engine-thread': 'engine/wasm/worker.js',
  'iceberg-thread': 'lake/iceberg/icebird-worker.js',
};

/** Packages that are loaded as they are: they find files beside their own, or few commands need them. */
const external = /^(node:|parquet-wasm|@duckdb\/|@aws-sdk\/|@smithy\/|aws4fetch|icebird|yaml)/;

/**
 * A module of a bundle lies elsewhere than the one that it was made of. What a module looks for beside itself it finds where
 * the compiled module lies; a thread begins with its own bundle. Of the packages only yargs looks for something, its
 * translations; lake speaks English.
 */
const places = (dist) => ({
  name: 'places',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('/node_modules/')) return null;
    return code.replace(PLACES, (_, program) => {
      if (program === undefined) return `new URL('../${relative(dist, id)}', import.meta.url).href`;
      const compiled = relative(dist, resolve(dirname(id), program));
      const entry = Object.keys(entries).find((name) => entries[name] === compiled);
      if (entry === undefined) throw new Error(`${id} starts ${compiled}, which is no entry of the program`);
      return `new URL('./${entry}.js', import.meta.url)`;
    });
  },
});

/** The start of a thread with its program, or a module's own place. */
const PLACES = /threadProgram\(import\.meta\.url, '(.+?)'\)|import\.meta\.url/g;

/** The packages that the chunks were made of, by folder. */
function packagesOf(chunks) {
  const folders = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/** Whose work the program holds, and on what terms. */
function licences(folders) {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
      return [`${name} ${version}, ${license}`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** Bundles the compiled modules of `dist` into dist/program. */
export async function bundleProgram(dist) {
  const out = join(dist, 'program');
  rmSync(out, { recursive: true, force: true });
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(dist, file)])),
    platform: 'node',
    external,
    plugins: [places(dist)],
    onLog(level, log) {
      if (level !== 'info') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await build.close();
  writeFileSync(join(out, 'LICENCES.txt'), `${licences(packagesOf(output))}\n`);
  await bundleRangeProgram(dist, out);
}

const READS_WASM = /const wasmPath = .*\nconst wasmBytes = require\('fs'\)\.readFileSync\(wasmPath\);/;

/** The WebAssembly of parquet-wasm as text within the program; the package reads it from beside itself. */
function wasmWithin(packaged) {
  const wasm = gzipSync(readFileSync(join(packaged, 'parquet_wasm_bg.wasm'))).toString('base64');
  const within = `const wasmBytes = require('zlib').gunzipSync(Buffer.from('${wasm}', 'base64'));`;
  return {
    name: 'wasm-within',
    transform: {
      filter: { id: /parquet-wasm\/node\/parquet_wasm\.js$/ },
      handler(code, id) {
        if (!READS_WASM.test(code)) throw new Error(`${id} does not read its WebAssembly as it did`);
        return code.replace(READS_WASM, within);
      },
    },
  };
}

/** The program that parses ranges of logs on other machines: one file with everything in it, licences at its end. */
async function bundleRangeProgram(dist, out) {
  const build = await rolldown({
    input: join(dist, 'records/ranges/program.js'),
    platform: 'node',
    plugins: [wasmWithin(dirname(createRequire(import.meta.url).resolve('parquet-wasm')))],
    checks: { pluginTimings: false },
    onLog(level, log) {
      if (level !== 'info') throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  if (output.length !== 1) throw new Error('The program that parses ranges is not one file.');
  const terms = licences(packagesOf(output)).replaceAll('*/', '* /');
  writeFileSync(join(out, 'lake-parse.mjs'), `${output[0].code}\n/*\n${terms}\n*/\n`);
}
