// The hashes of a log that a batch records, in one pass over its bytes.

import { createHash, type Hash } from 'node:crypto';
import type { Digest } from '../books/ledger.js';

const LF = 0x0a;

/** Lengths and hashes of a log and of the parts by which a log that grew is known. */
export interface LogDigest {
  /** All bytes. */
  readonly whole: Digest;
  /** Up to and with the last line end. */
  readonly prefix: Digest;
  /** From `offset` on. */
  readonly tail: Digest;
  /** Of the bytes before `offset`; undefined where the log is shorter than that. */
  readonly beforeOffset: string | undefined;
}

/** Feed it every byte with `update`, then ask. `offset`: where the part begins that is hashed by itself. */
export class LogDigester {
  readonly #offset: number;
  /** Up to the last line end so far. */
  readonly #prefix = createHash('sha256');
  readonly #tail: Hash | undefined;
  #beforeOffset: string | undefined;
  /** Since the last line end so far. */
  #unterminated: Uint8Array[] = [];
  #bytes = 0;
  #prefixBytes = 0;

  constructor(offset: number) {
    this.#offset = offset;
    this.#tail = offset === 0 ? undefined : createHash('sha256');
  }

  update(piece: Uint8Array): void {
    const start = this.#bytes;
    const cut = this.#offset - start;
    if (this.#tail !== undefined && cut >= 0 && cut <= piece.length)
      this.#beforeOffset ??= this.#hashUpTo(piece, cut);
    if (cut < piece.length) this.#tail?.update(cut > 0 ? piece.subarray(cut) : piece);
    this.#advance(piece);
    this.#bytes += piece.length;
  }

  #hashUpTo(piece: Uint8Array, end: number): string {
    const hash = this.#whole();
    return hash.update(piece.subarray(0, end)).digest('hex');
  }

  #advance(piece: Uint8Array): void {
    const end = piece.lastIndexOf(LF) + 1;
    if (end === 0) return void this.#unterminated.push(Uint8Array.from(piece));
    for (const earlier of this.#unterminated) this.#prefix.update(earlier);
    this.#prefix.update(piece.subarray(0, end));
    this.#prefixBytes = this.#bytes + end;
    this.#unterminated = end === piece.length ? [] : [Uint8Array.from(piece.subarray(end))];
  }

  #whole(): Hash {
    const hash = this.#prefix.copy();
    for (const piece of this.#unterminated) hash.update(piece);
    return hash;
  }

  digest(): LogDigest {
    const whole = { bytes: this.#bytes, sha256: this.#whole().digest('hex') };
    const empty = createHash('sha256').digest('hex');
    const tail =
      this.#tail === undefined
        ? whole
        : { bytes: Math.max(0, this.#bytes - this.#offset), sha256: this.#tail.digest('hex') };
    return {
      whole,
      prefix: { bytes: this.#prefixBytes, sha256: this.#prefix.copy().digest('hex') },
      tail,
      beforeOffset: this.#offset === 0 ? empty : this.#beforeOffset,
    };
  }
}
