// Four files of a shop, from the folder to figures, with lake, dlt and dbt-duckdb: what a person writes and types, how long
// it takes, and what is told of the two records that nobody can read. Python and its packages come into a folder of their own.
//
//   node bench/peers/four-files.mjs [--work DIR]

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const lakeCli = resolve(here, '../../dist/program/lake.js');
const { values: options } = parseArgs({
  options: { work: { type: 'string', default: resolve(here, '../.work/peers') } },
});
const PACKAGES = ['dlt[duckdb]==1.31.0', 'dbt-core==1.10.23', 'dbt-duckdb==1.11.1'];
const FILES = [
  'shop/data/orders-1.csv',
  'logs/data/app-1.ndjson',
  'subscriptions/data/subscriptions-1.json',
  'ad-costs/data/costs-1.csv',
];
const FIGURES = {
  paid: "SELECT SUM(summe) FROM silver.orders WHERE status = 'paid'",
  errors: "SELECT COUNT(*) FROM silver.app WHERE LOWER(level) = 'error'",
  active: "SELECT COUNT(*) FROM silver.subscriptions WHERE status = 'active'",
  costs: 'SELECT SUM(cost) FROM silver.costs',
};

/** A fresh folder with the four files. */
function folderOf(name) {
  const folder = join(options.work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES)
    copyFileSync(resolve(here, '../../examples', file), join(folder, file.split('/').at(-1)));
  return folder;
}

function python() {
  const venv = join(options.work, 'venv');
  execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(join(venv, 'bin/pip'), ['install', '-q', ...PACKAGES], { stdio: 'inherit' });
  return (program) => join(venv, 'bin', program);
}

/** Commands that ran one after the other: seconds, and what the last one printed. */
function timed(folder, commands) {
  const started = performance.now();
  const outputs = commands.map(([program, ...args]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  return { seconds: (performance.now() - started) / 1000, commands: commands.length, last: outputs.at(-1) };
}

/** Lines that say something, of all files below a folder. */
const linesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').split('\n'))
    .filter((line) => !/^\s*(#|--|$)/.test(line)).length;

function withLake() {
  const folder = folderOf('lake');
  const lake = (...args) => [process.execPath, lakeCli, ...args];
  const run = timed(folder, [lake('init'), lake('ingest')]);
  const value = (sql) =>
    Number(
      execFileSync(process.execPath, [lakeCli, 'query', sql, '--format', 'csv'], {
        cwd: folder,
        encoding: 'utf8',
      })
        .trim()
        .split('\n')[1],
    );
  const figures = Object.fromEntries(Object.entries(FIGURES).map(([name, sql]) => [name, value(sql)]));
  return { ...run, lines: 0, figures };
}

function withDlt(bin) {
  const folder = folderOf('dlt');
  const run = timed(folder, [[bin('python'), join(here, 'dlt/load.py'), folder]]);
  return {
    ...run,
    lines: linesIn(join(here, 'dlt')),
    figures: JSON.parse(run.last.trim().split('\n').at(-1)),
  };
}

function withDbt(bin) {
  const folder = folderOf('dbt');
  cpSync(join(here, 'dbt'), join(folder, 'project'), { recursive: true });
  const at = ['--project-dir', 'project', '--profiles-dir', 'project', '--vars', `{folder: ${folder}}`];
  const run = timed(folder, [
    [bin('dbt'), 'run', ...at],
    [bin('dbt'), '--quiet', 'show', ...at, '--select', 'figures', '--output', 'json'],
  ]);
  const [figures] = JSON.parse(run.last).show;
  return { ...run, lines: linesIn(join(here, 'dbt')), figures };
}

const bin = python();
for (const [name, { lines, commands, seconds, figures }] of Object.entries({
  lake: withLake(),
  dlt: withDlt(bin),
  'dbt-duckdb': withDbt(bin),
}))
  console.log(
    `${name}: ${lines} lines, ${commands} commands, ${seconds.toFixed(1)} s, ${JSON.stringify(figures)}`,
  );
