// Many snapshots in few words.

/** `12, 9–7, 3` of snapshots in falling order. */
export function ranges(ids: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const id of [...ids].sort((a, b) => b - a)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === id + 1) run[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}
