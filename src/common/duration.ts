// Durations as people write them: `45s`, `90m`, `24h`, `7d`, `2w`.

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a whole number with a unit; undefined for other text. */
export function durationMs(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,9}) ?([smhdw])$/i.exec(text.trim()) ?? [];
  const unitMs = UNIT_MS[unit.toLowerCase()];
  return unitMs === undefined ? undefined : Number(number) * unitMs;
}
