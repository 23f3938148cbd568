// The templates of `lake init`: each is a project that takes its own data in, passes its tests and says figures.

import { rm } from 'node:fs/promises';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { initFromTemplate } from '../../src/project/init/templates.js';
import { loadProject } from '../../src/project/load/load-project.js';
import { runModelTests } from '../../src/lake/testing/model-tests.js';
import type { Engine } from '../../src/engine/engine.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake } from '../pipeline/lake-under-test.js';
import { ProjectFolder } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

/** The engine of all tests, which closing only clears. */
const startEngine = async (): Promise<Engine> => clearedOnClose(await shared.resources.engine());

describe('a template', () => {
  it.each([
    [
      'shop',
      {
        'gold.daily_orders': [
          ['2024-03-01', 1, '59.80'],
          ['2024-03-02', 1, '9.90'],
        ],
        'gold.products': [
          ['mug', 3, '29.70'],
          ['pot', 1, '40.00'],
        ],
        'gold.countries': [
          ['DE', 1, '59.80'],
          ['FR', 1, '9.90'],
        ],
        'silver.quarantine': [],
      },
    ],
    [
      'logs',
      {
        'gold.daily_requests': [
          ['2024-03-01', 2, 0, 1],
          ['2024-03-02', 1, 1, 1],
        ],
        'gold.paths': [
          ['/', 1, 0, 12.5],
          ['/cart', 2, 1, 30000.25],
        ],
        'silver.quarantine': [],
      },
    ],
  ] as const)('%s is a project that runs', async (template, expected) => {
    const path = join(folder.path, 'mine');
    const { written } = await initFromTemplate(path, template);
    expect(written).toContain('lake.yaml');
    const project = await loadProject(path, { startEngine });
    expect(project.name).toBe('mine');
    const tests = await runModelTests(project, { startEngine });
    expect(tests.map(({ status, faults }) => [status, faults])).toEqual([['pass', []]]);
    const lake = testLake<object>({
      resources: shared.resources,
      pipelineUnder: (settings) => project.under(settings),
      settings: project.settings.defaults,
    });
    const names = await readdir(join(path, 'data'));
    const files = names.map(async (name) => ({ name, bytes: await readFile(join(path, 'data', name)) }));
    await lake.ingest(await Promise.all(files));
    for (const [table, rows] of Object.entries(expected))
      expect([table, await lake.rows(table)]).toEqual([table, rows]);
    await expect(initFromTemplate(path, template)).rejects.toThrow('nothing is overwritten');
    await rm(path, { recursive: true });
  });
});
