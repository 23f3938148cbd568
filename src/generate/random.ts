// Chance that repeats: the same name gives the same numbers on every machine. Integer arithmetic and exact doubles only.

/** A stream of pseudo-random numbers (sfc32), fixed by its name alone. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** Streams of different names are independent: reading more of one moves no other. */
  constructor(name: string) {
    [this.a, this.b, this.c] = hashWords(name);
    for (let round = 0; round < 15; round++) this.u32();
  }

  /** An integer in [0, 2³²). */
  u32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer in [0, limit), for limits up to 2³². */
  below(limit: number): number {
    return Math.floor((this.u32() / 4294967296) * limit);
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.u32() < p * 4294967296;
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** The index of one of `weights`, the larger the likelier. */
  weighted(weights: readonly number[]): number {
    let rest = this.below(weights.reduce((sum, weight) => sum + weight, 0));
    return weights.findIndex((weight) => (rest -= weight) < 0);
  }
}

/** Three well-mixed words of a text (FNV-1a per word, then murmur3's finalizer). */
function hashWords(text: string): [number, number, number] {
  const word = (basis: number): number => {
    let hash = basis;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  return [word(0x811c9dc5), word(0x01000193), word(0x9e3779b9)];
}
