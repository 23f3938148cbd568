// The same load with every engine: in the process, native, on Sail and on Spark 4.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure, median } from './measure.mjs';
import { installSpark4, startSpark4 } from '../tests/sparks/spark4.mjs';
import { noSail, startSail } from '../tests/sparks/sail.mjs';

/** Adds a row for each engine that can be had here; `runs` loads of each. */
export async function onEngines(report, { data, work, runs }) {
  const load = (...engine) =>
    Array.from({ length: runs }, () => {
      const lake = join(work, 'engine-lake');
      rmSync(lake, { recursive: true, force: true });
      const args = ['--data', data, '--lake', lake, '--engine', ...engine];
      return measure([join(import.meta.dirname, 'engines.mjs'), ...args], join(work, 'usage.json'));
    });
  const add = (name, results) => {
    const models = median(results.map(({ stdout }) => JSON.parse(stdout).models));
    report.add(`full load, 1 M events, few users, by the library, ${name}`, results, {
      figure: `models ${models.toFixed(1)} s`,
    });
  };
  add('wasm', load('wasm'));
  add('native', load('native'));
  for (const [name, start] of Object.entries({ Sail: sail, 'Spark 4': spark4 })) {
    const server = await start();
    if ('reason' in server) {
      console.log(`no load on ${name}: ${server.reason}`);
      continue;
    }
    try {
      add(name, load('spark', '--spark', server.address));
    } finally {
      await server.kill();
    }
  }
}

const sail = () => (noSail === undefined ? startSail() : { reason: noSail });

async function spark4() {
  const installed = await installSpark4();
  return 'reason' in installed ? installed : startSpark4({ ...installed, memory: '4g' });
}
