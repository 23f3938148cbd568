// `vN.metadata.json`: a table with all its snapshots, as Iceberg readers open it. A hash over the rest of the file says that
// it is ours: one without it, or with another, was written or changed by somebody else.
// https://iceberg.apache.org/spec/#table-metadata

import { z } from 'zod';
import { sha256 } from '../common/sha256.js';
import { parseJson } from '../format/metadata.js';
import type { TableVersion } from './history.js';
import { schemaJson, sortOrdersJson, specJson, type Json } from './schema.js';

const HASH = 'lake.sha256';

/** One snapshot in the metadata. Summary values are text, as readers expect. */
const snapshotShape = z.object({
  'snapshot-id': z.number(),
  'parent-snapshot-id': z.number().optional(),
  'sequence-number': z.number(),
  'timestamp-ms': z.number(),
  'manifest-list': z.string(),
  summary: z.record(z.string(), z.string()),
  'schema-id': z.number(),
});

/**
 * A snapshot as Iceberg's table metadata has it, checked by its schema.
 * https://iceberg.apache.org/spec/#snapshots
 */
export type SnapshotJson = z.infer<typeof snapshotShape>;

const metadataShape = z.object({
  location: z.string(),
  properties: z.record(z.string(), z.string()),
  snapshots: z.array(snapshotShape),
});

/** As much of a published file as the next publication needs. */
export type PublishedMetadata = z.infer<typeof metadataShape>;

/** What a `vN.metadata.json` is made of; equal content is equal bytes. */
interface MetadataContent {
  /** Of the table. */
  readonly location: string;
  readonly lakeId: string;
  /** The newest of the lake, and when it was committed (milliseconds). */
  readonly head: { readonly snapshotId: number; readonly committedAtMs: number };
  /** Oldest first. */
  readonly versions: readonly TableVersion[];
  /** One for each version. */
  readonly snapshots: readonly SnapshotJson[];
  readonly tags: ReadonlyMap<string, number>;
}

/** Deterministic: equal content is equal bytes. */
export async function encodeTableMetadata(content: MetadataContent): Promise<Uint8Array> {
  const unsigned = tableMetadata(content, '');
  const hash = await sha256(encoded(unsigned));
  return encoded(tableMetadata(content, hash));
}

const encoded = (json: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(json, null, 1)}\n`);

function tableMetadata(content: MetadataContent, hash: string): object {
  const { location, head, versions, snapshots } = content;
  const files = versions.map(({ file }) => file);
  const newest = files.at(-1)!;
  const orders = sortOrdersJson(newest.sortOrder);
  const specs = byId(
    files.flatMap((file) => file.specs),
    ({ specId }) => specId,
  );
  const current = snapshots.at(-1)!['snapshot-id'];
  return {
    'format-version': 2,
    'table-uuid': newest.tableId,
    location,
    'last-sequence-number': current,
    'last-updated-ms': head.committedAtMs,
    'last-column-id': Math.max(...files.map(({ lastFieldId }) => lastFieldId)),
    'current-schema-id': newest.currentSchemaId,
    schemas: byId(
      files.flatMap((file) => file.schemas),
      ({ schemaId }) => schemaId,
    ).map(schemaJson),
    'default-spec-id': newest.currentSpecId,
    'partition-specs': specs.map(specJson),
    'last-partition-id': Math.max(999, ...specs.flatMap(({ fields }) => fields.map(({ id }) => id))),
    'default-sort-order-id': orders.current,
    'sort-orders': orders.orders,
    properties: properties(content, hash),
    'current-snapshot-id': current,
    refs: refsOf(content),
    snapshots,
    'snapshot-log': snapshots.map((each) => ({
      'timestamp-ms': each['timestamp-ms'],
      'snapshot-id': each['snapshot-id'],
    })),
    'metadata-log': [],
  };
}

/** `gc.enabled` keeps maintenance of other programs away from our data files. */
const properties = ({ lakeId, head }: MetadataContent, hash: string): Readonly<Record<string, string>> => ({
  'gc.enabled': 'false',
  'write.format.default': 'parquet',
  'lake.id': lakeId,
  'lake.snapshot': String(head.snapshotId),
  [HASH]: hash,
});

/** The main branch, and our tags at the version of the table that they saw. */
function refsOf({ snapshots, tags }: MetadataContent): Json {
  const ids = snapshots.map((each) => each['snapshot-id']);
  const ref = (id: number, type: 'branch' | 'tag'): Json => ({ 'snapshot-id': id, type });
  const named = [...tags].flatMap(([name, tagged]): [string, Json][] => {
    const seen = ids.findLast((id) => id <= tagged);
    return seen === undefined || name === 'main' ? [] : [[name, ref(seen, 'tag')]];
  });
  return Object.fromEntries([...named, ['main', ref(ids.at(-1)!, 'branch')]]);
}

function byId<T>(all: readonly T[], idOf: (each: T) => number): readonly T[] {
  return [...new Map(all.map((each) => [idOf(each), each])).values()].toSorted((a, b) => idOf(a) - idOf(b));
}

/** The metadata in a file that we wrote and nobody changed; undefined for any other. */
export async function ownMetadata(bytes: Uint8Array): Promise<PublishedMetadata | undefined> {
  let json: unknown;
  try {
    json = parseJson(bytes, 'metadata.json');
  } catch {
    return undefined;
  }
  const parsed = metadataShape.safeParse(json);
  const claimed = parsed.data?.properties[HASH];
  if (parsed.data === undefined || claimed === undefined) return undefined;
  const all = json as { readonly properties: Readonly<Record<string, Json>> } & Readonly<
    Record<string, Json>
  >;
  const unsigned = { ...all, properties: { ...all.properties, [HASH]: '' } };
  return (await sha256(encoded(unsigned))) === claimed ? parsed.data : undefined;
}
