// Single values out of column buffers, where a row at a time is what is wanted.

/** Invalid UTF-8 is an error, and a byte order mark is data (Arrow's own decoder drops one that starts a value). */
export const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The unscaled value of a decimal, from four words lowest first. */
export function unscaledOf(words: Uint32Array, row: number): bigint {
  const low = BigInt(words[row * 4]!) | (BigInt(words[row * 4 + 1]!) << 32n);
  const high = BigInt(words[row * 4 + 2]!) | (BigInt(words[row * 4 + 3]!) << 32n);
  return BigInt.asIntN(128, low | (high << 64n));
}

/** `-0.0500` for -500 at scale 4. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction}`;
}
