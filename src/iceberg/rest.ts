// The read-only part of Iceberg's REST catalog as a pure function of a request and of what is published. A namespace a
// layer; whoever wants to write is told how.
// https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml

import { sha256 } from '../common/sha256.js';

/** What is published. */
export interface Catalog {
  readonly namespaces: () => Promise<readonly string[]>;
  /** Without their layer; undefined for a namespace that there is not. */
  readonly tables: (namespace: string) => Promise<readonly string[] | undefined>;
  /** Undefined where there is no such table. */
  readonly load: (namespace: string, table: string) => Promise<LoadedTable | undefined>;
}

/** A table as the catalog hands it out: its newest metadata file and what that says. */
interface LoadedTable {
  /** The URI of `vN.metadata.json`. */
  readonly location: string;
  /** The file's content. */
  readonly metadata: TableMetadata;
}

/** The part of a metadata file that the catalog itself reads; the rest passes through unread. */
export interface TableMetadata {
  readonly refs: Readonly<Record<string, { readonly 'snapshot-id': number }>>;
  readonly snapshots: readonly { readonly 'snapshot-id': number }[];
}

/** A request as it came over the wire, without its body: nothing here takes one. */
interface RestRequest {
  readonly method: string;
  /** With its query, not decoded. */
  readonly url: string;
  /** Of the header, if there is one. */
  readonly ifNoneMatch?: string;
}

/** What goes back over the wire, whole. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a response without. */
  readonly body: string;
}

const endpoints = [
  'GET /v1/{prefix}/namespaces',
  'GET /v1/{prefix}/namespaces/{namespace}',
  'HEAD /v1/{prefix}/namespaces/{namespace}',
  'GET /v1/{prefix}/namespaces/{namespace}/tables',
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  'HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials',
];

/**
 * The response to a request. What is malformed, unknown or would write is answered with Iceberg's error body and
 * a status of 4xx; HEAD has no body. Rejects only where the catalog does.
 */
export async function answer(catalog: Catalog, request: RestRequest): Promise<RestResponse> {
  const url = targetOf(request.url);
  const path = url?.pathname.split('/').slice(1).map(decoded) ?? [undefined];
  const response =
    url === undefined || path.includes(undefined)
      ? failure(400, 'BadRequestException', 'The path is malformed, or not valid UTF-8.')
      : await route(catalog, request, path as readonly string[], url.searchParams);
  if (request.method !== 'HEAD') return response;
  return { ...response, status: response.status === 200 ? 204 : response.status, body: '' };
}

/** A path, or a whole address as clients of a proxy send it (RFC 9112, 3.2). */
function targetOf(url: string): URL | undefined {
  const whole = url.startsWith('/') ? `http://lake${url}` : url;
  return /^https?:/i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
}

async function route(
  catalog: Catalog,
  request: RestRequest,
  [version, first, namespace, tables, table, part, ...more]: readonly string[],
  query: URLSearchParams,
): Promise<RestResponse> {
  const isMetrics = request.method === 'POST' && part === 'metrics';
  if (isMetrics) return { status: 204, headers: {}, body: '' };
  if (request.method !== 'GET' && request.method !== 'HEAD') return refused;
  const isNamespaces = version === 'v1' && first === 'namespaces' && more.length === 0;
  if (version === 'v1' && first === 'config' && namespace === undefined) return ok(config);
  if (!isNamespaces || (tables !== undefined && tables !== 'tables')) return noEndpoint;
  if (namespace === undefined) return namespaces(catalog, query);
  if (tables === undefined) return describeNamespace(catalog, namespace);
  if (table === undefined) return listTables(catalog, namespace, query);
  const loaded = await catalog.load(namespace, table);
  if (loaded === undefined) return noTable(namespace, table);
  if (part === 'credentials') return ok({ 'storage-credentials': [] });
  return part === undefined ? loadTable(loaded, query, request) : noEndpoint;
}

const config = {
  defaults: {},
  overrides: { 'rest-metrics-reporting-enabled': 'false' },
  endpoints,
};

