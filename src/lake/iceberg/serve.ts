// `lake serve`: the published tables as an Iceberg REST catalog on this machine. What is asked for is the newest snapshot:
// when the lake went on, it is published before the answer.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf } from '../../common/errors.js';
import { metadataFileName, publicationMetadata } from '../../iceberg/layout.js';
import { answer, failure, type Catalog, type RestResponse, type TableMetadata } from '../../iceberg/rest.js';
import { findHead } from '../../table/snapshot-lookup.js';
import { publishIceberg } from './publish.js';
import { isOwnHost, listen, LOOPBACK } from '../serving/loopback.js';
import { stopperOf } from '../serving/stop-server.js';
import type { Parts } from '../lake-context.js';

/** How a catalog is served. */
export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Who asks must know it. */
  readonly token?: string;
}

/** A server that runs. */
export interface Serving {
  readonly url: string;
  /** Ends it; answers under way are finished. */
  close(): Promise<void>;
}

/** For a request's first line and headers to come. */
const HEADERS_TIMEOUT_MS = 10_000;
/** For answers under way when it is stopped. */
const CLOSING_MS = 5000;

/**
 * Publishes, then listens.
 * @throws LakeError as publishing does; `invalid-input` for a port that is taken or not allowed
 */
export async function serve(parts: Parts, { port, token }: ServeOptions): Promise<Serving> {
  const catalog = newestCatalog(parts);
  await catalog.namespaces();
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void respond({ parts, catalog, token }, request, response);
  });
  const close = stopperOf(server, CLOSING_MS);
  return { url: await listen(server, port), close };
}

/** What is served, and to whom. */
interface Service {
  readonly parts: Parts;
  readonly catalog: Catalog;
  readonly token: string | undefined;
}

async function respond(
  { parts: { runtime }, catalog, token }: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answered = await answerOf(catalog, token, request).catch((error: unknown) => {
    const message = messageOf(error);
    runtime.log('warn', `${request.method} ${request.url}: ${message}`);
    return failure(500, 'InternalServerError', message);
  });
  request.resume(); // whatever was sent along is not read
  response.writeHead(answered.status, answered.headers).end(answered.body);
}

async function answerOf(
  catalog: Catalog,
  token: string | undefined,
  { headers, method = 'GET', url = '/' }: IncomingMessage,
): Promise<RestResponse> {
  if (!isOwnHost(headers.host))
    return failure(403, 'ForbiddenException', `Use the address ${LOOPBACK}, not ${headers.host}.`);
  if (token !== undefined && !isBearer(headers.authorization, token))
    return failure(
      401,
      'NotAuthorizedException',
      'Expected the header "Authorization: Bearer" with the token of --token.',
    );
  const ifNoneMatch = headers['if-none-match'];
  return answer(catalog, { method, url, ...(ifNoneMatch !== undefined && { ifNoneMatch }) });
}

/** In a time that tells nothing of the token. */
function isBearer(header: string | undefined, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(header ?? ''), hash(`Bearer ${token}`));
}

/** What is published of the newest snapshot; publishes it first if need be, once for all who ask. */
function newestCatalog(parts: Parts): Catalog {
  const { storage } = parts;
  let published: { readonly head: number; readonly tables: Promise<ReadonlyMap<string, string>> } | undefined;
  const publish = async (): Promise<ReadonlyMap<string, string>> => {
    const { tables, location } = await publishIceberg(parts);
    return new Map(tables.map(({ table }) => [table, location]));
  };
  const newest = async (): Promise<{ head: number; tables: ReadonlyMap<string, string> }> => {
    const head = await findHead(storage);
    if (published?.head !== head) published = { head, tables: publish() };
    const { tables } = published;
    tables.catch(() => (published = undefined)); // tried again by the next who asks
    return { head, tables: await tables };
  };
  const layerOf = (table: string): string => table.split('.')[0] ?? '';
  return {
    namespaces: async () => [...new Set([...(await newest()).tables.keys()].map(layerOf))].sort(),
    tables: async (namespace) => {
      const names = [...(await newest()).tables.keys()].filter((table) => layerOf(table) === namespace);
      return names.length === 0 ? undefined : names.map((table) => table.slice(namespace.length + 1)).sort();
    },
    load: async (namespace, name) => {
      const { head, tables } = await newest();
      const table = `${namespace}.${name}`;
      const location = tables.get(table);
      if (location === undefined) return undefined;
      const path = `${publicationMetadata(table)}/${metadataFileName(head)}`;
      const metadata = JSON.parse(new TextDecoder().decode(await storage.read(path))) as TableMetadata;
      return { location: `${location}/${path}`, metadata };
    },
  };
}
