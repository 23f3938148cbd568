// One full load with one engine; prints how long its models took.
//
//   node bench/engines.mjs --data DIR --lake DIR --engine NAME [--spark ADDRESS]

import { parseArgs } from 'node:util';
import { openLake } from '../dist/lake/open.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    lake: { type: 'string' },
    engine: { type: 'string' },
    spark: { type: 'string' },
  },
});
const { data, lake: location, ...asked } = values;
const lake = openLake({ location, ...asked });
let [first, last] = [];
await lake.ingest({
  paths: [data],
  onProgress({ unit }) {
    if (unit !== 'models') return;
    last = performance.now();
    first ??= last;
  },
});
await lake.close();
console.log(JSON.stringify({ models: (last - first) / 1000 }));
