// The workloads of the project, each a whole process, against a hand-written script for native DuckDB.
//
//   node bench/run.mjs [--runs 3] [--scale 1] [--engines wasm,native] [--skip-large] [--store] [--spark]
//                     [--work DIR]
//
// Inputs come from the generator, in two shapes of a year; the gold tables of both sides are compared before a figure counts.
// At scale 1 it writes bench/RESULTS.md; a smaller scale proves that everything runs.

import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GOLD_TABLES } from './compare.mjs';
import { machine, measure, median, of, peakOf, Report } from './measure.mjs';
import { installVersitygw, startVersitygw } from '../tests/stores/versitygw.mjs';
import { makeShape } from './shapes.mjs';
import { onEngines } from './sparks.mjs';

const here = import.meta.dirname;
const lakeCli = resolve(here, '../dist/program/lake.js');
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    engines: { type: 'string', default: 'wasm,native' },
    'skip-large': { type: 'boolean', default: false },
    store: { type: 'boolean', default: false },
    spark: { type: 'boolean', default: false },
    work: { type: 'string', default: join(here, '.work') },
  },
});
const runs = Number(options.runs);
const scale = Number(options.scale);
const work = resolve(options.work);
const at = (...path) => join(work, ...path);
const report = new Report();

/** What each engine must reach: times of the script, shares of its own full load, seconds. */
const engines = [
  { engine: 'wasm', few: 1.75, many: 2, day: 0.3, sample: 2.5, query: 1.5 },
  { engine: 'native', few: 1.2, many: 1.3, day: 0.15, sample: 1.5, query: 0.5 },
].filter(({ engine }) => options.engines.split(',').includes(engine));

const lake = (...args) => measure([lakeCli, ...args], at('usage.json'));
const ingest = (engine, data, folder) =>
  lake('ingest', ...[data].flat(), '--lake', folder, '--quiet', '--engine', engine);
const native = (...args) => measure([join(here, 'native.mjs'), ...args], at('usage.json'));
const fresh = (folder) => rmSync(at(folder), { recursive: true, force: true });
const repeated = (...args) => Array.from({ length: runs }, () => lake(...args));
const gigabytes = (megabytes) => `${(megabytes / 1024).toFixed(2)} GB`;

const goldTables = GOLD_TABLES.map((table) => `gold.${table}`);

function compareGold(lakeFolder) {
  fresh('exported');
  for (const table of goldTables)
    lake('export', '--lake', at(lakeFolder), '--out', at('exported'), '--table', table);
  const child = spawnSync(process.execPath, [join(here, 'compare.mjs'), at('exported'), at('native')], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`the two sides differ:\n${child.stdout}${child.stderr}`);
  console.log(child.stdout.trim());
  return child.stdout.trim();
}

/** The script and each engine in turn, then gold compared; answers each engine's seconds. */
function fullLoads(data, shape, name) {
  const theirs = [];
  const ours = engines.map(() => []);
  for (let run = 0; run < runs; run++) {
    fresh('native');
    theirs.push(native('--data', data, '--out', at('native')));
    engines.forEach(({ engine }, index) => {
      fresh(`${shape}-${engine}`);
      ours[index].push(ingest(engine, data, at(`${shape}-${engine}`)));
    });
  }
  report.add(`native DuckDB script, ${name}`, theirs);
  const compared = engines.map(({ engine, [shape]: most }, index) => {
    const ratio = median(ours[index].map(({ seconds }, run) => seconds / theirs[run].seconds));
    const peak = peakOf(ours[index]);
    report.add(`full load, ${name}, ${engine}`, ours[index], {
      must: `≤ ${most} × script, ≤ 1.2 GB`,
      figure: `${ratio.toFixed(2)} ×, ${gigabytes(peak)}`,
      met: ratio <= most && peak <= 1.2 * 1024,
    });
    return compareGold(`${shape}-${engine}`);
  });
  return { seconds: ours.map((results) => of(results, 'seconds')), compared: compared[0] };
}

/** The same increment on a copy of a lake each time. */
function increments(engine, lakeFolder, data) {
  return Array.from({ length: runs }, () => {
    fresh('copy');
    cpSync(at(lakeFolder), at('copy'), { recursive: true });
    return ingest(engine, data, at('copy'));
  });
}

/** Answers each engine's seconds. */
function oneMoreDay(shape, data, full) {
  return engines.map(({ engine, day: most }, index) => {
    const days = increments(engine, `${shape}-${engine}`, data);
    const share = of(days, 'seconds') / full.seconds[index];
    report.add(`one more day, lake of ${shape} users, ${engine}`, days, {
      must: `≤ ${most * 100} % of its full load`,
      figure: `${(share * 100).toFixed(0)} %`,
      met: share <= most,
    });
    return of(days, 'seconds');
  });
}

function decade(shape, dayOfYear) {
  const names = readdirSync(shape.full).sort();
  const files = names.filter((name) => name.startsWith('events'));
  const extracts = names.filter((name) => !name.startsWith('events'));
  engines.forEach(({ engine }, index) => {
    fresh('large');
    const loads = files.map((file, place) => {
      const paths = [file, ...(place === files.length - 1 ? extracts : [])];
      return ingest(
        engine,
        paths.map((name) => join(shape.full, name)),
        at('large'),
      );
    });
    report.add(`ten files of a year each, one after the other (${loads.length} runs), ${engine}`, loads, {
      must: '≤ 2 GB',
      figure: gigabytes(peakOf(loads)),
      met: peakOf(loads) <= 2048,
    });
    const days = increments(engine, 'large', shape.day);
    const times = of(days, 'seconds') / dayOfYear[index];
    report.add(`one more day, lake of ten years, ${engine}`, days, {
      must: '≤ 1.5 × that of one year, ≤ 2 GB',
      figure: `${times.toFixed(2)} ×, ${gigabytes(peakOf(days))}`,
      met: times <= 1.5 && peakOf(days) <= 2048,
    });
  });
}

