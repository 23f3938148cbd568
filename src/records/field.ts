// One field of a record, as data: where its value stands, what it may be, and why a record is refused for it.
// The rules decide by this, value by value; the scanner takes what is plainly good by it (pipeline §2, project files).

/** A step into a value: a key of an object, or a place in an array (from 0). */
export type PathStep = string | number;

/** Where a field's value stands. */
export type FieldSource =
  /** In the record: a key, or keys into nested objects and arrays. Of CSV: the heading of a column, one step. */
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] }
  /** Of a child: the place of the element in its array, from 1. */
  | { readonly kind: 'position' }
  /** Of a child: a column of the parent's row. */
  | { readonly kind: 'parent'; readonly column: string };

/** Text as it arrived, made into the form that is kept. The steps apply in the order of the keys. */
export interface TextForm {
  /** Leading and trailing ASCII white space goes. */
  readonly trim: boolean;
  /** Runs of ASCII white space become one space. */
  readonly collapse: boolean;
  /** A–Z alone change. */
  readonly case?: 'lower' | 'upper';
}

/** A way to write a time: `iso` (pipeline §2), a count since 1970-01-01 UTC, or a pattern (values/time-pattern.ts). */
export type TimeFormat =
  | { readonly kind: 'iso' }
  | { readonly kind: 'epoch'; readonly unit: 's' | 'ms' | 'us' | 'ns' }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** What a value may be. Bounds are inclusive and look at the value before it is rounded. */
export type FieldType =
  | {
      readonly kind: 'text';
      readonly form: TextForm;
      /** The only values, after the form and the aliases. */
      readonly oneOf?: readonly string[];
      /** Other spellings, in their form, and the value that each stands for. */
      readonly aliases?: Readonly<Record<string, string>>;
      /** Code points. */
      readonly length?: { readonly min?: number; readonly max?: number };
    }
  | {
      /** Signed. */
      readonly kind: 'integer';
      readonly bits: 32 | 64;
      readonly oneOf?: readonly bigint[];
      readonly min?: bigint;
      readonly max?: bigint;
    }
  | {
      /** Half away from zero at the last digit; kept as an integer of that many digits after the point. */
      readonly kind: 'decimal';
      readonly precision: number;
      readonly scale: number;
      /** The value arrives in minor units: this many of its digits stand after the point. */
      readonly minorDigits?: number;
      /** Decimal texts. */
      readonly min?: string;
      readonly max?: string;
      /** The absolute value, before it is rounded, is below this; else it is not of the type. */
      readonly below?: string;
      /** The absolute value is kept where this holds; bounds look at that. */
      readonly absolute?: FieldCondition;
      /** A JSON number is the shortest text of the double that it is, not the digits that were written. */
      readonly isDouble?: boolean;
    }
  | { readonly kind: 'double'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'date';
      readonly formats: readonly TimeFormat[];
      /** ISO days. */
      readonly min?: string;
      readonly max?: string;
    }
  | {
      /** UTC, microseconds. */
      readonly kind: 'timestamp';
      readonly formats: readonly TimeFormat[];
      /** The IANA zone of times that name none. */
      readonly zone: string;
      /** ISO days, of the time in UTC. */
      readonly min?: string;
      readonly max?: string;
    }
  /** Any JSON value, as canonical text: keys sorted by UTF-8 bytes, no white space, numbers with the digits that were written. */
  | { readonly kind: 'json' };

/** Holds where a field of the record, read before, has one of these values. */
export interface FieldCondition {
  readonly field: string;
  readonly values: readonly (string | number | boolean)[];
}

/** Why a record is refused for a field; what has no reason makes the field null instead. */
export interface FieldReasons {
  /** Null, where it counts. */
  readonly missing?: string;
  /** Not of its type. */
  readonly invalid?: string;
  /** Of its type, but none of the only values. */
  readonly unknown?: string;
  /** Outside of its bounds. */
  readonly outOfRange?: string;
}

/** A field of a contract. Its column has its name. */
export interface Field {
  readonly name: string;
  readonly from: FieldSource;
  readonly type: FieldType;
  /**
   * Of JSON: only a value of the type's own JSON type is of it; without, numbers and texts are read from each other.
   * Of a CSV: a number has digits on both sides of its point.
   */
  readonly isStrict: boolean;
  /** Whether a text that trims to nothing is null, or not of the type. */
  readonly blank: 'null' | 'invalid';
  /** Texts, in the type's form, that stand for null. */
  readonly nulls: readonly string[];
  /** Of numbers in a CSV: texts that may stand before or after the digits, `€` or `%`. */
  readonly affixes?: readonly string[];
  /** What null becomes, in the type's own form as text. */
  readonly default?: string;
  /** The field counts only where all of these hold; elsewhere it is null and refuses nothing. */
  readonly when: readonly FieldCondition[];
  /** Below these values of number fields the field is not known: null, or its default. */
  readonly since: readonly { readonly field: string; readonly value: number }[];
  readonly reasons: FieldReasons;
}
