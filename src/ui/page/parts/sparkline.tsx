// A figure over time as a line the size of a word.

import type { JSX } from 'preact';
import type { TrendPoint } from '../../../lake/look/figure-answers.js';

const [WIDTH, HEIGHT] = [120, 28];

/** Nothing for fewer than two points. */
export function Sparkline({
  points,
  name,
}: {
  readonly points: readonly TrendPoint[];
  readonly name: string;
}): JSX.Element | null {
  const [first, ...more] = points;
  const last = more.at(-1);
  if (first === undefined || last === undefined) return null;
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at: number): number => (at / (points.length - 1)) * (WIDTH - 4) + 2;
  const y = (value: number): number => HEIGHT - 3 - ((value - low) / (high - low || 1)) * (HEIGHT - 6);
  const line = values
    .map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)},${y(value).toFixed(1)}`)
    .join('');
  return (
    <svg
      class="sparkline"
      preserveAspectRatio="xMinYMid meet"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${name} from ${first.at} (${first.value}) to ${last.at} (${last.value})`}
    >
      <path d={line} />
      <circle cx={x(points.length - 1)} cy={y(last.value)} r="2.5" />
    </svg>
  );
}
