// Rows that were found against rows that were expected: what is missing, what is too much, and cells that differ.

/** A row that is there and should not be, the reverse, or one whose cells differ. Values are texts; null is null. */
export interface RowFault {
  readonly kind: 'missing' | 'unexpected' | 'different';
  /** The key's values, or all where the model has no key. */
  readonly key: Readonly<Record<string, string | null>>;
  /** Cells that differ; of a row that is missing or unexpected the others than its key. */
  readonly cells: readonly {
    readonly column: string;
    readonly expected: string | null;
    readonly found: string | null;
  }[];
}

/** Two sets of rows; values are texts, null is null. */
interface Compared {
  /** Names, in the order of the cells. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly found: readonly (readonly (string | null)[])[];
  readonly expected: readonly (readonly (string | null)[])[];
}

/** Rows that only one side has, as often as it has them more; those that share a key are one row with different cells. */
export function rowFaults({ columns: names, key, found, expected }: Compared): readonly RowFault[] {
  const surplus = withoutShared(found, expected);
  const lacking = withoutShared(expected, found);
  const keyOf = (row: readonly (string | null)[]): string =>
    JSON.stringify((key.length === 0 ? names : key).map((name) => row[names.indexOf(name)] ?? null));
  const fault = (
    kind: RowFault['kind'],
    expectedRow: readonly (string | null)[] | undefined,
    foundRow: readonly (string | null)[] | undefined,
  ): RowFault => {
    const row = expectedRow ?? foundRow ?? [];
    const keys = key.length === 0 ? names : key;
    return {
      kind,
      key: Object.fromEntries(keys.map((name) => [name, row[names.indexOf(name)] ?? null])),
      cells: names.flatMap((column, i) => {
        if (keys.includes(column)) return [];
        const [e, f] = [expectedRow?.[i] ?? null, foundRow?.[i] ?? null];
        return kind === 'different' && e === f ? [] : [{ column, expected: e, found: f }];
      }),
    };
  };
  const pairs =
    key.length === 0 ? [] : lacking.filter((row) => surplus.some((other) => keyOf(other) === keyOf(row)));
  const paired = new Set(pairs.map(keyOf));
  return [
    ...pairs.map((row) =>
      fault(
        'different',
        row,
        surplus.find((other) => keyOf(other) === keyOf(row)),
      ),
    ),
    ...lacking.filter((row) => !paired.has(keyOf(row))).map((row) => fault('missing', row, undefined)),
    ...surplus.filter((row) => !paired.has(keyOf(row))).map((row) => fault('unexpected', undefined, row)),
  ];
}

/** Rows of the first that the second lacks, counted: equal rows are as many as there are more of them. */
function withoutShared(
  rows: readonly (readonly (string | null)[])[],
  others: readonly (readonly (string | null)[])[],
): readonly (readonly (string | null)[])[] {
  const counts = new Map<string, number>();
  for (const row of others) {
    const text = JSON.stringify(row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return rows.filter((row) => {
    const text = JSON.stringify(row);
    const left = counts.get(text) ?? 0;
    counts.set(text, left - 1);
    return left <= 0;
  });
}
