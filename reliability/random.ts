// Chance from a seed: the same numbers on every machine, so that any run can be repeated.

/** Chance from a seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, end). */
  below(end: number): number;
  /** True once in `1 / probability` times. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** Run `run` of a suite with `seed`: its own numbers, whatever ran before. */
export function randomFor(seed: number, run: number): Random {
  return randomOf(mix(seed) ^ mix(run + 0x9e3779b9));
}

/** The generator sfc32, which passes PractRand; its state is spread from the seed. */
export function randomOf(seed: number): Random {
  let [a, b, c, counter] = [mix(seed), mix(seed + 1), mix(seed + 2), 1];
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
  };
}

/** Spreads 32 bits, as murmur3 ends. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
