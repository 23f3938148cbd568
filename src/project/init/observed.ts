// Values as they were seen, and what they are taken for.

/** A value of JSON, or the text of a CSV cell. */
export type Observed = string | number | boolean | null | object;

/** What a field's values look like, and what that rests on. */
export interface FieldGuess {
  readonly type: string;
  readonly formats?: readonly string[];
  readonly case?: 'lower' | 'upper';
  readonly scale?: number;
  /** Texts that stand around numbers. */
  readonly affixes?: readonly string[];
  readonly onInvalidNull?: true;
  /** Values, all of them, when they are few and come back often. */
  readonly oneOf?: readonly string[];
  /** Texts that stood for null. */
  readonly nulls: readonly string[];
  /** The zone that its times name. */
  readonly zone?: string;
  /** Rows in which it had a value, and in which it had none. */
  readonly present: number;
  readonly missing: number;
  readonly evidence: string;
}

/** What values of one kind say. */
export type TypeGuess = Pick<FieldGuess, 'type' | 'evidence'> &
  Partial<Pick<FieldGuess, 'formats' | 'scale' | 'affixes' | 'onInvalidNull' | 'nulls' | 'zone'>>;

/** One field of the records that were seen: a value for each of them, null where it is absent. */
export interface ObservedField {
  /** Where it stands, as a project's `from` says it. */
  readonly from: string;
  readonly name: string;
  readonly values: readonly Observed[];
}

/** Records of one shape, and the arrays in them that hold records of their own. */
export interface ObservedRecords {
  readonly rows: number;
  readonly fields: readonly ObservedField[];
  readonly children: readonly ObservedChild[];
}

/** What was seen in a nested array of the records. */
export interface ObservedChild {
  /** The array's place in a record. */
  readonly path: string;
  readonly name: string;
  readonly records: ObservedRecords;
}

/** A value as a text; none for arrays and objects. */
export const text = (value: Observed): string => (typeof value === 'object' ? '' : String(value));
