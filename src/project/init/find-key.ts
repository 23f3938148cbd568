// Which columns name a record: one that is unique and called like a key, else as few as are unique together.

import type { ObservedField, ObservedRecords } from './observed.js';

/** Columns that tell records apart, and what speaks for them. */
interface FoundKey {
  readonly columns: readonly string[];
  /** `unique in all 12,041 rows`. */
  readonly evidence: string;
  /** Whether rows that differ share a key: then one of them wins. */
  readonly hasRivals: boolean;
}

/** What is known of the records beside their values. */
interface KeyContext {
  /** Their source: `order_id` names an order. */
  readonly source: string;
  /** The type that a field's values were taken for. */
  readonly typeOf: (field: ObservedField) => string;
  /** Of a log only what names a record by itself is its key: lines that share a trace or a user are different ones. */
  readonly isLog: boolean;
}

/** Columns that are tried together before all of them are. */
const MAX_TOGETHER = 3;
const MAX_CANDIDATES = 8;
/** Below, any text may be unique by chance. */
const FEW_ROWS = 20;
/** Rows of different keys that a key by its name must have: the others are newer states. */
const MOSTLY = 0.8;
/** Columns by whose name rows of one record are parts of it, and not states. */
const PARTS = /(^|_)(sku|item|items|lineitem|line|product|variant|position|pos|article|artikel|produkt)(_|$)/;
/** What is measured by days. */
const FIGURES =
  /(^|_)(impr|impressions|impressionen|clicks?|klicks|clics|cost|costs|spend|spent|kosten|reach|ctr|cpc|cpm|conversions|sessions|views)(_|$)/;
/** Columns by which figures of a day are told apart. */
const DIMENSIONS =
  /(^|_)(campaign|kampagne|campagne|ad_?set|ad_?group|ad|anzeige|anzeigengruppe|creative|keyword|device|network|channel|kanal|medium|platform|country|land|region|account|konto|product|store|sensor|station|host|level)(_|$)/;

/**
 * The key of records, of columns that may be one; undefined when nothing names a record.
 * Rows that are equal in every field count once.
 */
export function findKey(
  { fields, rows }: Pick<ObservedRecords, 'fields' | 'rows'>,
  { source, typeOf, isLog }: KeyContext,
): FoundKey | undefined {
  if (rows === 0) return undefined;
  const rank = (field: ObservedField): number => keyRank(field.name, source, typeOf(field));
  const candidates = fields
    .filter((field) => rank(field) < NO_KEY && field.values.every(isNamed))
    .toSorted((a, b) => rank(a) - rank(b));
  const distinct = distinctRows(fields, rows);
  const unique = (columns: readonly ObservedField[]): boolean => distinctRows(columns, rows) === distinct;
  const found = (columns: readonly ObservedField[]): FoundKey => ({
    columns: fields.filter((field) => columns.includes(field)).map(({ name }) => name),
    evidence:
      distinct === rows
        ? `unique in all ${count(rows)} rows that were seen`
        : `unique in ${count(distinct)} rows; ${count(rows - distinct)} repeat others`,
    hasRivals: false,
  });
  // Figures of days: what they are of comes again on every day.
  const day = candidates.find((field) => rank(field) === TIME);
  const isFigures = day !== undefined && fields.filter(({ name }) => FIGURES.test(name)).length > 1;
  const own = isFigures ? [] : candidates.filter((field) => rank(field) < (isLog ? ID : TIME));
  const single = own.find((field) => unique([field]));
  if (single !== undefined) return found([single]);
  const contested = rival(own, { fields, rows });
  if (contested !== undefined || isLog) return contested;
  const ofDay =
    day &&
    dayKey(
      day,
      candidates.filter((field) => field !== day),
      { rank, rows },
    );
  if (ofDay !== undefined && unique(ofDay)) return found(ofDay);
  const isOfParts = candidates.some(({ name }) => PARTS.test(name));
  const isTelling = rows >= FEW_ROWS;
  const other = candidates.find((field) => rank(field) > TIME && isTelling && unique([field]));
  if (other !== undefined) return found([other]);
  const tried = isOfParts ? [candidates.filter((field) => rank(field) !== TIME), candidates] : [candidates];
  for (const some of tried)
    for (let size = 2; size <= MAX_TOGETHER; size++)
      for (const columns of combinations(some.slice(0, MAX_CANDIDATES), size))
        if (unique(columns)) return found(columns);
  if (candidates.length > MAX_TOGETHER && unique(candidates)) return found(fewest(candidates, unique));
  const any = candidates.find((field) => unique([field]));
  return any === undefined ? undefined : found([any]);
}

const count = (value: number): string => value.toLocaleString('en-US');

