// What a model, a check or a figure must not do, and where in its text something stands.

import { sqlTokens, type SqlToken } from '../../engine/sql-tokens.js';

/** A place in a statement, both from 1. */
interface StatementPlace {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a statement, and where. */
export interface RuleFault extends StatementPlace {
  readonly message: string;
}

/** Two runs over the same tables must give the same rows. */
const CHANGING = new Set([
  ...['random', 'setseed', 'uuid', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'nextval', 'currval'],
  ...['now', 'today', 'current_date', 'current_time', 'current_timestamp', 'get_current_time'],
  ...['get_current_timestamp', 'localtime', 'localtimestamp', 'transaction_timestamp', 'txid_current'],
]);
/** Words among them that need no brackets. */
const BARE = new Set(['current_date', 'current_time', 'current_timestamp', 'localtime', 'localtimestamp']);
/** What reads something that is no table of the project, or a table that the text does not name. */
const OUTSIDE =
  /^(?:read_\w+|parquet_\w+|\w+_scan|glob|sniff_csv|getenv|getvariable|query|query_table|duckdb_\w+|pragma_\w+|sql_auto_complete|json_execute_serialized_sql)$/;

/** The first thing in a statement that no run could make again; undefined: there is none. */
export function ruleFault(sql: string): RuleFault | undefined {
  const tokens = sqlTokens(sql);
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name') continue;
    const word = token.text.toLowerCase();
    const isCall = tokens[at + 1]?.text === '(' && tokens[at - 1]?.text !== '.';
    const isAlias = tokens[at - 1]?.text.toLowerCase() === 'as';
    if ((isCall || (BARE.has(word) && !isAlias)) && CHANGING.has(word))
      return faultAt(
        sql,
        token,
        `${token.text} gives another value in each run; models and checks give the same for the same rows`,
      );
    if (isCall && OUTSIDE.test(word))
      return faultAt(
        sql,
        token,
        `${token.text} reads what is no table of the project; expected tables of sources and models by their names`,
      );
  }
  return undefined;
}

const faultAt = (sql: string, { start }: SqlToken, message: string): RuleFault => ({
  ...placeAt(sql, start),
  message,
});

function placeAt(sql: string, offset: number): StatementPlace {
  const before = sql.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where a name first stands as a word of the statement; its beginning where it does not. */
export function placeOfWord(sql: string, name: string): StatementPlace {
  const last = name.split('.').at(-1)?.toLowerCase();
  const token = sqlTokens(sql).find(({ text }) => text.replaceAll('"', '').toLowerCase() === last);
  return placeAt(sql, token?.start ?? 0);
}

/** Where that stands of which an engine complains: it quotes it. */
export function placeOfComplaint(sql: string, message: string): StatementPlace {
  const [, quotedWord = ''] = /["“]([^"”]+)["”]/.exec(message) ?? /with name (\S+)/.exec(message) ?? [];
  return placeOfWord(sql, quotedWord);
}
