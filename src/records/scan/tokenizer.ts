// Plainly good JSON objects, straight from bytes: flat, known keys at most once, ASCII strings without escapes,
// short decimal numbers, true, false, null. It answers "no" for everything else, good or bad, and never decides that a line is wrong.

/** How a field was written in the line. */
export const token = { absent: 0, isNull: 1, string: 2, number: 3, isTrue: 4, isFalse: 5 } as const;

const quote = 0x22;
const encoder = new TextEncoder();

/** 1 where a string cannot go on plainly: its end, an escape, a control character, a byte that is not ASCII. */
const stopsString = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte >= 0x7f || byte === quote || byte === 0x5c ? 1 : 0,
);

/** A double keeps all of so many digits, and its shortest text has them. */
const maxDigits = 15;

const words = {
  isNull: encoder.encode('null'),
  isTrue: encoder.encode('true'),
  isFalse: encoder.encode('false'),
} as const;

/** The fields of the line that was read last, by the order of `names`. */
export class Tokenizer {
  /** Of `token`. */
  readonly kinds: Uint8Array;
  /** A string's bytes are source[starts[f], ends[f]). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** A number is numbers[f] × 10^-decimals[f]. */
  readonly numbers: Float64Array;
  readonly decimals: Uint8Array;
  readonly #keys: readonly Uint8Array[];
  /** The field that came after this one (or first: the last entry) in the line before: lines tend to look alike. */
  readonly #next: Uint16Array;
  #source: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(names: readonly string[]) {
    this.#keys = names.map((name) => encoder.encode(name));
    this.kinds = new Uint8Array(names.length);
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
    this.numbers = new Float64Array(names.length);
    this.decimals = new Uint8Array(names.length);
    this.#next = new Uint16Array(names.length + 1);
  }

  /**
   * Reads the object in source[start, end); false if it is not plain.
   * The byte at `end` must exist and be one that no plain token contains (a line end, or 0): nothing reads past it.
   */
  read(source: Uint8Array, start: number, end: number): boolean {
    this.#source = source;
    this.#at = start;
    this.kinds.fill(token.absent);
    if (!this.#take(0x7b)) return false;
    let field = this.#keys.length;
    do {
      field = this.#key(field);
      if (field < 0 || !this.#take(0x3a) || !this.#value(field)) return false;
    } while (this.#take(0x2c));
    if (!this.#take(0x7d)) return false;
    this.#skipSpace();
    return this.#at === end;
  }

  #skipSpace(): void {
    let at = this.#at;
    while (this.#source[at] === 0x20 || this.#source[at] === 0x09) at++;
    this.#at = at;
  }

  /** Steps over that byte and the space around it, if it comes next. */
  #take(byte: number): boolean {
    if (this.#source[this.#at] !== byte) {
      this.#skipSpace();
      if (this.#source[this.#at] !== byte) return false;
    }
    this.#at++;
    if (this.#source[this.#at] === 0x20) this.#skipSpace();
    return true;
  }

  /** The field whose key comes next, or -1: unknown, repeated, or not plain. */
  #key(previous: number): number {
    if (this.#source[this.#at] !== quote) return -1;
    const guess = this.#next[previous]!;
    let field = guess;
    if (!this.#isKey(guess)) {
      field = this.#keys.findIndex((_, candidate) => this.#isKey(candidate));
      if (field < 0) return -1;
      this.#next[previous] = field;
    }
    if (this.kinds[field] !== token.absent) return -1;
    this.#at += this.#keys[field]!.length + 2;
    return field;
  }

  #isKey(field: number): boolean {
    const key = this.#keys[field]!;
    const source = this.#source;
    const start = this.#at + 1;
    if (source[start + key.length] !== quote) return false;
    for (let i = 0; i < key.length; i++) if (source[start + i] !== key[i]) return false;
    return true;
  }

  #value(field: number): boolean {
    const byte = this.#source[this.#at]!;
    if (byte === quote) return this.#string(field);
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d) return this.#number(field);
    if (byte === 0x6e) return this.#word(field, 'isNull');
    if (byte === 0x74) return this.#word(field, 'isTrue');
    return byte === 0x66 && this.#word(field, 'isFalse');
  }

  #string(field: number): boolean {
    const source = this.#source;
    const start = this.#at + 1;
    let at = start;
    while (stopsString[source[at]!] === 0) at++;
    if (source[at] !== quote) return false;
    this.kinds[field] = token.string;
    this.starts[field] = start;
    this.ends[field] = at;
    this.#at = at + 1;
    return true;
  }

  /** Perhaps a minus, digits, perhaps a point and digits: no exponent, no needless zero in front. */
  #number(field: number): boolean {
    const source = this.#source;
    const isNegative = source[this.#at] === 0x2d;
    const start = isNegative ? this.#at + 1 : this.#at;
    let at = start;
    let value = 0;
    for (let digit = source[at]! - 48; digit >= 0 && digit <= 9; digit = source[at]! - 48) {
      value = value * 10 + digit;
      at++;
    }
    if (at === start || (source[start] === 0x30 && at - start > 1)) return false;
    let digits = at - start;
    let decimals = 0;
    if (source[at] === 0x2e) {
      at++;
      for (let digit = source[at]! - 48; digit >= 0 && digit <= 9; digit = source[at]! - 48) {
        value = value * 10 + digit;
        at++;
        decimals++;
      }
      if (decimals === 0) return false;
      digits += decimals;
    }
    // An exponent is no comma or brace: the object ends there, not plain.
    if (digits > maxDigits) return false;
    this.kinds[field] = token.number;
    this.numbers[field] = isNegative ? 0 - value : value;
    this.decimals[field] = decimals;
    this.#at = at;
    return true;
  }

  #word(field: number, kind: keyof typeof words): boolean {
    const word = words[kind];
    const source = this.#source;
    for (let i = 0; i < word.length; i++) if (source[this.#at + i] !== word[i]) return false;
    this.kinds[field] = token[kind];
    this.#at += word.length;
    return true;
  }
}