/** A day, and what figures of a day are by its names told apart by: a column less would be unique by chance. */
function dayKey(
  day: ObservedField,
  others: readonly ObservedField[],
  { rank, rows }: { readonly rank: (field: ObservedField) => number; readonly rows: number },
): readonly ObservedField[] {
  const isMany = ({ values }: ObservedField): boolean => {
    const distinct = new Set(values).size;
    return distinct > 1 && (rows < FEW_ROWS || distinct * 2 <= rows);
  };
  const isId = (field: ObservedField): boolean => rank(field) < TIME && isMany(field);
  // `ad` beside `ad_id` is its name.
  const isOfId = ({ name }: ObservedField): boolean =>
    others.some((each) => isId(each) && each.name === `${name.replace(/_name$/, '')}_id`);
  const telling = others.filter((field) => isMany(field) && !isOfId(field));
  return [
    day,
    ...telling.filter(isId),
    ...telling.filter((field) => !isId(field) && DIMENSIONS.test(field.name)),
  ];
}

/** Without columns that the others do without, the last ones first. */
function fewest(
  columns: readonly ObservedField[],
  unique: (columns: readonly ObservedField[]) => boolean,
): readonly ObservedField[] {
  return columns.reduceRight<readonly ObservedField[]>((kept, column) => {
    const fewer = kept.filter((each) => each !== column);
    return fewer.length > 0 && unique(fewer) ? fewer : kept;
  }, columns);
}

const isNamed = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() !== '' : typeof value === 'number';

const rowText = (fields: readonly ObservedField[], row: number): string =>
  JSON.stringify(fields.map(({ values }) => values[row] ?? null));

const distinctRows = (fields: readonly ObservedField[], rows: number): number =>
  new Set(Array.from({ length: rows }, (_, row) => rowText(fields, row))).size;

const ID = 3;
const TIME = 5;
const NO_KEY = 9;

/** How much a name sounds like a key: 0 most; `NO_KEY` for what is measured. */
function keyRank(name: string, source: string, type: string): number {
  if (!/^(text|integer|date|timestamp)$/.test(type)) return NO_KEY;
  if (/^(id|_id|uuid|guid|record_id|row_id)$/.test(name)) return 0;
  const isNoun = source.replace(/s$/, '') === name.replace(/_value$/, '');
  if (isNoun || (isIdLike(name) && isOfSource(name, source))) return 1;
  if (
    /(^|_)(event|log|insert|message|msg|entry|record|invoice|order|subscription|transaction)_?(id|uuid|no|number)$/.test(
      name,
    ) &&
    !/(parent|trace|span|session|related|original)/.test(name)
  )
    return 2;
  if (isIdLike(name))
    return /(trace|span|session|user|customer|account|tenant|parent|req|request|correlation)/.test(name)
      ? 4
      : 3;
  if (type === 'date' || type === 'timestamp') return TIME;
  if (type === 'integer')
    return /^(position|pos|line|row|index|seq|sequence|number)$/.test(name) || DIMENSIONS.test(name)
      ? 6
      : NO_KEY;
  return 6;
}

/** `order_id` is of orders. */
function isOfSource(name: string, source: string): boolean {
  const bare = name.replace(/_?(id|uuid|guid|no|nr|num|number|nummer|key|ref|reference)$|^no_/, '');
  return source.split('_').some((word) => {
    const noun = word.replace(/(en|s)$/, '');
    return noun.length > 2 && bare.replace(/(en|s)$/, '').endsWith(noun);
  });
}

const isIdLike = (name: string): boolean =>
  /(^|_)(id|uuid|guid|no|nr|num|number|nummer|numero|key|code|ref|reference|referenz)$|nummer$|^no_/.test(
    name,
  ) &&
  !/(currency|country|postal|zip|status|language|discount|promo|coupon|voucher|severity|phone|account)_?(code|number|no|nr)?$/.test(
    name,
  );

/** A column named like the record's own id that is nearly unique: what repeats it are newer states. */
function rival(
  own: readonly ObservedField[],
  { fields, rows }: Pick<ObservedRecords, 'fields' | 'rows'>,
): FoundKey | undefined {
  for (const field of own) {
    const distinct = distinctRows([field], rows);
    if (distinct < rows * MOSTLY || hasParts(field, fields)) continue;
    return {
      columns: [field.name],
      evidence: `${count(distinct)} different in ${count(rows)} rows; of rows that share one, one wins`,
      hasRivals: true,
    };
  }
  return undefined;
}

/** Whether rows that share a key differ in what they are parts of: an order's lines. */
function hasParts(key: ObservedField, fields: readonly ObservedField[]): boolean {
  const rowsOf = new Map<unknown, number[]>();
  key.values.forEach((value, row) => rowsOf.set(value, [...(rowsOf.get(value) ?? []), row]));
  const parts = fields.filter(({ name }) => PARTS.test(name));
  return [...rowsOf.values()].some((same) =>
    parts.some(({ values }) => new Set(same.map((row) => values[row])).size > 1),
  );
}

/** All choices of `size` items, earlier ones first. */
function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}
