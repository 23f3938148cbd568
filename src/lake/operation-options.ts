// What several operations take: which snapshot, and a way to watch and to stop what takes long.

/** Options that every long operation takes. */
export interface OperationOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** Options of operations that publish a snapshot or delete files. */
export interface ChangeOptions extends OperationOptions {
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

/** A snapshot by number, `head`, `head~2`, tag or time (`2024-06-01`, `2024-06-01T12:00:00Z`). Without one: the head. */
export interface AtSnapshot {
  readonly snapshot?: string;
}

/** Where a long operation is; `total` is 0 while unknown. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'files' | 'models' | 'rows' | 'days' | 'tables' | 'snapshots';
}

/** Told as often as there is news. */
export type OnProgress = (progress: Progress) => void;
