// The workloads of the project, each a whole process, against a hand-written script for native DuckDB.
//
//   node bench/run.mjs [--runs 3] [--skip-large] [--work DIR]
//
// Inputs come from the generator; the gold tables of both sides are compared before a figure counts.
// Writes bench/RESULTS.md.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const lakeCli = resolve(here, '../dist/cli/main.js');
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    'skip-large': { type: 'boolean', default: false },
    work: { type: 'string', default: join(here, '.work') },
  },
});
const runs = Number(options.runs);
const work = resolve(options.work);
const at = (...path) => join(work, ...path);
const users = 38_000;
const rows = [];

/** One process: wall seconds as seen from here, processor seconds and peak memory as it says itself. */
function measure(args) {
  const usage = at('usage.json');
  const started = performance.now();
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, BENCH_USAGE: usage, NODE_OPTIONS: `--import ${join(here, 'usage.mjs')}` },
  });
  const seconds = (performance.now() - started) / 1000;
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed:\n${child.stdout}\n${child.stderr}`);
  return { seconds, ...JSON.parse(readFileSync(usage, 'utf8')), stdout: child.stdout };
}

const lake = (...args) => measure([lakeCli, ...args]);
const native = (...args) => measure([join(here, 'native.mjs'), ...args]);
const fresh = (folder) => rmSync(at(folder), { recursive: true, force: true });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (results, key) => median(results.map((result) => result[key]));

function record(workload, results, must, met) {
  const row = {
    workload,
    must,
    seconds: of(results, 'seconds'),
    all: results.map(({ seconds }) => seconds.toFixed(2)).join(' '),
    cpu: of(results, 'cpuSeconds'),
    peakMb: Math.max(...results.map(({ peakMb }) => peakMb)),
    met,
  };
  rows.push(row);
  console.log(
    `${workload}: ${row.seconds.toFixed(2)} s (${row.all}), ${row.peakMb.toFixed(0)} MB${met ? `: ${met}` : ''}`,
  );
  return row;
}

const verdict = (isMet, figure) => `${figure}, ${isMet ? 'met' : '**missed**'}`;

function compareGold() {
  fresh('exported');
  for (const table of goldTables)
    lake('export', '--lake', at('lake'), '--out', at('exported'), '--table', table);
  const child = spawnSync(process.execPath, [join(here, 'compare.mjs'), at('exported'), at('native')], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`the two sides differ:\n${child.stdout}${child.stderr}`);
  console.log(child.stdout.trim());
  return child.stdout.trim();
}

const goldTables = readdirSync(resolve(here, '../src/pipelines/saas/models/gold')).map(
  (file) => `gold.${file.replace('.sql', '')}`,
);

async function inputs() {
  const { generate } = await import('../dist/generate/generate.js');
  const { generateIncrement } = await import('../dist/generate/increment.js');
  await generate({ seed: 42, users, days: 365, outDir: at('year') });
  await generateIncrement({ seed: 42, users, days: 365, lines: 2900, outDir: at('day') });
  if (options['skip-large']) return;
  await generate({ seed: 42, users, days: 3650, splitDays: 365, outDir: at('decade') });
  await generateIncrement({ seed: 42, users, days: 3650, lines: 2900, outDir: at('decade-day') });
}

function fullLoad() {
  const [ours, theirs] = [[], []];
  for (let run = 0; run < runs; run++) {
    fresh('native');
    theirs.push(native('--data', at('year'), '--out', at('native')));
    fresh('lake');
    ours.push(lake('ingest', at('year'), '--lake', at('lake'), '--quiet'));
  }
  const ratio = median(ours.map(({ seconds }, run) => seconds / theirs[run].seconds));
  record('native DuckDB script, 1 million events', theirs, '', '');
  const peak = Math.max(...ours.map(({ peakMb }) => peakMb));
  const met = ratio <= 2 && peak <= 1.5 * 1024;
  return record(
    'full load, 1 million events of a year, durable',
    ours,
    '≤ 2 × native, ≤ 1.5 GB',
    verdict(met, `${ratio.toFixed(2)} ×, ${(peak / 1024).toFixed(2)} GB`),
  );
}

/** The same increment on a copy of a lake each time. */
function increments(lakeFolder, data) {
  return Array.from({ length: runs }, () => {
    fresh('copy');
    cpSync(at(lakeFolder), at('copy'), { recursive: true });
    return lake('ingest', at(data), '--lake', at('copy'), '--quiet');
  });
}

function repeated(...args) {
  return Array.from({ length: runs }, () => lake(...args));
}

mkdirSync(work, { recursive: true });
await inputs();
const full = fullLoad();
const compared = compareGold();

const rerun = repeated('ingest', at('year'), '--lake', at('lake'), '--quiet');
record(
  'rerun with nothing new, same lake',
  rerun,
  '≤ 1 s, no engine',
  verdict(of(rerun, 'seconds') <= 1, `${of(rerun, 'seconds').toFixed(2)} s`),
);

const day = increments('lake', 'day');
const share = of(day, 'seconds') / full.seconds;
record(
  'one more day, same lake',
  day,
  '≤ 50 % of the full load',
  verdict(share <= 0.5, `${(share * 100).toFixed(0)} %`),
);

if (!options['skip-large']) {
  fresh('large');
  const files = readdirSync(at('decade'))
    .filter((name) => name.startsWith('events'))
    .sort();
  const extracts = readdirSync(at('decade')).filter((name) => !name.startsWith('events'));
  const loads = files.map((file, index) => {
    const paths = [file, ...(index === files.length - 1 ? extracts : [])].map((name) => at('decade', name));
    return lake('ingest', ...paths, '--lake', at('large'), '--quiet');
  });
  record(
    `ten files of a year each, one after the other (${files.length} runs)`,
    loads,
    '≤ 2.5 GB',
    verdict(
      Math.max(...loads.map(({ peakMb }) => peakMb)) <= 2560,
      `${(Math.max(...loads.map(({ peakMb }) => peakMb)) / 1024).toFixed(2)} GB`,
    ),
  );
  const decadeDay = increments('large', 'decade-day');
  const times = of(decadeDay, 'seconds') / of(day, 'seconds');
  const peak = Math.max(...decadeDay.map(({ peakMb }) => peakMb));
  record(
    'one more day on the lake of 10 million',
    decadeDay,
    '≤ 4 × that of 1 million, ≤ 2.5 GB',
    verdict(times <= 4 && peak <= 2560, `${times.toFixed(2)} ×, ${(peak / 1024).toFixed(2)} GB`),
  );
}

for (const command of [['snapshot', 'list'], ['tables'], ['--help']]) {
  const results = repeated(...command, '--lake', at('lake'));
  record(
    `lake ${command.join(' ')}`,
    results,
    '≤ 0.3 s',
    verdict(of(results, 'seconds') <= 0.3, `${of(results, 'seconds').toFixed(2)} s`),
  );
}

const sample = Array.from({ length: runs }, () => {
  fresh('sample');
  return lake('ingest', resolve(here, '../data'), '--lake', at('sample'), '--quiet');
});
record(
  'the committed sample',
  sample,
  '≤ 4 s',
  verdict(of(sample, 'seconds') <= 4, `${of(sample, 'seconds').toFixed(2)} s`),
);

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${release()}, Node ${process.version}`;
const table = rows.map(
  ({ workload, must, seconds, all, cpu, peakMb, met }) =>
    `| ${workload} | ${must} | ${seconds.toFixed(2)} s | ${all} | ${cpu.toFixed(1)} s | ${peakMb.toFixed(0)} MB | ${met} |`,
);
const notes = readFileSync(join(here, 'NOTES.md'), 'utf8');
writeFileSync(
  join(here, 'RESULTS.md'),
  `# Results\n\nWritten by \`npm run bench\` (median of ${runs} whole processes; the two sides in turn).\n\n${machine}.\n${compared}\n\n| workload | must | median | runs (s) | CPU | peak memory | verdict |\n|---|---|---|---|---|---|---|\n${table.join('\n')}\n\n${notes}`,
);
console.log(`written: ${join(here, 'RESULTS.md')}`);
