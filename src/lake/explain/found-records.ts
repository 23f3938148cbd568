// A record as it is found in bronze: where it stands, and what became of it.

import type { RecordKey } from '../../records/record-key.js';
import type { Value } from '../../records/values/field-reader.js';

/** A record as it arrived. */
export interface BronzeRecord {
  readonly source: string;
  /** The values of the source's key, dates as `YYYY-MM-DD`. */
  readonly key: RecordKey;
  readonly batchId: string;
  readonly sourceFile: string;
  /** `YYYY-MM-DD`. */
  readonly ingestDate: string;
  /** 1-based and physical; of an array element its position. */
  readonly lineNumber: number;
  /** Its text without the line end; bytes that are no UTF-8 as U+FFFD. */
  readonly raw: string;
  /** `accepted`, or the reason why it was refused. */
  readonly verdict: string;
  readonly role: RecordRole;
  /** Of a corrected record: the refused one in whose place it stands. */
  readonly replaces?: { readonly batchId: string; readonly lineNumber: number };
}

/** What became of a record. */
export type RecordRole =
  /** It is the row in silver. */
  | 'winner'
  /** It says the same as the winner. */
  | 'duplicate'
  /** It says something else, and lost by the winner order. */
  | 'variant'
  /** A later delivery of the extract has the key. */
  | 'superseded'
  /** It takes no part. */
  | 'refused';

/** A record that was found, with what its role depends on. */
export interface FoundRecord extends Omit<BronzeRecord, 'role'> {
  /** The accepted values; null for a refused record. */
  readonly values: readonly Value[] | null;
  /** The order of the batch that it arrived in; a correction stands in the batch of the record that it replaces. */
  readonly delivery: number;
}
