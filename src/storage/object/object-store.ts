// What a lake asks of an object store: these few operations and no others, so that S3 and what speaks like it, and
// stores that run in memory and lose answers on purpose, are the same to everything above.
//
// Keys are relative to the lake's prefix, pieces joined by `/`. There are no folders: a listing only looks as if.

/** An object without its content. */
export interface ObjectStatus {
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly modifiedAtMs: number;
}

/** An object that was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** What the store calls this content of the key (an ETag, a generation): for `PutCondition`. */
  readonly version: string;
  /** How long ago it was written, by the store's clock alone; 0 where the store does not tell. */
  readonly ageMs: number;
}

/** When a write may happen: only where there is no object (`absent`), or only over that version of it. */
export type PutCondition = 'absent' | { readonly version: string };

/** Whether a write happened. `refused`: its condition did not hold, as the answer that came says. */
export type PutAnswer =
  { readonly state: 'stored'; readonly version: string } | { readonly state: 'refused' };

/** Objects below a prefix. */
export interface Listing {
  /** By the bytes of their keys. */
  readonly objects: readonly ObjectStatus[];
  /** Where asked to stop at `/`: what is below, as prefixes that end in `/`. */
  readonly prefixes: readonly string[];
}

/**
 * An object store, seen from a lake's prefix. Requests that fail in passing are repeated within a deadline; what is
 * thrown is a `StoreError`. An answer may be lost after its effect, so a `refused` write may be refused by its own first
 * try: whoever gives a condition reads back what is there.
 */
export interface ObjectStore {
  /** `s3://bucket/prefix`. */
  readonly location: string;
  /** The object, or the bytes [start, end) of it; undefined where there is none. */
  get(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<StoredObject | undefined>;
  /** Undefined where there is none. */
  head(key: string): Promise<ObjectStatus | undefined>;
  /** Writes the object as a whole. Lasting when it resolves to `stored`. */
  put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutAnswer>;
  /** All objects whose keys begin with `prefix`. With `stopAtSlash` those with no `/` after it; the rest as prefixes. */
  list(prefix: string, options?: { readonly stopAtSlash?: boolean }): Promise<Listing>;
  /** Deletes objects; those that are missing are fine. */
  delete(keys: readonly string[]): Promise<void>;
}
