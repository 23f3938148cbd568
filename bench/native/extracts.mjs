// Subscriptions and spend into tables of texts; SQL applies the rules. They are small, and JavaScript reads them exactly.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { append } from './append.mjs';

const TEXTS = [
  'subscription_id',
  'user_id',
  'plan_id',
  'currency',
  'start_date',
  'end_date',
  'status',
  'created_at',
];

/** Fills `raw_subscriptions` and `raw_spend`; `delivery` counts the files in their order. */
export async function loadExtracts(connection, sources) {
  await connection.run(`
    CREATE TABLE raw_subscriptions (delivery INTEGER, file_name VARCHAR, batch_id VARCHAR, line_number INTEGER,
      ${TEXTS.map((key) => `${key} VARCHAR`).join()}, price DOUBLE, has_end BOOLEAN, bad_currency BOOLEAN, early_reason VARCHAR, raw VARCHAR);
    CREATE TABLE raw_spend (delivery INTEGER, file_name VARCHAR, batch_id VARCHAR, line_number INTEGER,
      date VARCHAR, channel VARCHAR, spend VARCHAR, early_reason VARCHAR, raw VARCHAR);`);
  for (const delivery of deliveries('subscriptions', sources.subscriptions)) {
    const elements = JSON.parse(delivery.text);
    if (!Array.isArray(elements)) throw new Error(`${delivery.name} is not a JSON array`);
    const rows = elements.map((element, index) => subscriptionRow(delivery, element, index + 1));
    const kinds = [
      'integer',
      'text',
      'text',
      'integer',
      ...TEXTS.map(() => 'text'),
      'double',
      'boolean',
      'boolean',
      'text',
      'text',
    ];
    await append(connection, 'raw_subscriptions', kinds, rows);
  }
  for (const delivery of deliveries('marketing_spend', sources.spend)) {
    const kinds = ['integer', 'text', 'text', 'integer', 'text', 'text', 'text', 'text', 'text'];
    await append(connection, 'raw_spend', kinds, spendRows(delivery));
  }
}

/** The files that bring anything: not those whose bytes are those last delivered under their name. */
function* deliveries(source, files) {
  const newest = new Map();
  const earlier = new Map();
  for (const [index, { name, path }] of files.entries()) {
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (newest.get(name) === sha256) continue;
    newest.set(name, sha256);
    const key = `${source}\n${name}\n0\n${sha256}`;
    const batchId = createHash('sha256')
      .update(`${key}\n${earlier.get(key) ?? 0}`)
      .digest('hex')
      .slice(0, 32);
    earlier.set(key, (earlier.get(key) ?? 0) + 1);
    yield {
      delivery: index,
      name,
      batchId,
      text: new globalThis.TextDecoder('utf-8', { fatal: true }).decode(bytes),
    };
  }
}

const trim = (text) => text.replace(/^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g, '');
const isBad = (value) => typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());

function textOf(value) {
  if (typeof value !== 'string' || isBad(value)) return null;
  const trimmed = trim(value);
  return trimmed === '' ? null : trimmed;
}

function subscriptionRow({ delivery, name, batchId }, element, position) {
  const isObject = typeof element === 'object' && element !== null && !Array.isArray(element);
  const record = isObject ? element : {};
  const early = !isObject
    ? 'invalid_json'
    : TEXTS.some((key) => isBad(record[key]))
      ? 'invalid_unicode'
      : null;
  const currency = record.currency ?? null;
  return [
    delivery,
    name,
    batchId,
    position,
    ...TEXTS.map((key) => textOf(record[key])),
    typeof record.price === 'number' ? record.price : null,
    (record.end_date ?? null) !== null,
    currency !== null && typeof currency !== 'string',
    early,
    JSON.stringify(element),
  ];
}

function spendRows({ delivery, name, batchId, text }) {
  const [header, ...records] = csvRecords(text);
  const names = header.cells.map((cell) => trim(cell).toLowerCase());
  const places = ['date', 'channel', 'spend'].map((column) => names.indexOf(column));
  return records.map(({ cells, line, raw, isMalformed }) => {
    const values = places.map((place) => cells[place] ?? '');
    const malformed = isMalformed || cells.length !== names.length;
    const early = malformed ? 'malformed_row' : values.some(isBad) ? 'invalid_unicode' : null;
    return [delivery, name, batchId, line, ...values.map(textOf), early, raw];
  });
}

/** The records of RFC 4180 text that are not blank lines. */
function csvRecords(text) {
  const records = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const record = csvRecord(text, at, line);
    if (trim(record.raw) !== '') records.push(record);
    line += text.slice(at, record.next).split('\n').length - 1;
    at = record.next;
  }
  return records;
}

function csvRecord(text, start, line) {
  const cells = [];
  let isMalformed = false;
  let at = start;
  for (;;) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    cells.push(cell.value);
    isMalformed ||= cell.isMalformed;
    at = cell.next;
    if (text[at] !== ',') break;
    at++;
  }
  const raw = text.slice(start, at);
  return { cells, isMalformed, line, raw: raw.replace(/\r$/, ''), next: at + 1 };
}

function plainCell(text, start) {
  let next = start;
  while (next < text.length && text[next] !== ',' && text[next] !== '\n') next++;
  const value = text.slice(start, next);
  return { value: text[next] === ',' ? value : value.replace(/\r$/, ''), next, isMalformed: false };
}

function quotedCell(text, start) {
  let at = start + 1;
  while (text[at] !== '"' || text[at + 1] === '"') {
    if (at >= text.length) throw new Error('a quote is never closed');
    at += text[at] === '"' ? 2 : 1;
  }
  const value = text.slice(start + 1, at).replaceAll('""', '"');
  const rest = plainCell(text, at + 1);
  return { value, next: rest.next, isMalformed: rest.value !== '' };
}
