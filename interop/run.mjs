// Lets programs that are not ours read every published table, now and at three earlier snapshots, and compares all values
// with what `lake show` has. Needs Python 3 and a package registry; says "skipped" where there is none.
//
//   node interop/run.mjs [--spark] [--write] [--venv DIR]     --write: INTEROP.md anew; --spark: readers that are large, and
//                                                             Spark as the engine (spark4.mjs), an hour

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evolvedLake, sampleLake } from './lakes.mjs';
import { enginesOnSpark4 } from './spark4.mjs';
import { startStore } from './store.mjs';

const packages = [
  'pyiceberg[pyarrow,sql-sqlite]==0.12.0',
  'duckdb==1.5.5',
  'duckdb-extension-iceberg==1.5.5',
  'duckdb-extension-avro==1.5.5',
  'duckdb-extension-httpfs==1.5.5',
  'polars==2.1.0',
  'pytz==2026.1.post1',
];
/** Two gigabytes with what they fetch; one needs Java. */
const morePackages = ['pyspark==3.5.8', 'chdb==4.4.0', 'daft==0.7.26'];
const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    spark: { type: 'boolean', default: false },
    venv: { type: 'string' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'lake-interop-'));
const environment = { ...process.env, TZ: 'America/New_York', PYTHONDONTWRITEBYTECODE: '1' };

/** The Python of a new environment with all readers, or why there is none. */
function installReaders() {
  const venv = options.venv ?? join(work, 'venv');
  const python = join(venv, 'bin/python');
  if (existsSync(python)) return { python };
  const made = spawnSync('python3', ['-m', 'venv', venv], { encoding: 'utf8' });
  if (made.status !== 0)
    return { reason: `no Python 3 with venv here (${made.error?.message ?? made.stderr.trim()})` };
  const wanted = [...packages, ...(options.spark ? morePackages : [])];
  const pip = ['-m', 'pip', 'install', '-q', '--retries', '1', '--timeout', '15', ...wanted];
  const installed = spawnSync(python, pip, { encoding: 'utf8', timeout: 300_000 });
  if (installed.status === 0) return { python };
  return {
    reason: `the readers could not be installed: ${(installed.error?.message ?? installed.stderr.trim()).split('\n').at(-1)}`,
  };
}

/** Every table at the newest snapshots, with the rows that lake shows. */
async function casesOf(lake, name, limit, catalog) {
  const cases = [];
  const snapshots = (await lake.snapshots(limit)).map(({ id }) => id);
  for (const snapshot of snapshots) {
    const { tables } = await lake.tables({ snapshot: String(snapshot) });
    for (const { name: table } of tables)
      cases.push({ ...(await caseOf(lake, name, table, snapshot, snapshots[0])), catalog });
  }
  return cases;
}

async function caseOf(lake, name, table, snapshot, head) {
  const folder = join(lake.location, '_iceberg', table);
  const metadata = join(folder, 'metadata', `v${head}.metadata.json`);
  const {
    snapshots,
    'partition-specs': specs,
    'default-spec-id': specId,
    schemas,
  } = JSON.parse(readFileSync(metadata, 'utf8'));
  const seen = snapshots.map((each) => each['snapshot-id']).findLast((id) => id <= snapshot);
  const { columns, rows } = await lake.rows(table, { snapshot: String(snapshot) });
  const lines = [];
  let first;
  const spec = specs.find((each) => each['spec-id'] === specId).fields[0];
  const source =
    spec?.transform === 'identity' && schemas.at(-1).fields.find(({ id }) => id === spec['source-id']).name;
  const at = columns.findIndex((column) => column.name === source);
  for await (const row of rows) {
    first ??= row;
    lines.push(JSON.stringify(Object.fromEntries(columns.map((column, i) => [column.name, row[i]]))));
  }
  const expected = join(work, `${name}-${table}-${snapshot}.ndjson`);
  writeFileSync(expected, `${lines.join('\n')}\n`);
  const partition =
    source && first !== undefined && at >= 0 && first[at] !== null ? [source, first[at]] : null;
  return { table, folder, metadata, snapshot: seen, isHead: snapshot === head, expected, partition };
}

