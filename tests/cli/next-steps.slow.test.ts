// What commands say of a small project: the next step by its words, no heading over nothing, tables whose key is another now.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiffReport } from '../../src/lake/history/diff.js';
import { writeTexts } from '../project/project-folder.js';
import { jsonHere, runHere } from './run-here.js';

const model = (day: string): string => `/*
key: ${day}
*/
SELECT ordered_on AS ${day}, COUNT(*) AS orders FROM silver.orders GROUP BY ordered_on`;

let folder = '';
let project: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-next-'));
  project = ['--project', folder];
  await writeTexts(folder, {
    'lake.yaml': `name: shop
sources:
  orders:
    files: "orders*.csv"
    kind: extract
    key: order_id
    fields: { order_id: text required, ordered_on: date required }
`,
    'models/gold/days.sql': model('day'),
    'data/orders-1.csv': 'order_id,ordered_on\n1,2024-03-05\n2,nonsense\n',
  });
  await jsonHere(['ingest', ...project]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('lake', () => {
  it('names the exported file in the next step, as a shell takes it', async () => {
    const { stdout } = await runHere([
      'quarantine',
      '--export',
      join(folder, "it's mine.ndjson"),
      ...project,
    ]);
    expect(stdout).toContain(`Next: lake replay --from '${folder}/it'\\''s mine.ndjson', once`);
  });

  it('puts no heading over metrics that a project does not have', async () => {
    const { stdout } = await runHere(['metrics', ...project]);
    expect(stdout).toMatch(/^No figure of a run is measured: "metrics" in lake\.yaml/);
    expect(stdout).toContain('Run by run');
  });

  it('compares whole rows of a table whose key was another then', async () => {
    await writeTexts(folder, {
      'models/gold/days.sql': model('date'),
      'data/orders-2.csv': 'order_id,ordered_on\n3,2024-03-06\n',
    });
    await jsonHere(['ingest', ...project]);
    for (const sides of [
      ['1', '2'],
      ['2', '1'],
    ]) {
      const { tables, rows } = await jsonHere<DiffReport>([
        'snapshot',
        'diff',
        ...sides,
        '--rows',
        ...project,
      ]);
      expect(tables.find(({ table }) => table === 'gold.days')).toMatchObject({ change: 'changed' });
      expect(rows?.['gold.days']?.length).toBeGreaterThan(0);
    }
  });
});
