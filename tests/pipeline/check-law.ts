// A law on generated inputs, and a counterexample that people can read.

import fc from 'fast-check';

export interface LawCheck {
  readonly numRuns: number;
  readonly seed?: number;
  /** Gives the first counterexample as it is: where a run takes a second, making it small would take many minutes. */
  readonly endOnFailure?: boolean;
}

/** @throws Error with what went wrong, the seed, and the input, file contents as text */
export async function checkLaw<T>(
  { numRuns, seed, endOnFailure = false }: LawCheck,
  inputs: fc.Arbitrary<T>,
  law: (input: T) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(inputs, law);
  const found = await fc.check(property, { numRuns, endOnFailure, ...(seed !== undefined && { seed }) });
  if (!found.failed) return;
  const cause = found.errorInstance;
  const message = cause instanceof Error ? cause.message : String(cause);
  const place = `seed ${found.seed}, path ${found.counterexamplePath ?? ''}`;
  throw new Error(`${message}\n${place}, smallest: ${shown(found.counterexample?.[0])}`, { cause });
}

/** Deliveries for people to read: file contents as text. */
function shown(input: unknown): string {
  return JSON.stringify(input, (key, value: unknown) =>
    key === 'bytes' ? Buffer.from((value as { data: number[] }).data).toString() : value,
  );
}
