// Which columns name a record: one that is unique and called like a key, else as few as are unique together.

import type { ObservedField, ObservedRecords } from './observe.js';

/** Columns that tell records apart, and what speaks for them. */
export interface FoundKey {
  readonly columns: readonly string[];
  /** `unique in all 12,041 rows`. */
  readonly evidence: string;
  /** Whether rows that differ share a key: then one of them wins. */
  readonly hasRivals: boolean;
}

/** Columns that are tried together. */
const MAX_TOGETHER = 3;
const MAX_CANDIDATES = 8;
/** Below, any text may be unique by chance. */
const FEW_ROWS = 20;
/** Rows of different keys that a key by its name must have: the others are newer states. */
const MOSTLY = 0.8;

/**
 * The key of records, of columns that may be one; undefined when nothing names a record.
 * Rows that are equal in every field count once.
 */
export function findKey(
  { fields, rows }: Pick<ObservedRecords, 'fields' | 'rows'>,
  mayBeKey: (field: ObservedField) => boolean,
): FoundKey | undefined {
  const candidates = fields.filter(
    (field) => field.values.every((value) => isNamed(value)) && mayBeKey(field),
  );
  const distinct = new Set(Array.from({ length: rows }, (_, row) => rowText(fields, row))).size;
  const unique = (columns: readonly ObservedField[]): boolean =>
    new Set(Array.from({ length: rows }, (_, row) => rowText(columns, row))).size === distinct;
  const found = (columns: readonly ObservedField[]): FoundKey => ({
    columns: columns.map(({ name }) => name),
    evidence:
      distinct === rows
        ? `unique in all ${rows.toLocaleString('en-US')} rows that were seen`
        : `unique in ${distinct.toLocaleString('en-US')} rows; ${(rows - distinct).toLocaleString('en-US')} repeat others`,
    hasRivals: false,
  });
  if (rows === 0) return undefined;
  const named = candidates
    .filter(({ name, values }) => keyRank(name) < 4 || values.every((value) => typeof value === 'string'))
    .toSorted((a, b) => keyRank(a.name) - keyRank(b.name));
  const single = named.find((field) => keyRank(field.name) < 3 && unique([field]));
  if (single !== undefined) return found([single]);
  const contested = rival(named, rows);
  if (contested !== undefined) return contested;
  const isTelling = rows >= FEW_ROWS;
  const other = named.find((field) => (isTelling || keyRank(field.name) < 4) && unique([field]));
  if (other !== undefined) return found([other]);
  for (let size = 2; size <= MAX_TOGETHER; size++)
    for (const columns of combinations(named.slice(0, MAX_CANDIDATES), size))
      if (unique(columns)) return found(inOrder(fields, columns));
  const any = named.find((field) => unique([field]));
  return any === undefined ? undefined : found([any]);
}

/** Columns as they stand in a record. */
const inOrder = (all: readonly ObservedField[], some: readonly ObservedField[]): readonly ObservedField[] =>
  all.filter((field) => some.includes(field));

const isNamed = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() !== '' : typeof value === 'number';

const rowText = (fields: readonly ObservedField[], row: number): string =>
  JSON.stringify(fields.map(({ values }) => values[row] ?? null));

/** How much a name sounds like a key: 0 most. */
function keyRank(name: string): number {
  if (name === 'id') return 0;
  if (/(^|_)(uuid|guid)$/.test(name)) return 1;
  if (/(_id|_no|_nr|_number|_key|_code)$/.test(name)) return 2;
  return /date|day|time|_at$|_on$/.test(name) ? 3 : 4;
}

/** A column named like the record's own id that is nearly unique: what repeats it are newer states. */
function rival(fields: readonly ObservedField[], rows: number): FoundKey | undefined {
  for (const field of fields.filter(({ name }) => keyRank(name) < 3)) {
    const distinct = new Set(field.values.map((value) => JSON.stringify(value))).size;
    if (distinct < rows * MOSTLY) continue;
    return {
      columns: [field.name],
      evidence: `${distinct.toLocaleString('en-US')} different in ${rows.toLocaleString('en-US')} rows; of rows that share one, one wins`,
      hasRivals: true,
    };
  }
  return undefined;
}

/** All choices of `size` items, earlier ones first. */
function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}
