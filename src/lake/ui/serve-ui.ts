// `lake ui`: the page and the lake's files for a browser on this machine. It reads and never writes.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isLakeError, messageOf } from '../../common/errors.js';
import { readPastCache } from '../../storage/storage.js';
import type { Parts } from '../lake-context.js';
import { isOwnHost, listen, LOOPBACK } from '../serving/loopback.js';
import { stopperOf } from '../serving/stop-server.js';
import { contentPolicy, mediaType, pageFiles, pageSettings, type PageFiles } from './page-files.js';

/** A server that runs. */
export interface ServingUi {
  readonly url: string;
  /** Ends it; answers under way are finished. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const CLOSING_MS = 2000;

/** Where the lake lies, as seen from the page. */
const LAKE = 'lake/';

/**
 * Listens on the loopback address.
 * @throws LakeError `invalid-input` for a port that is taken or not allowed; `not-found` where the program was not built
 */
export async function serveUi(parts: Parts, { port }: { readonly port: number }): Promise<ServingUi> {
  const site: Site = { parts, files: await pageFiles(), compressed: new Map() };
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    request.resume();
    void respond(site, request, response);
  });
  const close = stopperOf(server, CLOSING_MS);
  return { url: `${await listen(server, port)}/`, close };
}

/** What is served. */
interface Site {
  readonly parts: Parts;
  readonly files: PageFiles;
  /** Files of the page, gzipped when they were first asked for. */
  readonly compressed: Map<string, Promise<Uint8Array>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The browser keeps the page to itself: nobody frames it, and it may share memory with its workers. */
const always = {
  'content-security-policy': `${contentPolicy("'self'")}; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

async function respond(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answerOf(site, request).catch((error: unknown) => {
    const message = messageOf(error);
    site.parts.runtime.log('warn', `${request.method} ${request.url}: ${message}`);
    return plain(500, message);
  });
  response.writeHead(status, { ...always, 'content-length': String(body.length), ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerOf(site: Site, request: IncomingMessage): Promise<Answer> {
  const { method, headers, url = '/' } = request;
  if (!isOwnHost(headers.host)) return plain(403, `Use the address ${LOOPBACK}, not ${headers.host}.`);
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    return plain(403, 'This page answers to itself alone.');
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'This server is for reading.');
  const path = pathOf(url);
  if (path === undefined) return plain(400, 'The path is malformed.');
  if (path === 'ui.json') {
    const settings = await pageSettings(site.parts, { lake: LAKE, lists: true });
    return ok(path, new TextEncoder().encode(settings), { 'cache-control': 'no-store' });
  }
  if (path.startsWith(LAKE)) return lakeFile(site.parts, path.slice(LAKE.length), request);
  return pageFile(site, path === '' ? 'index.html' : path, request);
}

/** Without the slash at its begin; undefined for escapes that are no UTF-8. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/, '').replace(/^\/+/, ''));
  } catch {
    return undefined;
  }
}

async function pageFile(
  { files, compressed }: Site,
  name: string,
  { headers }: IncomingMessage,
): Promise<Answer> {
  const read = files.get(name);
  if (read === undefined || name.endsWith('.br')) return plain(404, 'There is no such page.');
  const fresh = { 'cache-control': 'no-cache' };
  const accepted = headers['accept-encoding'] ?? '';
  const brotli = /\bbr\b/.test(accepted) ? files.get(`${name}.br`) : undefined;
  if (brotli !== undefined) return ok(name, await brotli(), { ...fresh, 'content-encoding': 'br' });
  const isSmall = !name.endsWith('.wasm');
  if (!isSmall || !/\bgzip\b/.test(accepted)) return ok(name, await read(), fresh);
  const packed = compressed.get(name) ?? read().then((bytes) => promisify(gzip)(bytes));
  compressed.set(name, packed);
  return ok(name, await packed, { ...fresh, 'content-encoding': 'gzip' });
}

/** A file of the lake, or of a folder the names in it. */
async function lakeFile({ storage }: Parts, path: string, { headers }: IncomingMessage): Promise<Answer> {
  try {
    if (path.endsWith('/')) {
      const names = await storage.names(path.slice(0, -1));
      return ok('names.json', new TextEncoder().encode(JSON.stringify(names)), {
        'cache-control': 'no-store',
      });
    }
    // A data file's name says its content and who wrote it; all else may be of another lake tomorrow.
    const caching = { 'cache-control': path.endsWith('.parquet') ? 'private, max-age=86400' : 'no-store' };
    const range = rangeOf(headers.range);
    const isDoubted = headers['cache-control'] === 'no-cache'; // whoever asks found that the bytes were wrong
    if (range === undefined)
      return ok(path, await (isDoubted ? readPastCache(storage, path) : storage.read(path)), caching);
    const [bytes, file] = await Promise.all([storage.read(path, range), storage.stat(path)]);
    const end = range.start + bytes.length - 1;
    const shown = { 'content-range': `bytes ${range.start}-${end}/${file?.sizeBytes ?? '*'}` };
    return { ...ok(path, bytes, { ...caching, ...shown }), status: 206 };
  } catch (error) {
    if (isLakeError(error, 'not-found') || isLakeError(error, 'invalid-input'))
      return plain(404, 'The lake has no such file.');
    throw error;
  }
}

/** One range with both ends, which is all that the page asks for. */
function rangeOf(header: string | undefined): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header ?? '') ?? [];
  return first === undefined || Number(last) < Number(first)
    ? undefined
    : { start: Number(first), end: Number(last) + 1 };
}

const ok = (name: string, body: Uint8Array, headers: Answer['headers']): Answer => ({
  status: 200,
  headers: { 'content-type': mediaType(name), ...headers },
  body,
});

const plain = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: new TextEncoder().encode(`${text}\n`),
});
