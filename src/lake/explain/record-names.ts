// From rows to the keys of the records behind them, by the ways that the pipeline declares.

import { sqlName } from '../../engine/sql-names.js';
import type { Origin, OriginByQuery } from '../../pipeline/define/spec/explanations.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { keyText, type RecordKey } from '../../records/record-key.js';
import type { ScanFilter } from '../../table/scan.js';
import type { RowRecord } from '../read/row-set.js';
import { literal } from './bind-explanation.js';
import type { Statement } from './explained.js';
import type { ExplainSession } from './explain-session.js';

/** A record that is asked for. */
export interface RecordName {
  readonly source: string;
  readonly key: RecordKey;
}

/** The keys of the records behind each row, in the order of the rows. */
export async function namesBehind(
  session: ExplainSession,
  rows: readonly RowRecord[],
  origins: readonly Origin[],
): Promise<readonly (readonly RecordName[])[]> {
  const names = rows.map((): RecordName[] => []);
  for (const origin of origins)
    for (const [at, key] of await keysBehind(session, rows, origin))
      names[at]?.push({ source: origin.source, key });
  return names.map(distinctNames);
}

type KeyOfRow = readonly [at: number, key: RecordKey];

async function keysBehind(
  session: ExplainSession,
  rows: readonly RowRecord[],
  origin: Origin,
): Promise<readonly KeyOfRow[]> {
  if ('columns' in origin) return rows.flatMap((row, at) => keyIn(row, origin.columns, at));
  const columns = keyOfSource(session.pipeline, origin.source);
  const found: KeyOfRow[] = [];
  for (const { positions, statement } of inPortions(origin, rows))
    for (const row of await session.rows(statement))
      found.push(...keyIn(row, columns, positions[Number(row['row_number'])] ?? 0));
  return found;
}

/** Of a row in which a part of the key is null, none. */
function keyIn(row: RowRecord, columns: readonly string[], at: number): readonly KeyOfRow[] {
  const key = columns.map((column) => row[column] ?? null);
  return key.every((part) => part !== null) ? [[at, key.map(String)]] : [];
}

function keyOfSource({ sources }: Pipeline, name: string): readonly string[] {
  const source = sources.find(({ contract }) => contract.source === name);
  if (source === undefined) throw new Error(`the pipeline has no source ${name}`);
  return source.contract.key;
}

/** Statements about more rows than this are asked in portions. */
const ROWS_AT_ONCE = 1000;

/** The statements for some rows, each over a part of them, with the positions of those. */
function* inPortions(
  origin: OriginByQuery,
  rows: readonly RowRecord[],
): Iterable<{ readonly positions: readonly number[]; readonly statement: Statement }> {
  const when = Object.entries(origin.when ?? {});
  const asked = Array.from(rows.keys()).filter((at) =>
    when.every(([column, value]) => rows[at]?.[column] === value),
  );
  for (let first = 0; first < asked.length; first += ROWS_AT_ONCE) {
    const positions = asked.slice(first, first + ROWS_AT_ONCE);
    yield {
      positions,
      statement: statementFor(
        origin,
        positions.map((at) => rows[at]!),
      ),
    };
  }
}

function statementFor({ asks, sql, files = {} }: OriginByQuery, rows: readonly RowRecord[]): Statement {
  const values = rows.map((row, at) => {
    const cells = asks.map((column) => literal(textOf(row[column]), 'string'));
    return `(${[at, ...cells].join(', ')})`;
  });
  const asked = `asked AS (
  SELECT * FROM (VALUES
    ${values.join(',\n    ')}
  ) AS given(${['row_number', ...asks].map(sqlName).join(', ')})
)`;
  const rest = /^\s*WITH\s/i.test(sql) ? `,\n\n${sql.replace(/^\s*WITH\s+/i, '')}` : `\n\n${sql}`;
  return { sql: `WITH ${asked}${rest}`, files: filtersOf(files, rows) };
}

const textOf = (value: RowRecord[string] | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

function filtersOf(
  files: NonNullable<OriginByQuery['files']>,
  rows: readonly RowRecord[],
): NonNullable<Statement['files']> {
  const filter = (asked: string): ScanFilter[string] => {
    const values = new Set(rows.map((row) => row[asked]).filter((value) => typeof value === 'string'));
    return { op: 'in', values: [...values] };
  };
  return Object.fromEntries(
    Object.entries(files).map(([table, columns]) => [
      table,
      Object.fromEntries(Object.entries(columns).map(([column, asked]) => [column, filter(asked)])),
    ]),
  );
}

/** A name as one text. */
export const nameText = ({ source, key }: RecordName): string => `${source} ${keyText(key)}`;

/** Each name once. */
export const distinctNames = (names: readonly RecordName[]): readonly RecordName[] => [
  ...new Map(names.map((name) => [nameText(name), name])).values(),
];
