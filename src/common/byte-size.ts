// Sizes as people write them.

const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** What such text looks like, for messages. */
export const byteSizeForm =
  'a size like 128MB or 128MiB: a number above 0 and one of B, KB, MB, GB (powers of 1000), KiB, MiB or GiB (powers of 1024)';

/** Bytes of `128MB` (decimal units) or `128MiB` (binary units); undefined unless it is a positive number with a unit. */
export function bytesOfSize(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]?i?b)$/i.exec(text.trim()) ?? [];
  const sizeBytes = Math.round(Number(number) * (unitBytes[unit.toLowerCase()] ?? NaN));
  return Number.isSafeInteger(sizeBytes) && sizeBytes >= 1 ? sizeBytes : undefined;
}
