// In what engines may differ.

/** What engines say and do differently, and may. */
export interface EngineManners {
  /** Their words for a statement that is none, a relation that is not there, a value that is not of its type. */
  readonly complaints: Readonly<Record<'syntax' | 'missing' | 'conversion', RegExp>>;
  /** Statements that would reach beyond the relations, in this engine's SQL. */
  readonly hostile: readonly string[];
  /** A statement that takes more memory than 50 MB; none where the memory is another machine's. */
  readonly bomb?: string;
  /** A query of the version that the engine's name tells; none where it tells none. */
  readonly version?: string;
}