function report({ readers, pruned }, cases) {
  const rows = readers.map((each) => {
    if (each.error !== undefined) return `| ${each.reader} | | | | did not start: ${each.error} |`;
    const { reader, version, line, failures } = each;
    const right = each.cases - failures.length;
    const wrong = [...new Set(failures.map(({ table, problem }) => `${table}: ${problem}`))].slice(0, 5);
    return `| ${reader} | ${version} | \`${line}\` | ${right} of ${each.cases} | ${wrong.map((text) => text.replaceAll('|', '/')).join('<br>')} |`;
  });
  const several = Object.values(pruned).filter(([, all]) => all > 1);
  const fewer = several.filter(([some, all]) => some < all).length;
  return `# Who reads what \`lake iceberg publish\` writes

Measured by \`npm run interop -- --spark --write\`, under \`TZ=America/New_York\`. A case is one table at one snapshot, read whole and
compared value by value with what \`lake show\` has: every table of the sample in four snapshots, and a table that was
changed in every way (rename, added column, widened columns, new partition spec, an emptied partition) with values at the
limits of their types, in its six snapshots; ${cases.length} cases. Readers that are not listed were not run.

| reader | version | line | right | what is not |
|---|---|---|---|---|
${rows.join('\n')}

With a filter on its partition PyIceberg plans fewer files for ${fewer} of the ${several.length} tables that are partitioned by a day and have more than one file.

"By REST" is \`lake serve\`, "from S3" a copy of the lake in versitygw, made by \`lake copy\` and published without \`--location\`; the
others open files.${options.spark ? '' : ' Spark was not run.'}
`;
}

const { python, reason } = installReaders();
if (python === undefined) {
  console.log(`interop: skipped, ${reason}`);
  process.exit(0);
}
try {
  mkdirSync(join(work, 'data'));
  const lakes = [
    ['sample', 4, await sampleLake(join(work, 'sample'), join(work, 'data'))],
    ['evolved', 6, await evolvedLake(join(work, 'evolved'))],
  ];
  const store = await startStore();
  if ('reason' in store) console.log(`interop: no readers from a store, ${store.reason}`);
  const cases = [];
  const servings = [];
  for (const [name, limit, lake] of lakes) {
    const serving = await lake.serve({ port: 0 });
    servings.push(serving);
    const found = await casesOf(lake, name, limit, serving.url);
    cases.push(...('reason' in store ? found : await store.withCopy(lake, name, found)));
  }
  const paths = [join(work, 'cases.json'), join(work, 'results.json')];
  writeFileSync(paths[0], JSON.stringify(cases));
  const script = join(import.meta.dirname, 'readers.py');
  const run = spawn(python, [script, ...paths, ...(options.spark ? ['spark'] : [])], {
    env: { ...environment, ...store.env },
    stdio: 'inherit',
  }); // beside the catalogs, which are here
  const [status] = await once(run, 'close');
  if (status !== 0) throw new Error(`readers.py ended with ${status}`);
  await Promise.all(servings.map((serving) => serving.close()));
  await store.stop?.();
  const results = JSON.parse(readFileSync(paths[1], 'utf8'));
  for (const { reader, failures = [], error } of results.readers) {
    if (error !== undefined) console.log(`${reader} did not start: ${error}`);
    for (const { table, snapshot, problem } of failures.slice(0, 10))
      console.log(`  ${reader}: ${table} at ${snapshot}: ${problem}`);
  }
  console.log('pruned (files for one partition, of all):', JSON.stringify(results.pruned));
  if (options.write) writeFileSync(join(import.meta.dirname, '../INTEROP.md'), report(results, cases));
  const isRight = results.readers.every(
    ({ failures, error }) => error === undefined && failures.length === 0,
  );
  const isEngineRight = options.spark ? await enginesOnSpark4() : true;
  process.exitCode = isRight && isEngineRight ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
