// The workloads of the project, each a whole process, against a hand-written script for native DuckDB.
//
//   node bench/run.mjs [--runs 3] [--scale 1] [--skip-large] [--store] [--spark] [--work DIR]
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

const lake = (...args) => measure([lakeCli, ...args], at('usage.json'));
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

/** Both sides in turn, then their gold compared; `most` is how many times as long as the script it may take. */
function fullLoad(data, lakeFolder, { name, most }) {
  const [ours, theirs] = [[], []];
  for (let run = 0; run < runs; run++) {
    fresh('native');
    theirs.push(native('--data', data, '--out', at('native')));
    fresh(lakeFolder);
    ours.push(lake('ingest', data, '--lake', at(lakeFolder), '--quiet'));
  }
  const ratio = median(ours.map(({ seconds }, run) => seconds / theirs[run].seconds));
  const peak = peakOf(ours);
  report.add(`native DuckDB script, ${name}`, theirs);
  report.add(`full load, ${name}, durable`, ours, {
    must: `≤ ${most} × script, ≤ 1.2 GB`,
    figure: `${ratio.toFixed(2)} ×, ${gigabytes(peak)}`,
    met: ratio <= most && peak <= 1.2 * 1024,
  });
  return { seconds: of(ours, 'seconds'), compared: compareGold(lakeFolder) };
}

/** The same increment on a copy of a lake each time. */
function increments(lakeFolder, data) {
  return Array.from({ length: runs }, () => {
    fresh('copy');
    cpSync(at(lakeFolder), at('copy'), { recursive: true });
    return lake('ingest', data, '--lake', at('copy'), '--quiet');
  });
}

function oneMoreDay(lakeFolder, data, full) {
  const day = increments(lakeFolder, data);
  const share = of(day, 'seconds') / full.seconds;
  report.add(`one more day, lake of ${lakeFolder} users`, day, {
    must: '≤ 30 % of its full load',
    figure: `${(share * 100).toFixed(0)} %`,
    met: share <= 0.3,
  });
  return of(day, 'seconds');
}

function decade(shape, dayOfYear) {
  fresh('large');
  const names = readdirSync(shape.full).sort();
  const files = names.filter((name) => name.startsWith('events'));
  const extracts = names.filter((name) => !name.startsWith('events'));
  const loads = files.map((file, index) => {
    const paths = [file, ...(index === files.length - 1 ? extracts : [])].map((name) =>
      join(shape.full, name),
    );
    return lake('ingest', ...paths, '--lake', at('large'), '--quiet');
  });
  report.add(`ten files of a year each, one after the other (${loads.length} runs)`, loads, {
    must: '≤ 2 GB',
    figure: gigabytes(peakOf(loads)),
    met: peakOf(loads) <= 2048,
  });
  const days = increments('large', shape.day);
  const times = of(days, 'seconds') / dayOfYear;
  report.add('one more day, lake of ten years', days, {
    must: '≤ 1.5 × that of one year, ≤ 2 GB',
    figure: `${times.toFixed(2)} ×, ${gigabytes(peakOf(days))}`,
    met: times <= 1.5 && peakOf(days) <= 2048,
  });
}

const linesOf = (file) => {
  const bytes = readFileSync(file);
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
};

/** The ten years' log in one file, in one run; against the seconds that an event takes in a lake of one year. */
function oneFile(shape, secondsPerEvent) {
  fresh('one');
  fresh('one-lake');
  mkdirSync(at('one'));
  let lines = 0;
  for (const name of readdirSync(shape.full).sort()) {
    const isLog = name.startsWith('events');
    if (isLog) lines += linesOf(join(shape.full, name));
    appendFileSync(at('one', isLog ? 'events.ndjson' : name), readFileSync(join(shape.full, name)));
  }
  const load = lake('ingest', at('one'), '--lake', at('one-lake'), '--quiet');
  const times = load.seconds / lines / secondsPerEvent;
  report.add(`${(lines / 1e6).toFixed(1)} M events in one file`, [load], {
    must: '≤ 2 GB, time per event ≤ 1.3 × that of 1 M',
    figure: `${gigabytes(load.peakMb)}, ${times.toFixed(2)} ×`,
    met: load.peakMb <= 2048 && times <= 1.3,
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
  const on = (data) => places.map((place) => lake('ingest', data, '--lake', place, '--quiet'));
  const times = (results, seconds) => ({
    figure: `${(of(results, 'seconds') / seconds).toFixed(2)} × the disk`,
  });
  try {
    const [loads, days] = [on(shape.full), on(shape.day)];
    report.add('full load, 1 M events, few users, on versitygw', loads, times(loads, full));
    report.add('one more day, lake of few users, on versitygw', days, times(days, day));
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
const fewLoad = fullLoad(few.full, 'few', { name: '1 M events, few users', most: 1.75 });
const manyLoad = fullLoad(many.full, 'many', { name: '1 M events, many users', most: 2 });
withinSeconds(
  'rerun with nothing new, same lake',
  repeated('ingest', few.full, '--lake', at('few'), '--quiet'),
  0.5,
);
const dayOfYear = oneMoreDay('few', few.day, fewLoad);
oneMoreDay('many', many.day, manyLoad);
if (options.spark) await onEngines(report, { data: few.full, work, runs });
if (options.store) await inStore(few, { full: fewLoad.seconds, day: dayOfYear });
if (!options['skip-large']) {
  const tenYears = await makeShape('decade', { work, scale });
  decade(tenYears, dayOfYear);
  oneFile(tenYears, fewLoad.seconds / linesOf(join(few.full, 'events.ndjson')));
}
for (const command of [['snapshot', 'list'], ['tables'], ['--help']])
  withinSeconds(`lake ${command.join(' ')}`, repeated(...command, '--lake', at('few')), 0.3);
withinSeconds(
  'the committed sample',
  Array.from({ length: runs }, () => {
    fresh('sample');
    return lake('ingest', resolve(here, '../data'), '--lake', at('sample'), '--quiet');
  }),
  2.5,
);

const text = `# Results\n\nWritten by \`npm run bench\` (median of ${runs} whole processes; the two sides in turn).\n\n${machine()}.\n${fewLoad.compared} (few users), ${manyLoad.compared} (many users)\n\n${report}\n\n${readFileSync(join(here, 'NOTES.md'), 'utf8')}`;
if (scale === 1) writeFileSync(join(here, 'RESULTS.md'), text);
else console.log(`at scale ${scale} the figures mean nothing; everything ran`);
