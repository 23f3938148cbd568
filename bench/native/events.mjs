// Logs into two tables: `lines` (DuckDB's own reading, one row a line that is not blank) and `slow` (the lines that only
// JavaScript reads as the rules want). The rest is SQL.

import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { append } from './append.mjs';
import { lineAt, rawAt, scanLines } from './lines.mjs';

const TEXTS = [
  'event_id',
  'user_id',
  'event_type',
  'timestamp',
  'currency',
  'refers_to_event_id',
  'acquisition_channel',
];
const NUMBERS = ['schema_version', 'amount', 'tax'];
const MAX_LINE = 1_048_576;
const MAX_DEPTH = 64;

/**
 * What DuckDB's reader takes otherwise than `JSON.parse` and the text rules do: escapes, nesting, trailing commas, NaN, texts
 * that are blank, padded or no texts, numbers that are texts, and a key that comes twice.
 */
export const SUSPICIOUS = [
  String.raw`\\`,
  String.raw`\[`,
  String.raw`.\{`,
  String.raw`,\s*\}`,
  String.raw`:\s*-?(nan|NaN|NAN|[iI])`,
  String.raw`"\s*:\s*"[\s\x0b]*"`,
  String.raw`:\s*"[\s\x0b]`,
  String.raw`[\s\x0b]"\s*[,}]`,
  `"(${TEXTS.join('|')})"\\s*:\\s*[^"\\s]`,
  `"(${NUMBERS.join('|')})"\\s*:\\s*[^-0-9\\s]`,
  ...[...TEXTS, ...NUMBERS].map((key) => `"${key}"\\s*:.*"${key}"\\s*:`),
].join('|');

/** What the other lines are read as, by `json_transform`. */
export const SCHEMA = JSON.stringify(
  Object.fromEntries([...TEXTS.map((key) => [key, 'VARCHAR']), ...NUMBERS.map((key) => [key, 'DOUBLE'])]),
);

/** Fills `batches`, `lines`, `blanks`, `odd` and `slow` from the logs, one batch a file. */
export async function loadEvents(connection, files) {
  await connection.run(`
    CREATE TABLE batches (batch INTEGER, batch_id VARCHAR, file_name VARCHAR, first_row BIGINT);
    CREATE TABLE lines (line VARCHAR, is_slow BOOLEAN);
    CREATE TABLE shifts (first_row BIGINT, shift BIGINT, batch INTEGER);
    CREATE TABLE blanks (batch INTEGER, line_number INTEGER, raw BLOB);
    CREATE TABLE odd (row INTEGER, raw BLOB);
    CREATE TABLE slow (row INTEGER, ${TEXTS.map((key) => `"${key}" VARCHAR`).join()}, ${NUMBERS.map((key) => `${key} DOUBLE`).join()},
      bad_currency BOOLEAN, reject_reason VARCHAR, raw VARCHAR);`);
  await connection.run(`CREATE MACRO fields_of(line) AS json_transform(line, '${SCHEMA}')`);
  let firstRow = 0;
  for (const [batch, file] of files.entries()) firstRow += await loadFile(connection, batch, file, firstRow);
}

async function loadFile(connection, batch, file, firstRow) {
  // The engine reads the file on its own threads while this one looks for line ends.
  const loading = connection.run(`
    INSERT INTO lines SELECT json, json IS NULL OR regexp_matches(json, '${SUSPICIOUS.replaceAll("'", "''")}', 's')
    FROM read_ndjson_objects('${file.path.replaceAll("'", "''")}', ignore_errors = true, compression = 'uncompressed',
      maximum_object_size = ${16 * MAX_LINE})`);
  const bytes = readFileSync(file.path);
  const scan = scanLines(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await loading;
  const id = createHash('sha256').update(`events\n${file.name}\n0\n${sha256}\n0`).digest('hex').slice(0, 32);
  await append(
    connection,
    'batches',
    ['integer', 'text', 'text', 'bigint'],
    [[batch, id, file.name, firstRow]],
  );
  await appendPositions(connection, batch, firstRow, bytes, scan);
  await appendSlow(connection, firstRow, bytes, scan);
  return scan.count;
}

async function appendPositions(connection, batch, firstRow, bytes, scan) {
  const shifts = new Map([[firstRow, [firstRow, 1 - firstRow, batch]]]);
  for (const [index, blank] of scan.blanks.entries()) {
    const row = firstRow + blank.before;
    shifts.set(row, [row, 2 + index - firstRow, batch]);
  }
  await append(connection, 'shifts', ['bigint', 'bigint', 'integer'], shifts.values());
  const blanks = scan.blanks.map(({ line, start, end }) => [batch, line, bytes.subarray(start, end)]);
  await append(connection, 'blanks', ['integer', 'integer', 'bytes'], blanks);
  const odd = scan.odd.map((ordinal) => [firstRow + ordinal, rawAt(bytes, scan, ordinal)]);
  await append(connection, 'odd', ['integer', 'bytes'], odd);
}

async function appendSlow(connection, firstRow, bytes, scan) {
  const result = await connection.runAndReadAll(
    `SELECT rowid::INTEGER FROM lines WHERE is_slow AND rowid >= ${firstRow}`,
  );
  const [rows = []] = result.getColumns();
  const slow = rows.map((row) => slowRow(row, lineAt(bytes, scan, row - firstRow)));
  const kinds = [
    'integer',
    ...TEXTS.map(() => 'text'),
    ...NUMBERS.map(() => 'double'),
    'boolean',
    'text',
    'text',
  ];
  await append(connection, 'slow', kinds, slow);
}

/** A line as JavaScript reads it: the fields, or the reason why there are none. A byte order mark alone is a blank line. */
function slowRow(row, line) {
  const text = line.toString('utf8').replace(/^\uFEFF/, '');
  const fields = fieldsOf(line, text);
  const values = TEXTS.map((key) => textOf(fields.record?.[key]));
  const numbers = NUMBERS.map((key) =>
    typeof fields.record?.[key] === 'number' ? fields.record[key] : null,
  );
  const currency = fields.record?.currency ?? null;
  const badCurrency = currency !== null && typeof currency !== 'string';
  return [
    row,
    ...values,
    ...numbers,
    badCurrency,
    fields.reason ?? null,
    [...text.toWellFormed().slice(0, 8192)].slice(0, 4096).join(''),
  ];
}

function fieldsOf(line, text) {
  if (trim(text) === '') return { reason: 'blank' };
  if (line.length > MAX_LINE) return { reason: 'line_too_long' };
  if (!Buffer.from(line.toString('utf8'), 'utf8').equals(line)) return { reason: 'invalid_utf8' };
  const record = parse(text);
  if (record === undefined || tooDeep(record, 1)) return { reason: 'invalid_json' };
  const isBad = (value) => typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());
  return TEXTS.some((key) => isBad(record[key])) ? { reason: 'invalid_unicode' } : { record };
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tooDeep(value, depth) {
  if (typeof value !== 'object' || value === null) return false;
  return depth > MAX_DEPTH || Object.values(value).some((inner) => tooDeep(inner, depth + 1));
}

const trim = (text) => text.replace(/^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g, '');

function textOf(value) {
  if (typeof value !== 'string') return null;
  const trimmed = trim(value);
  return trimmed === '' ? null : trimmed;
}
