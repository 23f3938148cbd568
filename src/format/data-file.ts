// A data file as the metadata knows it, before and after it is written (format §2).

import type { KeyIndexColumn } from './key-index.js';
import type { PartitionValues } from './partition.js';
import type { ColumnStats } from './stats.js';

/** A data file that is encoded but lies nowhere yet. */
export interface EncodedDataFile {
  readonly bytes: Uint8Array;
  /** Of `bytes`, 64 hex digits. */
  readonly sha256: string;
  readonly rows: number;
  /** By field id. */
  readonly columns: Readonly<Record<string, ColumnStats>>;
  /** By partition field name. */
  readonly partition: PartitionValues;
  /** Bronze: the batches whose rows the file holds, in order. */
  readonly batches?: readonly string[];
  readonly index?: EncodedKeyIndex;
}

/** The sidecar of an encoded data file (format §6). */
export interface EncodedKeyIndex {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly columns: readonly KeyIndexColumn[];
}

/** A written data file, as a manifest lists it. Immutable, and named by no other commit. */
export interface DataFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly schemaId: number;
  readonly specId: number;
  readonly partition: PartitionValues;
  readonly columns: Readonly<Record<string, ColumnStats>>;
  /** The snapshot that first named the file; 0 until it is committed. */
  readonly addedIn: number;
  readonly batches?: readonly string[];
  readonly index?: KeyIndexFile;
}

/** Where the sidecar of a data file lies. */
export interface KeyIndexFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly columns: readonly KeyIndexColumn[];
}
