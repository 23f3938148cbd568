// A million events, and the day after them, with DuckLake and dbt-duckdb beside the script and lake: the statements are the
// script's own (bench/native), so that what is compared is what stands around them. Python and its packages come into a
// folder of their own. The lines that only JavaScript reads as the rules want (2 %) are left out by both peers.
//
//   node bench/peers/million.mjs [--work DIR] [--scale 1] [--runs 1]

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../measure.mjs';
import { SCHEMA, SUSPICIOUS } from '../native/events.mjs';
import { makeShape } from '../shapes.mjs';

const here = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    work: { type: 'string', default: resolve(here, '../.work') },
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
  },
});
const PACKAGES = [
  'duckdb==1.5.5',
  'duckdb-extension-ducklake==1.5.5',
  'dbt-core==1.10.23',
  'dbt-duckdb==1.11.1',
];
/** Tables to which a delivery adds; all others are made again. */
const GROWING = ['lines', 'raw_subscriptions', 'raw_spend', 'records'];

const sqlOf = (file) =>
  readFileSync(join(here, file), 'utf8')
    .replaceAll(/^ *--.*\n/gm, '')
    .replaceAll('$suspicious', () => SUSPICIOUS.replaceAll("'", "''"));

/** The statements of a file, without their semicolons. */
const statementsOf = (file) =>
  sqlOf(file)
    .split(/;\s*\n/)
    .map((text) => text.trim())
    .filter(Boolean);

/** What is made of a query: its name, whether it is only a view, and the query. */
const relations = ['million/deliveries.sql', 'million/slow.sql']
  .concat(['events', 'models', 'mrr', 'gold'].map((name) => `../native/${name}.sql`))
  .flatMap(statementsOf)
  .map((text) => {
    const [head, kind, name] = /^CREATE (TABLE|VIEW) (\w+) AS\s/.exec(text) ?? [];
    if (head === undefined) throw new Error(`no table and no view: ${text.slice(0, 60)}`);
    return { name, isView: kind === 'VIEW', query: text.slice(head.length) };
  });

/** The rules: settings, macros, and the table of rates. */
const rules = [
  ...statementsOf('../native/rules.sql'),
  `CREATE MACRO fields_of(line) AS json_transform(line, '${SCHEMA}')`,
];

/** New lines are read, the old ones are records already. */
const newOnly = ({ name, query }, delivery) =>
  name === 'records'
    ? query.replace('WHERE NOT is_slow', `WHERE NOT is_slow AND delivery = ${delivery}`)
    : query;

function writeDbt(folder) {
  const models = join(folder, 'models');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(models, { recursive: true });
  const names = new Set(relations.map(({ name }) => name));
  const macros = rules
    .filter((text) => text.startsWith('CREATE MACRO'))
    .map((text) => text.replace('CREATE MACRO', 'CREATE OR REPLACE MACRO'));
  writeFileSync(
    join(folder, 'dbt_project.yml'),
    JSON.stringify({
      name: 'million',
      version: '1.0',
      profile: 'million',
      models: { '+materialized': 'table' },
      'on-run-start': macros,
    }),
  );
  const output = { type: 'duckdb', path: join(folder, 'million.duckdb'), threads: 2 };
  writeFileSync(
    join(folder, 'profiles.yml'),
    JSON.stringify({ million: { target: 'dev', outputs: { dev: output } } }),
  );
  const rates = /VALUES ([\s\S]*)$/.exec(rules.find((text) => text.startsWith('INSERT INTO rates')))[1];
  const all = [
    {
      name: 'rates',
      query: `SELECT currency, rate::DECIMAL(9, 4) AS rate FROM (VALUES ${rates}) AS rates(currency, rate)`,
    },
    ...relations,
  ];
  names.add('rates');
  for (const relation of all) {
    const { name, isView } = relation;
    const kind = isView ? 'view' : GROWING.includes(name) ? 'incremental' : 'table';
    const body = newOnly(relation, '$delivery')
      .replaceAll(/\b(FROM|JOIN) (\w+)\b/g, (text, word, table) =>
        names.has(table) && table !== name ? `${word} {{ ref('${table}') }} AS ${table}` : text,
      )
      .replaceAll(/AS (\w+) AS (\w+)\b/g, 'AS $2')
      .replaceAll(
        /(\}\}) AS \w+ ((?!ON|USING|WHERE|GROUP|ORDER|JOIN|LEFT|ANTI|SEMI|UNION|QUALIFY|CROSS)[a-z]\w*)\b/g,
        '$1 AS $2',
      )
      .replaceAll('$data', "{{ var('data') }}")
      .replaceAll('$delivery', "{{ var('delivery') }}");
    writeFileSync(join(models, `${name}.sql`), `{{ config(materialized='${kind}') }}\n${body}\n`);
  }
}

/** What ducklake.py runs for a delivery, in one transaction. */
function writeDuckLake(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const temporary = rules.map((text) =>
    text.replace('CREATE MACRO', 'CREATE TEMP MACRO').replace('CREATE TABLE', 'CREATE TEMP TABLE'),
  );
  const plan = (delivery) =>
    relations.map((relation) => {
      const { name, isView } = relation;
      const query = newOnly(relation, delivery);
      if (delivery === 0) return `CREATE ${isView ? 'VIEW' : 'TABLE'} ${name} AS ${query}`;
      if (isView) return `CREATE OR REPLACE VIEW ${name} AS ${query}`;
      return GROWING.includes(name)
        ? `INSERT INTO ${name} ${query}`
        : `CREATE OR REPLACE TABLE ${name} AS ${query}`;
    });
  for (const delivery of [0, 1])
    writeFileSync(
      join(folder, `${delivery}.json`),
      JSON.stringify({ rules: temporary, statements: plan(delivery) }),
    );
}

function python() {
  const venv = join(options.work, 'peers', 'venv-million');
  execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(join(venv, 'bin/pip'), ['install', '-q', ...PACKAGES], { stdio: 'inherit' });
  return (program) => join(venv, 'bin', program);
}

/** Seconds of a process, and the last line that it printed. */
function timed(program, ...args) {
  const started = performance.now();
  const out = execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { seconds: (performance.now() - started) / 1000, last: out.trim().split('\n').at(-1) };
}

const bin = python();
const at = (name) => join(options.work, 'peers', name);
const { full, day } = await makeShape('few', { work: options.work, scale: Number(options.scale) });

const peers = {
  DuckLake: {
    start: () => writeDuckLake(at('ducklake')),
    deliver: (data, delivery) =>
      timed(bin('python'), join(here, 'million/ducklake.py'), at('ducklake'), data, String(delivery)),
  },
  'dbt-duckdb': {
    start: () => writeDbt(at('dbt-million')),
    deliver: (data, delivery) => {
      const vars = JSON.stringify({ data, delivery });
      const where = ['--project-dir', at('dbt-million'), '--profiles-dir', at('dbt-million')];
      return timed(bin('dbt'), '--no-use-colors', 'run', ...where, '--vars', vars);
    },
  },
};

for (const [name, { start, deliver }] of Object.entries(peers)) {
  const runs = Array.from({ length: Number(options.runs) }, () => {
    start();
    return [deliver(full, 0), deliver(day, 1)];
  });
  for (const [step, what] of ['full load', 'one more day'].entries()) {
    const seconds = runs.map((run) => run[step].seconds);
    const all = seconds.map((each) => each.toFixed(2)).join(' ');
    console.log(`${name}, ${what}: ${median(seconds).toFixed(2)} s (${all}); ${runs.at(-1)[step].last}`);
  }
}
