// A lake behind a web server, for reading: any server that gives files as they are. What a server does wrong on the way
// (pages for files, other bytes than asked for, no permission for our page) is told from a file that is not there.

import { LakeError } from '../common/errors.js';
import { checkPath } from './path.js';
import type { Storage, StoredFile } from './storage.js';

/** How a lake is reached. */
export interface HttpOptions {
  /** The folder's address; with or without a slash at its end. */
  readonly url: string;
  /** Whether the server answers a folder with the names in it as JSON (`lake ui` does); no plain server does. */
  readonly lists?: boolean;
  /** For a response to begin and for each of its parts to come. */
  readonly timeoutMs?: number;
  /** How requests are made. */
  readonly fetch?: typeof fetch;
}

const TIMEOUT_MS = 30_000;
/** Before a request that broke on the way, or that a busy server refused, is made again. */
const PAUSES_MS = [150, 600] as const;
/** What a server says when it may answer soon. */
const BUSY: readonly number[] = [429, 502, 503, 504];

/** The lake at an address. Nothing can be written there. */
export function httpStorage(options: HttpOptions): Storage {
  const server = new Server(options);
  const refuse = (): Promise<never> => Promise.reject(readOnly(server.location));
  const names = (folder: string): Promise<readonly string[]> =>
    options.lists === true ? server.names(folder) : Promise.reject(noListing(server.location));
  return {
    location: server.location,
    ...(options.lists !== true && { lists: false }),
    probe: () => Promise.resolve('it is read over HTTP'),
    read: (path, range) => server.read(path, range && rangeHeaders(range), range),
    readAgain: (path) => server.read(path, reloaded),
    stat: (path) => server.stat(path),
    names,
    list: () => Promise.reject(noListing(server.location)),
    write: refuse,
    create: refuse,
    publish: refuse,
    delete: refuse,
    lock: refuse,
    heldLocks: () => Promise.resolve([]),
  };
}

const readOnly = (location: string): LakeError =>
  new LakeError(
    'unsupported-storage',
    `${location} is read over HTTP and cannot be changed. Run lake where its files lie.`,
  );

const noListing = (location: string): LakeError =>
  new LakeError('unsupported-storage', `${location}: a web server does not say which files there are.`);

/** For answers that are the server's own. Node's types do not know the option. */
const fresh = { cache: 'no-store' } as RequestInit;
/** The same for a file whose bytes were wrong; caches on the way are told (`no-cache`). */
const reloaded = { cache: 'reload' } as RequestInit;

interface Range {
  readonly start: number;
  readonly end: number;
}

const rangeHeaders = ({ start, end }: Range): RequestInit => ({
  headers: { range: `bytes=${start}-${end - 1}` },
});

/** Paths whose content changes: nothing between us and the server may answer for it. */
const isMoving = (path: string): boolean => path.endsWith('latest.json') || path.includes('/tags/');

class Server {
  readonly location: string;
  readonly #root: string;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  constructor({ url, timeoutMs = TIMEOUT_MS, fetch: given }: HttpOptions) {
    this.location = url.replace(/\/+$/, '');
    this.#root = `${this.location}/`;
    this.#timeoutMs = timeoutMs;
    this.#fetch = given ?? ((...request) => globalThis.fetch(...request));
  }

  async read(path: string, init: RequestInit = {}, range?: Range): Promise<Uint8Array> {
    if (range !== undefined && range.end <= range.start) return new Uint8Array(0);
    return this.#persistently(async () => {
      const response = await this.#ask(path, init);
      if (response.status === 416) return new Uint8Array(0);
      const bytes = await this.#bytes(path, response);
      // A server without ranges, or one that compressed the part, gave the whole.
      return range === undefined || response.status === 206 ? bytes : bytes.slice(range.start, range.end);
    });
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    try {
      const { headers } = await this.#persistently(() => this.#ask(path, { method: 'HEAD' }));
      return {
        path,
        sizeBytes: Number(headers.get('content-length') ?? 0),
        modifiedAtMs: Date.parse(headers.get('last-modified') ?? '') || 0,
      };
    } catch (error) {
      if (error instanceof LakeError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  async names(folder: string): Promise<readonly string[]> {
    const names: unknown = await this.#persistently(async () =>
      (await this.#ask(`${folder}/`, fresh)).json(),
    );
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
    throw this.#strange(folder, 'it answered something else than names of files');
  }

  /** A response that is the file, or a part of it. @throws LakeError */
  async #ask(path: string, init: RequestInit): Promise<Response> {
    const kind = path.endsWith('/') ? 'folder' : 'file';
    const pieces = checkPath(path.replace(/\/$/, ''), kind).split('/').map(encodeURIComponent);
    const url = `${this.#root}${pieces.join('/')}${kind === 'folder' ? '/' : ''}`;
    const response = await this.#patiently(path, (signal) =>
      this.#fetch(url, { ...(isMoving(path) && fresh), ...init, signal, credentials: 'same-origin' }),
    );
    if (response.status === 404 || response.status === 410)
      throw new LakeError('not-found', `${this.#root}${path} is not there.`, { details: { path } });
    if (response.status === 401 || response.status === 403)
      throw new LakeError(
        'out-of-resources',
        `${this.#root}${path} may not be read (HTTP ${response.status}). Sign in at that server, or ask who runs it.`,
        { details: { path, status: response.status } },
      );
    if (!response.ok && response.status !== 416)
      throw this.#strange(path, `it answered HTTP ${response.status}`, {
        isPassing: BUSY.includes(response.status),
      });
    const type = response.headers.get('content-type') ?? '';
    if (/^text\/html/i.test(type))
      throw new LakeError(
        'not-found',
        `${this.#root}${path} is not there: the server answered with a web page. Expected the address of a lake's folder, the one that holds _manifests.`,
        { details: { path } },
      );
    return response;
  }

  async #bytes(path: string, response: Response): Promise<Uint8Array> {
    if (response.body === null) return new Uint8Array(0);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const parts: Uint8Array[] = [];
    try {
      for (;;) {
        const { value } = await this.#patiently(path, () => reader.read());
        if (value === undefined) break;
        parts.push(value);
      }
    } catch (error) {
      reader.cancel().catch(() => undefined);
      throw error;
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Once more where a connection broke, or a server was busy. */
  async #persistently<Result>(work: () => Promise<Result>): Promise<Result> {
    for (const pause of PAUSES_MS)
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LakeError) || error.details['isPassing'] !== true) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    return work();
  }

  /** What does not come in time, or not at all, said for people. */
  async #patiently<Result>(path: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#timeoutMs);
    try {
      return await Promise.race([work(stop.signal), aborted(stop.signal)]);
    } catch (cause) {
      if (stop.signal.aborted)
        throw this.#strange(path, `nothing came within ${this.#timeoutMs / 1000} s`, { cause });
      throw this.#strange(
        path,
        'the request failed, the last time too. The connection may be broken or the server down; or, if the lake is ' +
          'at another address than this page, its server does not allow the page to read it, for which it must send ' +
          'the header Access-Control-Allow-Origin (CORS)',
        { cause, isPassing: true },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  #strange(
    path: string,
    why: string,
    { cause, isPassing = false }: { readonly cause?: unknown; readonly isPassing?: boolean } = {},
  ): LakeError {
    return new LakeError('unsupported-storage', `Cannot read ${this.#root}${path}: ${why}.`, {
      details: { path, ...(isPassing && { isPassing }) },
      cause,
    });
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
  });
