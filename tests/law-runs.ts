/**
 * On how much generated data a law is tried: `runs` in the test commands, and as many times that as LAW_SCALE says
 * (`npm run laws`): a violation that one run in a hundred shows is not found in ten.
 */
export function lawRuns(runs: number): number {
  return Math.ceil(runs * Number(process.env['LAW_SCALE'] ?? 1));
}

/** The time that they may take, in milliseconds, which grows with them. */
export function lawTimeout(ms: number): number {
  return ms * Math.max(1, Number(process.env['LAW_SCALE'] ?? 1));
}
