// "Did you mean": the known word that a mistyped one is closest to.

/** The closest of `known` if it is close enough to be meant, comparing without case; undefined otherwise. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, 100);
  const distances = known.map((candidate) => ({
    candidate,
    edits: editDistance(typed, candidate.toLowerCase()),
  }));
  const best = distances.reduce<(typeof distances)[number] | undefined>(
    (least, next) => (least === undefined || next.edits < least.edits ? next : least),
    undefined,
  );
  if (best === undefined || best.edits > Math.max(1, Math.floor(best.candidate.length / 3))) return undefined;
  return best.edits < best.candidate.length ? best.candidate : undefined; // a letter is near no other letter
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
export function editDistance(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        at(row, j - 1) + 1,
        at(last, j) + 1,
        at(last, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, j - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, to.length);
}

const at = (row: readonly number[], position: number): number => row[position] ?? Infinity;
