// Files become batches: what is a rerun, what grew, what is new, in which order (pipeline §1).

import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { readLog } from './events.js';
import type { EventRecord } from './events.js';
import { BrokenFile, countLines } from './records.js';
import type { Reading, Settings } from './records.js';
import { readSpendFile } from './spend.js';
import type { SpendRecord } from './spend.js';
import { readExtract } from './subscriptions.js';
import type { SubscriptionRecord } from './subscriptions.js';
import { compareScalars } from './values.js';

/** A file as it lies in a data directory; the name has no directory. */
export interface Delivery {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type SourceName = 'events' | 'subscriptions' | 'marketing_spend';

/** What `bronze.batches` says of a batch, less its counts. Hashes are SHA-256 in hex, of decompressed bytes. */
export interface BatchFacts {
  readonly batchId: string;
  readonly fileName: string;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly readBytes: number;
  readonly readSha256: string;
  readonly prefixBytes: number;
  readonly prefixSha256: string;
  readonly physicalLines: number;
  readonly ingestDate: string;
}

export type Batch = BatchFacts &
  (
    | { readonly source: 'events'; readonly readings: readonly Reading<EventRecord>[] }
    | { readonly source: 'subscriptions'; readonly readings: readonly Reading<SubscriptionRecord>[] }
    | { readonly source: 'marketing_spend'; readonly readings: readonly Reading<SpendRecord>[] }
  );

const FILE_NAMES: readonly (readonly [RegExp, SourceName])[] = [
  [/^events.*\.ndjson(\.gz)?$/s, 'events'],
  [/^subscriptions.*\.json(\.gz)?$/s, 'subscriptions'],
  [/^marketing_spend.*\.csv(\.gz)?$/s, 'marketing_spend'],
];

function sourceOf(name: string): SourceName | undefined {
  return FILE_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Names cut into runs of digits and single other characters. */
function nameParts(name: string): readonly string[] {
  return name.replace(/\.(ndjson|json|csv)(\.gz)?$/, '').match(/\d+|[^]/gu) ?? [];
}

function compareParts(a: string, b: string): number {
  const bothNumbers = /^\d/.test(a) && /^\d/.test(b);
  return bothNumbers ? compareScalars(BigInt(a), BigInt(b)) : compareScalars(a, b);
}

/** The order of the files in one directory. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [nameParts(a), nameParts(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compareParts(left[at] ?? '', right[at] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length || compareScalars(a, b);
}

function contentOf({ name, bytes }: Delivery): Uint8Array {
  if (!name.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw new BrokenFile(`${name}: expected a whole gzip file`);
  }
}

function newestOf(batches: readonly Batch[], source: SourceName, name: string): Batch | undefined {
  return batches.findLast((batch) => batch.source === source && batch.fileName === name);
}

/** The offset from which a log is new, or undefined if all of it is known. */
function newFrom(batches: readonly Batch[], name: string, content: Uint8Array): number | undefined {
  const hash = sha256(content);
  if (
    batches.some(
      ({ source, byteOffset, sha256 }) => source === 'events' && byteOffset === 0 && sha256 === hash,
    )
  ) {
    return undefined;
  }
  const newest = newestOf(batches, 'events', name);
  if (newest === undefined) return 0;
  if (newest.readSha256 === hash) return undefined;
  const beginsWithKnown = sha256(content.subarray(0, newest.prefixBytes)) === newest.prefixSha256;
  if (!beginsWithKnown) return 0;
  return content.length === newest.prefixBytes ? undefined : newest.prefixBytes;
}

function factsOf(
  batches: readonly Batch[],
  source: SourceName,
  fileName: string,
  content: Uint8Array,
  byteOffset: number,
): Omit<BatchFacts, 'ingestDate'> {
  const part = content.subarray(byteOffset);
  const prefix = content.subarray(0, content.lastIndexOf(0x0a) + 1);
  const hash = sha256(part);
  const earlier = batches.filter(
    (batch) =>
      batch.source === source &&
      batch.fileName === fileName &&
      batch.byteOffset === byteOffset &&
      batch.sha256 === hash,
  ).length;
  return {
    batchId: sha256([source, fileName, byteOffset, hash, earlier].join('\n')).slice(0, 32),
    fileName,
    byteOffset,
    bytes: part.length,
    sha256: hash,
    readBytes: content.length,
    readSha256: sha256(content),
    prefixBytes: prefix.length,
    prefixSha256: sha256(prefix),
    physicalLines: countLines(part),
  };
}

interface Take {
  readonly ingestDate: string;
  readonly settings: Settings;
}

/** The batch that a file brings, if it brings anything. */
function takeFile(
  batches: readonly Batch[],
  file: Delivery,
  { ingestDate, settings }: Take,
): readonly Batch[] {
  const { name } = file;
  const source = sourceOf(name);
  if (source === undefined) return [];
  const content = contentOf(file);
  if (source === 'events') {
    const offset = newFrom(batches, name, content);
    if (offset === undefined) return [];
    const firstLine = countLines(content.subarray(0, offset)) + 1;
    const readings = readLog(content.subarray(offset), firstLine, settings);
    return [{ source, ...factsOf(batches, source, name, content, offset), ingestDate, readings }];
  }
  if (newestOf(batches, source, name)?.sha256 === sha256(content)) return [];
  const facts = { ...factsOf(batches, source, name, content, 0), ingestDate };
  return source === 'subscriptions'
    ? [{ source, ...facts, readings: readExtract(content, name, settings) }]
    : [{ source, ...facts, readings: readSpendFile(content, name) }];
}

/**
 * The batches that one run adds.
 * @throws BrokenFile for a file that stops the run, or a run without any source
 */
export function takeRun(known: readonly Batch[], files: readonly Delivery[], take: Take): readonly Batch[] {
  if (!files.some(({ name }) => sourceOf(name) !== undefined)) throw new BrokenFile('no source files');
  return files.reduce<readonly Batch[]>(
    (added, file) => [...added, ...takeFile([...known, ...added], file, take)],
    [],
  );
}
