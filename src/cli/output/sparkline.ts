// A series as a line of blocks.

const BLOCKS = '▁▂▃▄▅▆▇█';

/** One block a value, from zero to the largest; a space where there is no value. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const block = (value: number): string =>
    BLOCKS[most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (BLOCKS.length - 1))] ?? '';
  return values.map((value) => (value === null ? ' ' : block(value))).join('');
}
