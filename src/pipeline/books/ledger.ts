// What the lake has read so far, told by its batches: which file is a rerun, which grew, which is new (pipeline §1).

import { sha256Now } from '../../common/sha256.js';
import type { Batch } from './batch-book.js';

/** Length and SHA-256 of some bytes. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a log of this name is to be read from. */
export interface ResumePoint {
  readonly byteOffset: number;
  readonly prefixSha256: string;
  /** Physical number of the first line to be read. */
  readonly firstLine: number;
}

/** The batches of a lake and those that a run adds to them, in the order of their numbers. */
export class Ledger {
  readonly #batches: Batch[];

  constructor(batches: readonly Batch[]) {
    this.#batches = [...batches].sort((a, b) => a.batchOrder - b.batchOrder);
  }

  get batches(): readonly Batch[] {
    return this.#batches;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
  }

  nextOrder(): number {
    return (this.#batches.at(-1)?.batchOrder ?? 0) + 1;
  }

  /** The first 32 hex of the hash of source, name, offset, content and the number of earlier batches with the same four. */
  batchId(source: string, fileName: string, byteOffset: number, sha256: string): string {
    const earlier = this.#batches.filter(
      (batch) =>
        batch.source === source &&
        batch.fileName === fileName &&
        batch.byteOffset === byteOffset &&
        batch.sha256 === sha256,
    ).length;
    const text = [source, fileName, byteOffset, sha256, earlier].join('\n');
    return sha256Now(text).slice(0, 32);
  }

  /** The newest batch of a file name. */
  newestOf(source: string, fileName: string): Batch | undefined {
    return this.#batches.findLast((batch) => batch.source === source && batch.fileName === fileName);
  }

  /** A log whose whole content the lake holds, or has read under this name: the batch that a rerun stands for. */
  knownLog(source: string, fileName: string, content: Digest): Batch | undefined {
    const newest = this.newestOf(source, fileName);
    if (newest !== undefined && (isRead(newest, content) || isPrefix(newest, content))) return newest;
    return this.#batches.find(
      (batch) =>
        batch.source === source &&
        batch.byteOffset === 0 &&
        batch.bytes === content.bytes &&
        batch.sha256 === content.sha256,
    );
  }

  /** Whether a log of this size could be one that the lake has read, whole or in part; only its hash can tell. */
  mayKnowLog(source: string, fileName: string, sizeBytes: number): boolean {
    const newest = this.newestOf(source, fileName);
    if (newest !== undefined && newest.prefixBytes <= sizeBytes) return true;
    return this.#batches.some(
      (batch) => batch.source === source && batch.byteOffset === 0 && batch.bytes === sizeBytes,
    );
  }

  /** An extract that is the newest of its file name, byte for byte. */
  knownExtract(source: string, fileName: string, content: Digest): Batch | undefined {
    const newest = this.newestOf(source, fileName);
    return newest !== undefined && isRead(newest, content) ? newest : undefined;
  }

  /** Where a log that begins with what has been read of this name up to its last line end goes on. */
  resumePoint(source: string, fileName: string): ResumePoint | undefined {
    const newest = this.newestOf(source, fileName);
    if (newest === undefined) return undefined;
    return {
      byteOffset: newest.prefixBytes,
      prefixSha256: newest.prefixSha256,
      firstLine: this.#firstLine(newest) + terminatedLines(newest),
    };
  }

  #firstLine(batch: Batch): number {
    if (batch.byteOffset === 0) return 1;
    const before = this.#batches.findLast(
      ({ source, fileName, batchOrder }) =>
        source === batch.source && fileName === batch.fileName && batchOrder < batch.batchOrder,
    );
    return before === undefined ? 1 : this.#firstLine(before) + terminatedLines(before);
  }
}

const isRead = (batch: Batch, { bytes, sha256 }: Digest): boolean =>
  batch.readBytes === bytes && batch.readSha256 === sha256;

const isPrefix = (batch: Batch, { bytes, sha256 }: Digest): boolean =>
  batch.prefixBytes === bytes && batch.prefixSha256 === sha256;

/** The last line of a batch is read again if it had no line end. */
const terminatedLines = (batch: Batch): number =>
  batch.physicalLines - (batch.readBytes > batch.prefixBytes ? 1 : 0);
