// A log may come in any format: the same records end in the same rows and conflicts, whatever file they stand in.

import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { loadProject } from '../../src/project/load/load-project.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake, type TestLake } from '../pipeline/lake-under-test.js';
import { ProjectFolder } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

/** The engine of all tests, which closing only clears. */
const startEngine = async (): Promise<Engine> => clearedOnClose(await shared.resources.engine());

interface Reading {
  readonly id: string;
  readonly at: string;
  readonly value: string;
}

/** A format: how its source is said, and how a file of it is written. */
interface Format {
  readonly source: string;
  readonly extension: string;
  readonly write: (readings: readonly Reading[]) => string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  ndjson: {
    source: 'format: ndjson',
    extension: 'ndjson',
    write: (readings) => readings.map((each) => `${JSON.stringify(each)}\n`).join(''),
  },
  csv: {
    source: 'format: csv\n    csv: { delimiter: ";", skip: 1 }',
    extension: 'csv',
    write: (readings) =>
      `Readings\nid;at;value\n${readings.map(({ id, at, value }) => `"${id}";${at};${value}\n`).join('')}`,
  },
  'csv without a header': {
    source: 'format: csv\n    csv: { skip: 1, header: false }',
    extension: 'csv',
    write: (readings) =>
      `Readings\n${readings.map(({ id, at, value }) => `"${id}",${at},${value}\n`).join('')}`,
  },
  json: {
    source: 'format: json\n    records: "data[]"',
    extension: 'json',
    write: (readings) => JSON.stringify({ data: readings }),
  },
};

async function lakeOf({ source, extension }: Format, key: string): Promise<TestLake<object>> {
  await folder.write({
    'lake.yaml': `name: station
sources:
  readings:
    files: "readings*.${extension}"
    kind: log
    ${source}
${key}    winner: [at]
    fields:
      id: { type: text, required: true, trim: true }
      at: timestamp required
      value: { type: "decimal(9,2)", min: 0 }
    dates: { day: at }
    partition: day(day)
range: silver.readings.day
`,
    'models/gold/days.sql': `/*
key: day
*/
SELECT day, COUNT(*) AS readings, SUM(value) AS total FROM silver.readings GROUP BY day
`,
  });
  const project = await loadProject(folder.path, { startEngine });
  return testLake<object>({
    resources: shared.resources,
    pipelineUnder: (settings) => project.under(settings),
    settings: project.settings.defaults,
  });
}

const reading = (id: string, hour: number, value: string): Reading => ({
  id,
  at: `2024-03-0${1 + Math.floor(hour / 24)}T${String(hour % 24).padStart(2, '0')}:00:00Z`,
  value,
});
const first = [reading('a', 1, '1.5'), reading('b', 2, '2'), reading('c', 3, '-1'), reading('a', 1, '1.5')];
const second = [
  reading('a', 0, '9'),
  reading('d', 30, '4'),
  reading('b', 5, '2.5'),
  reading('x', 31, 'much'),
];
const KEYED = '    key: id\n';
const TABLES = ['silver.readings', 'silver.readings_conflicts', 'gold.days'];

async function rowsOf(lake: TestLake<object>): Promise<readonly unknown[]> {
  return Promise.all(TABLES.map((table) => lake.rows(table)));
}

const filesOf = ({ extension, write }: Format, ...deliveries: readonly (readonly Reading[])[]) =>
  deliveries.map((readings, i) => ({
    name: `readings-${i + 1}.${extension}`,
    bytes: Buffer.from(write(readings)),
  }));

describe.each(Object.keys(FORMATS))('a log of %s', (name) => {
  const format = FORMATS[name]!;

  it('has one row a key by content, the losing variants beside it, in any order of its files', async () => {
    const lake = await lakeOf(format, KEYED);
    const [one, two] = filesOf(format, first, second);
    await lake.ingest([one!]);
    await lake.ingest([two!]);
    const rows = await rowsOf(lake);
    expect(rows).toEqual([
      [
        ['a', expect.anything(), '2024-03-01', '1.50'],
        ['b', expect.anything(), '2024-03-01', '2.50'],
        ['d', expect.anything(), '2024-03-02', '4.00'],
      ],
      [
        ['a', expect.anything(), '2024-03-01', '1.50', true],
        ['a', expect.anything(), '2024-03-01', '9.00', false],
        ['b', expect.anything(), '2024-03-01', '2.50', true],
        ['b', expect.anything(), '2024-03-01', '2.00', false],
      ],
      [
        ['2024-03-01', 2, '4.00'],
        ['2024-03-02', 1, '4.00'],
      ],
    ]);
    const other = await lakeOf(format, KEYED);
    await other.ingest([two!]);
    await other.ingest([one!, { ...one!, name: `readings-3.${format.extension}` }]);
    expect(await rowsOf(other)).toEqual(rows);
  });

  it('takes bytes that it has read for a rerun, under any name', async () => {
    const lake = await lakeOf(format, KEYED);
    const [one] = filesOf(format, first);
    await lake.ingest([one!]);
    const { read } = await lake.run([{ ...one!, name: `readings-again.${format.extension}` }]);
    expect(read.map(({ kind }) => kind)).toEqual(['known']);
  });

  it('without a key counts equal records once', async () => {
    const lake = await lakeOf(format, '');
    await lake.ingest(filesOf(format, first, first, second));
    expect(await lake.rows('gold.days')).toEqual([
      ['2024-03-01', 4, '15.00'],
      ['2024-03-02', 1, '4.00'],
    ]);
  });

  it('takes refused records back when they are corrected, and once only', async () => {
    const lake = await lakeOf(format, KEYED);
    await lake.ingest(filesOf(format, first, second));
    const refused = await lake.rows('silver.quarantine');
    const text = refused
      .map(([source, , batch_id, line_number, , raw]) => {
        const corrected = String(raw).replace('much', '7').replace('-1', '1');
        return JSON.stringify({ source, batch_id, line_number, raw: corrected });
      })
      .join('\n');
    await lake.replay({ name: 'corrected.ndjson', text });
    const sound = await lakeOf(format, KEYED);
    const [c, x] = [reading('c', 3, '1'), reading('x', 31, '7')];
    await sound.ingest(filesOf(format, [...first, c], [...second, x]));
    expect(await rowsOf(lake)).toEqual(await rowsOf(sound));
    expect(await lake.rows('silver.quarantine')).toEqual([]);
    const before = await lake.contents();
    await lake.replay({ name: 'again.ndjson', text });
    await lake.backfill();
    expect(await lake.contents()).toEqual(before);
  });

  it('is made again from bronze, byte for byte', async () => {
    const lake = await lakeOf(format, KEYED);
    await lake.ingest(filesOf(format, first, second));
    const before = await lake.contents();
    await lake.backfill();
    expect(await lake.contents()).toEqual(before);
    await lake.backfill({ from: '2024-03-01', to: '2024-03-01' });
    expect(await lake.contents()).toEqual(before);
    const refused = (await lake.rows('silver.quarantine')).map((row) => row[5] ?? row[4]);
    expect(refused).toHaveLength(2);
  });
});
