// How an object store is reached, as users say it.

/** How a store is reached; nothing of it matters to a folder. */
export interface StoreAccess {
  /** Its address; Amazon's unless given here or by AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  /** Where the bucket is; that of the environment or the profile, else us-east-1. */
  readonly region?: string;
  /** A folder of this machine that keeps files of it; that of LAKE_CACHE or the user's own settings, else none. */
  readonly cache?: string;
  /** How much it may keep, as people write it; LAKE_CACHE_SIZE or the user's own settings, else 10GB. */
  readonly 'cache-size'?: string;
}

/** Variables that say who asks, and where. */
export type StoreVariables = Readonly<Record<string, string | undefined>>;