const linesOf = (file) => {
  const bytes = readFileSync(file);
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
};

/** The ten years' log in one file, in one run; against the seconds that an event takes in a lake of one year. */
function oneFile(shape, year) {
  fresh('one');
  mkdirSync(at('one'));
  let lines = 0;
  for (const name of readdirSync(shape.full).sort()) {
    const isLog = name.startsWith('events');
    if (isLog) lines += linesOf(join(shape.full, name));
    appendFileSync(at('one', isLog ? 'events.ndjson' : name), readFileSync(join(shape.full, name)));
  }
  engines.forEach(({ engine }, index) => {
    fresh('one-lake');
    const load = ingest(engine, at('one'), at('one-lake'));
    const times = load.seconds / lines / (year.seconds[index] / year.lines);
    report.add(`${(lines / 1e6).toFixed(1)} M events in one file, ${engine}`, [load], {
      must: '≤ 2 GB, time per event ≤ 1.3 × that of 1 M',
      figure: `${gigabytes(load.peakMb)}, ${times.toFixed(2)} ×`,
      met: load.peakMb <= 2048 && times <= 1.3,
    });
  });
}

/** The same load and day on lakes in an S3 server of this machine, beside those on its disk. */
async function inStore(shape, { full, day }) {
  const installed = await installVersitygw();
  if ('reason' in installed) return console.log(`no lake in a store: ${installed.reason}`);
  fresh('store');
  mkdirSync(at('store'));
  const server = await startVersitygw({ ...installed, folder: at('store') });
  Object.assign(process.env, server.env, { AWS_ENDPOINT_URL: server.endpoint });
  const places = Array.from({ length: runs }, (_, run) => `s3://lake/run-${run}`);
  const [{ engine }] = engines;
  const on = (data) => places.map((place) => ingest(engine, data, place));
  const times = (results, seconds) => ({
    figure: `${(of(results, 'seconds') / seconds).toFixed(2)} × the disk`,
  });
  try {
    const [loads, days] = [on(shape.full), on(shape.day)];
    report.add(`full load, 1 M events, few users, on versitygw, ${engine}`, loads, times(loads, full));
    report.add(`one more day, lake of few users, on versitygw, ${engine}`, days, times(days, day));
  } finally {
    await server.stop();
  }
}

function withinSeconds(workload, results, most) {
  const seconds = of(results, 'seconds');
  report.add(workload, results, {
    must: `≤ ${most} s`,
    figure: `${seconds.toFixed(2)} s`,
    met: seconds <= most,
  });
}

mkdirSync(work, { recursive: true });
const few = await makeShape('few', { work, scale });
const many = await makeShape('many', { work, scale });
const fewLoad = fullLoads(few.full, 'few', '1 M events, few users');
const manyLoad = fullLoads(many.full, 'many', '1 M events, many users');
const someLake = at(`few-${engines[0].engine}`);
withinSeconds(
  'rerun with nothing new, same lake',
  repeated('ingest', few.full, '--lake', someLake, '--quiet'),
  0.5,
);
const dayOfYear = oneMoreDay('few', few.day, fewLoad);
oneMoreDay('many', many.day, manyLoad);
if (options.spark) await onEngines(report, { data: few.full, work, runs });
if (options.store) await inStore(few, { full: fewLoad.seconds[0], day: dayOfYear[0] });
if (!options['skip-large']) {
  const tenYears = await makeShape('decade', { work, scale });
  decade(tenYears, dayOfYear);
  oneFile(tenYears, { seconds: fewLoad.seconds, lines: linesOf(join(few.full, 'events.ndjson')) });
}
for (const command of [['show', 'gold.mrr_daily'], ['snapshot', 'list'], ['tables'], ['--help']])
  withinSeconds(`lake ${command.join(' ')}`, repeated(...command, '--lake', someLake), 0.3);
for (const { engine, query, sample } of engines) {
  const sql = 'SELECT MAX(mrr) AS mrr FROM gold.mrr_daily';
  withinSeconds(
    `lake query of a gold table, ${engine}`,
    repeated('query', sql, '--lake', someLake, '--engine', engine),
    query,
  );
  const loads = Array.from({ length: runs }, () => {
    fresh('sample');
    return ingest(engine, resolve(here, '../data'), at('sample'));
  });
  withinSeconds(`the committed sample, ${engine}`, loads, sample);
}

const text = `# Results\n\nWritten by \`npm run bench\` (median of ${runs} whole processes; the two sides in turn).\n\n${machine()}.\n${fewLoad.compared} (few users), ${manyLoad.compared} (many users)\n\n${report}\n\n${readFileSync(join(here, 'NOTES.md'), 'utf8')}`;
if (scale === 1) writeFileSync(join(here, 'RESULTS.md'), text);
else console.log(`at scale ${scale} the figures mean nothing; everything ran`);
