// Integers wider than a double keeps, as words of 32 bits.

/** A signed integer from its words of 32 bits, the lowest first. */
export function integerOfWords(words: Int32Array): bigint {
  let value = BigInt(words.at(-1)!);
  for (let at = words.length - 2; at >= 0; at--) value = (value << 32n) | BigInt(words[at]! >>> 0);
  return value;
}
