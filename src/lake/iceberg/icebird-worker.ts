// A published table as a program that is not ours reads it (icebird), in a thread of its own: that reader asks `fetch` for
// everything, and here `fetch` gives the lake's files wherever they are said to lie.

import { isMainThread, parentPort } from 'node:worker_threads';
import { icebergRead } from 'icebird';
import { messageOf } from '../../common/errors.js';
import { sha256Now } from '../../common/sha256.js';
import { systemRuntime } from '../../common/system-runtime.js';
import type { Storage } from '../../storage/storage.js';
import { openStorage } from '../open-storage.js';
import type { StoreAccess } from '../store-access.js';

/** A published table that is to be read. */
export interface ReadRequest {
  /** Of the lake's folder, as the metadata has it. */
  readonly location: string;
  /** The lake's folder or prefix, and how it is reached. */
  readonly place: string;
  readonly access: StoreAccess;
  /** The table's folder and its `vN.metadata.json`, relative to the lake. */
  readonly folder: string;
  readonly metadata: string;
}

/** Rows, and a checksum of each column's values whatever their order; or why it could not be read. */
export type ReadAnswer =
  | { readonly rows: number; readonly columns: Readonly<Record<string, string>> }
  | { readonly problem: string };

type Metadata = NonNullable<Parameters<typeof icebergRead>[0]['metadata']>;

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  port.on('message', (request: ReadRequest) => {
    answer(request).then(
      (found) => port.postMessage(found),
      (error: unknown) => port.postMessage({ problem: messageOf(error) }),
    );
  });
}

async function answer(request: ReadRequest): Promise<ReadAnswer> {
  const storage = await openStorage(request.place, systemRuntime(), {
    access: request.access,
    caches: false,
  });
  globalThis.fetch = fetchFrom(storage, request);
  return readPublished(storage, request);
}

async function readPublished(
  storage: Storage,
  { location, folder, metadata: path }: ReadRequest,
): Promise<ReadAnswer> {
  const metadata = JSON.parse(new TextDecoder().decode(await storage.read(path))) as Metadata;
  const current = metadata.snapshots?.find((each) => each['snapshot-id'] === metadata['current-snapshot-id']);
  const isEmpty = current?.summary['total-data-files'] === '0'; // which the reader takes for an error
  const rows = isEmpty ? [] : await icebergRead({ tableUrl: `${location}/${folder}`, metadata });
  const schema = metadata.schemas.find((each) => each['schema-id'] === metadata['current-schema-id']);
  const columns = (schema?.fields ?? []).map(({ name, type }): [string, string] => [
    name,
    checksum(rows.map((row: Readonly<Record<string, unknown>>) => canonical(String(type), row[name]))),
  ]);
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

/** `HEAD` and ranges, as far as the reader uses them. */
function fetchFrom(storage: Storage, { location }: ReadRequest): typeof fetch {
  return async (input, init) => {
    const uri = asNamed(input instanceof Request ? input.url : String(input));
    if (!uri.startsWith(`${location}/`)) throw new Error(`${uri} lies outside ${location}`);
    const bytes = Uint8Array.from(await storage.read(uri.slice(location.length + 1)));
    if (init?.method === 'HEAD')
      return new Response(null, { headers: { 'content-length': String(bytes.length) } });
    const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init?.headers).get('range') ?? '');
    if (range === null) return new Response(bytes);
    const end = range[2] === '' ? bytes.length : Number(range[2]) + 1;
    return new Response(bytes.subarray(Number(range[1]), end), { status: 206 });
  };
}

/** The reader asks Amazon for what metadata names as `s3://bucket/key`. */
function asNamed(url: string): string {
  const amazon = /^https:\/\/([^/]+)\.s3\.amazonaws\.com\/(.*)$/.exec(url);
  return amazon === null ? url : `s3://${amazon[1]}/${amazon[2]}`;
}

/** A column's values as a set with repeats. */
export const checksum = (values: readonly string[]): string => sha256Now(values.toSorted().join('\n'));

/**
 * A value of an Iceberg type as text that both sides can give: the reader has decimals as doubles and times in
 * milliseconds and drops a byte order mark, so that what goes beyond those is not compared.
 */
export function canonical(type: string, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (type === 'timestamptz') return String(millisOf(value));
  if (type === 'date') return String(Math.floor(millisOf(value) / 86_400_000));
  if (type.startsWith('decimal')) return Number(value).toPrecision(12);
  if (type === 'double') return Number(value).toPrecision(15);
  if (value instanceof Uint8Array) return canonical(type, new TextDecoder().decode(value));
  if (typeof value !== 'string' || type === 'long') return `${value as string | number | bigint | boolean}`;
  return JSON.stringify(value.replace(/^\uFEFF/, ''));
}

/** Of a date, or of ISO text with microseconds. */
const millisOf = (value: unknown): number =>
  value instanceof Date ? value.getTime() : Date.parse(String(value).replace(/(\.\d{3})\d+Z$/, '$1Z'));
