// A log's bytes, cut into units of lines. The cut is a function of the content alone: a unit is also one bronze file.

/** A run of whole lines in shared memory, and what became of each. */
export interface LineUnit {
  readonly source: SharedArrayBuffer;
  readonly bytes: number;
  readonly lines: number;
  /** Physical number of the first line. */
  readonly firstLine: number;
  /** lines + 1 positions: line i is bytes [starts[i], starts[i + 1]), its line end included. */
  readonly starts: SharedArrayBuffer;
  /** One byte a line: `lineStatus`, or from `refusedFrom` on an index into `reasons`. */
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
}

export const lineStatus = { accepted: 0, blank: 1, refusedFrom: 2 } as const;
