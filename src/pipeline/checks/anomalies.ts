// What is usual, from what was: bounds around what earlier values say, as wide as these vary (median absolute deviation)
// and never narrower than chance alone would have it. Pure; robust against earlier anomalies.

/** What is usual; both ends included. */
export interface UsualRange {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** 1.4826 × MAD estimates the standard deviation of what is normally distributed. */
const MAD_TO_SIGMA = 1.4826;

/** Within this share of what was expected nothing counts as one standard deviation. */
const LEAST_SHARE = 0.2;

/** Rates below this are noise. */
const LEAST_RATE = 0.002;

/** The middle value, or the mean of the two in the middle; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A robust standard deviation of values around a center. */
export const deviation = (values: readonly number[], center = median(values)): number =>
  values.length === 0 ? 0 : MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - center)));

/** A value as things of one size are counted: chance makes such a count vary by its square root. */
export interface Volume {
  /** What one thing is worth; 1 for counts. */
  readonly unit: number;
  /** Standard deviation of `rootDistance` by chance alone: 1 for counts, more where things differ in size. */
  readonly chance: number;
}

/** How far a value is from what was expected, on a scale on which chance is the same for small and large ones. */
export const rootDistance = (value: number, expected: number, unit: number): number =>
  2 * (rootOf(value, unit) - rootOf(expected, unit));

const rootOf = (value: number, unit: number): number => Math.sqrt(Math.max(0, value) / unit);

/**
 * Around an expected volume, given the distances that earlier values had from what was expected of them; without any,
 * the narrowest range that there is.
 * @param threshold standard deviations on each side
 */
export function usualVolume(
  expected: number,
  distances: readonly number[],
  { unit, chance }: Volume,
  threshold: number,
): UsualRange {
  const root = rootOf(expected, unit);
  const sigma = Math.max(deviation(distances, 0), chance, LEAST_SHARE * root);
  const at = (sigmas: number): number => Math.max(0, root + (sigmas * sigma) / 2) ** 2 * unit;
  return { middle: expected, low: at(-threshold), high: at(threshold) };
}

/** Of shares of a whole; `whole` is how many things the judged share is of. */
export function usualRate(earlier: readonly number[], whole: number, threshold: number): UsualRange {
  const middle = median(earlier);
  const likely = Math.min(1, Math.max(middle, 1 / Math.max(1, whole)));
  const chance = Math.sqrt((likely * (1 - likely)) / Math.max(1, whole));
  const sigma = Math.max(deviation(earlier), chance, middle * LEAST_SHARE, LEAST_RATE);
  return {
    middle,
    low: Math.max(0, middle - threshold * sigma),
    high: Math.min(1, middle + threshold * sigma),
  };
}

/** Whether a value lies in a range, its bounds included. */
export const isUsual = (value: number, { low, high }: Pick<UsualRange, 'low' | 'high'>): boolean =>
  low <= value && value <= high;
