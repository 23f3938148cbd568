// The key of a row as bytes: different for different keys, and in the order of the table (format §3: ascending by column,
// nulls last, text by its bytes). So keys of any columns are compared, sorted and hashed as one text is.

/** What stands before a value; a null is that byte alone. */
const value = 0x01;
const nothing = 0xff;
/** Ends a text; a zero byte within one is followed by `escaped`. */
const textEnd = 0x00;
const escaped = 0xff;

/** Puts values one after the other; columns of a key in their order. A date is as long as a timestamp or an integer. */
export class KeyBytes {
  bytes = new Uint8Array(1 << 12);
  length = 0;
  readonly #doubles = new Float64Array(1);
  readonly #doubleWords = new Int32Array(this.#doubles.buffer);

  null(): void {
    this.#reserve(1);
    this.bytes[this.length++] = nothing;
  }

  /** UTF-8 or any other bytes. */
  text(source: Uint8Array, start: number, end: number): void {
    this.#reserve(2 * (end - start) + 3);
    this.bytes[this.length++] = value;
    for (let at = start; at < end; at++) {
      const byte = (this.bytes[this.length++] = source[at]!);
      if (byte === 0) this.bytes[this.length++] = escaped;
    }
    this.bytes[this.length++] = textEnd;
    this.bytes[this.length++] = textEnd;
  }

  boolean(flag: boolean): void {
    this.#reserve(2);
    this.bytes[this.length++] = value;
    this.bytes[this.length++] = flag ? 1 : 0;
  }

  /** A whole number of 64 bits in two words: dates, times, integers. */
  long(low: number, high: number): void {
    this.#reserve(9);
    this.bytes[this.length++] = value;
    this.#word(high ^ signBit);
    this.#word(low);
  }

  /** A safe integer as `long` has it. */
  safeInteger(whole: number): void {
    this.long(whole | 0, Math.floor(whole / 0x1_0000_0000) | 0);
  }

  /** A whole number of 128 bits in four words, lowest first at `at`: decimals. */
  wide(words: Int32Array | Uint32Array, at: number): void {
    this.#reserve(17);
    this.bytes[this.length++] = value;
    this.#word(words[at + 3]! ^ signBit);
    for (let word = 2; word >= 0; word--) this.#word(words[at + word]!);
  }

  /** A number of 64 bits in two words as `wide` has it. */
  widened(low: number, high: number): void {
    this.#reserve(17);
    this.bytes[this.length++] = value;
    this.#word((high >> 31) ^ signBit);
    this.#word(high >> 31);
    this.#word(high);
    this.#word(low);
  }

  /** A finite number; -0 is 0. */
  double(number: number): void {
    this.#doubles[0] = number + 0;
    const high = this.#doubleWords[highWord]!;
    const flip = high < 0 ? -1 : 0;
    this.#reserve(9);
    this.bytes[this.length++] = value;
    this.#word(high ^ (flip | signBit));
    this.#word(this.#doubleWords[1 - highWord]! ^ flip);
  }

  /** Highest byte first. */
  #word(word: number): void {
    const at = this.length;
    this.bytes[at] = word >>> 24;
    this.bytes[at + 1] = word >>> 16;
    this.bytes[at + 2] = word >>> 8;
    this.bytes[at + 3] = word;
    this.length = at + 4;
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const signBit = 0x80000000 | 0;
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
