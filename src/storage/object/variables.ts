// Where credentials, addresses and regions of stores are found unless a flag says them.

/** Variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;