async function namespaces(catalog: Catalog, query: URLSearchParams): Promise<RestResponse> {
  const parent = query.get('parent') ?? '';
  const all = await catalog.namespaces();
  if (parent !== '') return all.includes(parent) ? ok({ namespaces: [] }) : noNamespace(parent);
  return page(all, query, 'namespaces', (name) => [name]);
}

async function describeNamespace(catalog: Catalog, namespace: string): Promise<RestResponse> {
  const isThere = (await catalog.namespaces()).includes(namespace);
  return isThere ? ok({ namespace: [namespace], properties: {} }) : noNamespace(namespace);
}

async function listTables(
  catalog: Catalog,
  namespace: string,
  query: URLSearchParams,
): Promise<RestResponse> {
  const tables = await catalog.tables(namespace);
  if (tables === undefined) return noNamespace(namespace);
  return page(tables, query, 'identifiers', (name) => ({ namespace: [namespace], name }));
}

/** A client that sends no page size gets everything, whatever token it sends. */
function page(
  all: readonly string[],
  query: URLSearchParams,
  member: string,
  show: (name: string) => unknown,
): RestResponse {
  const sizeText = query.get('pageSize');
  const [start, size] = [
    Number(query.get('pageToken') ?? ''),
    sizeText === null ? all.length : Number(sizeText),
  ];
  if (
    !Number.isSafeInteger(start) ||
    start < 0 ||
    !Number.isSafeInteger(size) ||
    (size < 1 && sizeText !== null)
  )
    return failure(
      400,
      'BadRequestException',
      'pageSize must be a whole number of at least 1, pageToken one that this catalog gave.',
    );
  const next = start + size < all.length ? { 'next-page-token': String(start + size) } : {};
  return ok({ [member]: all.slice(start, start + size).map(show), ...next });
}

async function loadTable(
  { location, metadata }: LoadedTable,
  query: URLSearchParams,
  { ifNoneMatch }: RestRequest,
): Promise<RestResponse> {
  const shown = query.get('snapshots') === 'refs' ? withRefsOnly(metadata) : metadata;
  const body = { 'metadata-location': location, metadata: shown, config: {}, 'storage-credentials': [] };
  const response = ok(body);
  const etag = `"${(await sha256(new TextEncoder().encode(response.body))).slice(0, 32)}"`;
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag }, body: '' };
  return { ...response, headers: { ...response.headers, etag } };
}

function withRefsOnly(metadata: TableMetadata): TableMetadata {
  const named = new Set(Object.values(metadata.refs).map((ref) => ref['snapshot-id']));
  return { ...metadata, snapshots: metadata.snapshots.filter((each) => named.has(each['snapshot-id'])) };
}

/** Undefined for escapes that are no UTF-8. Levels of a namespace come joined by U+001F; ours have one level. */
function decoded(piece: string): string | undefined {
  try {
    return decodeURIComponent(piece);
  } catch {
    return undefined;
  }
}

const json = { 'content-type': 'application/json' };
const ok = (body: object): RestResponse => ({ status: 200, headers: json, body: JSON.stringify(body) });

/** An error as clients of the catalog expect it. */
export function failure(status: number, type: string, message: string): RestResponse {
  return { status, headers: json, body: JSON.stringify({ error: { message, type, code: status } }) };
}

const noEndpoint = failure(404, 'NoSuchEndpointException', 'This catalog has no such endpoint.');
const noNamespace = (name: string): RestResponse =>
  failure(404, 'NoSuchNamespaceException', `Namespace does not exist: ${name.replaceAll('\u001f', '.')}`);
/** Also for a table of a namespace that there is not: clients look for metadata tables by such names. */
const noTable = (namespace: string, table: string): RestResponse =>
  failure(
    404,
    'NoSuchTableException',
    `Table does not exist: ${namespace.replaceAll('\u001f', '.')}.${table}`,
  );
const refused = failure(
  403,
  'ForbiddenException',
  'This catalog is for reading. Rows come in with "lake ingest", columns and snapshots are changed with lake alone.',
);
