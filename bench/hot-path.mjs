// Times the hot path of logs on compiled code and lines made in memory: node bench/hot-path.mjs [lines] [threads]
// Prints seconds of wall time and CPU per stage, and the memory that the process holds.

import { readFileSync } from 'node:fs';
import {
  foldLog,
  parseLog,
  encodeBronze,
  encodePartitions,
  rowsOfPartitions,
  startLogWorkers,
} from '../dist/records/hot-path.js';
import { builtInProject } from '../dist/project/built-in/compiled-project.js';

const lines = Number(process.argv[2] ?? 1_000_000);
const pool = startLogWorkers(Number(process.argv[3] ?? 2));
const saas = builtInProject('saas');
const source = saas.under(saas.settings.defaults).sources.find(({ kind }) => kind === 'log');
const { contract, table } = source;

let state = 42;
const next = (below) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 4) % below;
const pick = (words) => words[next(words.length)];

/** Events come about in the order of their time; some are days late. */
function makeLine(number) {
  const late = next(50) === 0 ? next(10 * 86_400) : next(600);
  const second = Math.max(0, Math.floor((number / lines) * 365 * 86_400) - late);
  const day = new Date(Date.UTC(2024, 0, 1) + second * 1000).toISOString().replace('.000', '');
  const type = pick([
    'login',
    'login',
    'page_view',
    'page_view',
    'page_view',
    'page_view',
    'purchase',
    'signup',
    'refund',
  ]);
  const version = 1 + next(2);
  const money = type === 'purchase' || type === 'refund';
  const record = {
    event_id: `e11-${String(next(100) === 0 ? next(number + 1) : number).padStart(7, '0')}`,
    user_id: `u-${String(next(40_000)).padStart(6, '0')}`,
    event_type: next(100) === 0 ? type.toUpperCase() : type,
    timestamp: next(100) === 0 ? day.replace('Z', '+02:00') : day,
    schema_version: version,
    ...(money && {
      amount: next(50_000) / 100,
      ...(version === 2 && { currency: pick(['USD', 'EUR', 'GBP']), tax: next(900) / 100 }),
    }),
    ...(type === 'refund' && { refers_to_event_id: `e11-${String(next(number + 1)).padStart(7, '0')}` }),
    ...(type === 'signup' && { acquisition_channel: pick(['google', 'facebook', 'organic']) }),
  };
  return next(200) === 0
    ? '{"broken": \n'
    : `${JSON.stringify(record).replaceAll('":', '": ').replaceAll(',"', ', "')}\n`;
}

function* pieces() {
  let text = '';
  for (let i = 0; i < lines; i++) {
    text += makeLine(i);
    if (text.length > 1 << 18) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}
const made = [...pieces()];

async function stage(name, work) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const used = process.cpuUsage(cpu);
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
  const seconds = (ms) => (ms / 1000).toFixed(2).padStart(6);
  console.log(
    `${name.padEnd(18)} ${seconds(performance.now() - start)} s wall ${seconds((used.user + used.system) / 1000)} s CPU  RSS ${rss.toFixed(0)} MB, peak ${peak.toFixed(0)} MB`,
  );
  return result;
}

async function bytesOf(files) {
  let [count, bytes] = [0, 0];
  for await (const item of files)
    for (const file of item.files ?? [item]) [count, bytes] = [count + 1, bytes + file.bytes.length];
  return `${count} files, ${(bytes / 1e6).toFixed(1)} MB`;
}

const schemaOf = (table) => ({
  schemaId: 0,
  fields: table.columns.map((column, i) => ({ id: i + 1, ...column })),
});
const bytes = made.reduce((sum, piece) => sum + piece.length, 0);
console.log(`${lines} lines, ${(bytes / 1e6).toFixed(0)} MB`);
let parsed = await stage('parse', () => parseLog(pool, { contract, firstLine: 1, pieces: made }));
console.log(`  accepted ${parsed.accepted}, rejected ${JSON.stringify(parsed.rejected)}`);
const bronze = {
  schema: schemaOf(source.bronze),
  batchId: 'b'.repeat(32),
  sourceFile: 'events.ndjson',
  ingestDate: '2024-06-01',
};
console.log(`  ${await stage('bronze', () => bytesOf(encodeBronze(pool, parsed, bronze)))}`);
parsed = { ...parsed, lines: [] };
const fold = await stage('fold', () => foldLog(pool, { contract, table, parsed: [parsed], existing: null }));
console.log(
  `  ${fold.partitions.length} partitions, added ${fold.addedRows}, duplicates ${fold.duplicates}, conflicting ${fold.conflictingKeys}`,
);
const encode = { schema: schemaOf(table), keyIndex: table.keyIndex };
console.log(`  ${await stage('encode', () => bytesOf(encodePartitions(pool, fold, encode)))}`);
const narrow = [
  'event_id',
  'user_id',
  'event_type',
  'event_ts',
  'event_date',
  'amount_usd',
  'refers_to_event_id',
  'acquisition_channel',
];
const bytesOut = await stage('rows to IPC', async () => {
  let sum = 0;
  for await (const stream of rowsOfPartitions(pool, fold, narrow)) sum += stream.length;
  return sum;
});
console.log(`  ${(bytesOut / 1e6).toFixed(0)} MB`);
await pool.close();
