// The files of the page: what was bundled (dist/ui), the WebAssembly of the packages that it uses, and what it is told.

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compiledUrl } from '../../common/compiled-url.js';
import { LakeError } from '../../common/errors.js';
import { runFacts } from '../../format/summary.js';
import { definitionText } from '../../pipeline/define/written-definition.js';
import { underRecorded } from '../../pipeline/define/pipeline-part.js';
import type { RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';
import { listSnapshots } from '../../table/snapshot-lookup.js';
import { definitionUnder, pipelineOf, type Parts } from '../lake-context.js';

/** A file of the page by its name. */
export type PageFiles = ReadonlyMap<string, () => Promise<Uint8Array>>;

/**
 * Everything but what the page is told.
 * @throws LakeError `not-found` where the program was not built
 */
export async function pageFiles(): Promise<PageFiles> {
  const folder = compiledUrl(import.meta.url, '../../ui/');
  const names = await readdir(fileURLToPath(folder)).catch((cause: unknown) => {
    throw new LakeError(
      'not-found',
      'The page is not there: lake was not built. Build it with "npm run build".',
      {
        cause,
      },
    );
  });
  const { resolve } = createRequire(import.meta.url);
  const own = names
    .filter((name) => /\.(js|css|html)$/.test(name))
    .map((name) => [name, () => readFile(new URL(name, folder))] as const);
  return new Map([
    ...own,
    ['duckdb.wasm', () => readFile(resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'))],
    ['parquet.wasm', () => readFile(resolve('parquet-wasm/esm/parquet_wasm_bg.wasm'))],
  ]);
}

/** `ui.json` for a lake that lies at `lake` as seen from the page; null: the page's own address says where. */
export async function pageSettings(
  parts: Parts,
  { lake, lists }: { readonly lake: string | null; readonly lists: boolean },
): Promise<string> {
  return JSON.stringify({ lake, lists, definitions: await definitionsOf(parts) });
}

/** The pipeline's definition today, then those under the settings that retained snapshots recorded. */
async function definitionsOf(parts: Parts): Promise<readonly string[]> {
  const texts = new Set([definitionText(pipelineOf(parts).pipeline)]);
  for (const settings of await recordedSettings(parts)) {
    const then = underRecorded((given) => definitionUnder(parts.pipeline, given), {
      ...parts.settings.rows,
      ...settings,
    });
    if (then !== undefined) texts.add(definitionText(then));
  }
  return [...texts];
}

/** Each once. A lake that is damaged or none has no say in how the page begins. */
async function recordedSettings({ storage }: Parts): Promise<readonly RecordedSettings[]> {
  const snapshots = await listSnapshots(storage, Infinity).catch(() => []);
  const settings = snapshots.flatMap((snapshot): readonly RecordedSettings[] => {
    try {
      return [runFacts(snapshot).settings ?? {}];
    } catch {
      return [];
    }
  });
  return [...new Map(settings.map((each) => [JSON.stringify(each), each])).values()];
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  wasm: 'application/wasm',
};

/** The media type of a file by its name. */
export const mediaType = (name: string): string =>
  types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** What the page may do: run its own code and WebAssembly, and read from `readable`; nothing else. */
export const contentPolicy = (readable: string): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    `connect-src ${readable}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
