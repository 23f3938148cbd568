// A small fixed set of words, found by their UTF-8 bytes without making a string.

const encoder = new TextEncoder();
const tableSize = 1024;
/** Words that a table takes and still finds quickly. */
export const MOST_WORDS = 512;

/** Finds the code of a word: its place in the list that the table was made of. */
export class WordTable {
  readonly #words: readonly Uint8Array[];
  readonly #slots = new Int16Array(tableSize).fill(-1);

  constructor(words: readonly string[]) {
    this.#words = words.map((word) => encoder.encode(word));
    this.#words.forEach((word, code) => {
      let slot = slotOf(word, 0, word.length);
      while (this.#slots[slot] !== -1) slot = (slot + 1) % tableSize;
      this.#slots[slot] = code;
    });
  }

  /** The code of bytes[start, end), or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = slotOf(bytes, start, end); ; slot = (slot + 1) % tableSize) {
      const code = this.#slots[slot]!;
      if (code === -1 || equalBytes(this.#words[code]!, bytes, start, end)) return code;
    }
  }

  /** The bytes of every word, by code. */
  get words(): readonly Uint8Array[] {
    return this.#words;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  return ((end - start) * 31 + bytes[start]! * 7 + bytes[end - 1]! * 131) % tableSize;
}

function equalBytes(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false;
  return true;
}
