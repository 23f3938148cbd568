// What the quarantine answers.

/** `lake quarantine --json`. */
export interface QuarantineReport {
  readonly snapshot: number;
  readonly records: number;
  /** Most records first. */
  readonly groups: readonly QuarantineGroup[];
  /** The ingest dates of `trend`, oldest first: at most the newest 12. */
  readonly dates: readonly string[];
}

/** Refused records of one source and one reason. */
export interface QuarantineGroup {
  readonly source: string;
  readonly reason: string;
  readonly records: number;
  /** Of what was read of the source: 0 to 1. */
  readonly share: number;
  /** Ingest dates of the first and the last. */
  readonly first: string;
  readonly last: string;
  /** Records by ingest date, beside `dates`. */
  readonly trend: readonly number[];
  /** The first of them, by batch and line. */
  readonly sample: QuarantineSample;
}

export interface QuarantineSample {
  readonly file: string;
  /** 1-based, in the file. */
  readonly line: number;
  readonly batchId: string;
  /** At most 4,096 code points. */
  readonly raw: string;
}

/** `lake quarantine --export`. */
export interface QuarantineExport {
  readonly snapshot: number;
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
}
