// Names of columns and relations in SQL that people read, too: bare where every engine takes them so, else in quotes.

import { quoted } from './sql-tokens.js';

/** Words that some engine reads as its own where a column or a table is named. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate ' +
    'collation column concurrently constraint create cross current_date current_time current_timestamp current_user default ' +
    'deferrable desc describe distinct do else end except exists false fetch for foreign freeze from full glob grant group having ' +
    'ilike in initially inner intersect into is isnull join lambda lateral leading left like limit minus natural not notnull null ' +
    'offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning ' +
    'right select semi session_user show similar some summarize symmetric table tablesample then to trailing true union unique ' +
    'unpack unpivot user using variadic verbose when where window with'
  ).split(' '),
);

/** A column's name as SQL takes it. */
export const sqlName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED_WORDS.has(name) ? name : quoted(name);

/** A relation's name, `layer.table` or bare, as SQL takes it. */
export const sqlRelation = (name: string): string => name.split('.').map(sqlName).join('.');
