// The built-in project written out as files is the same project: equal contracts, and the same bytes in every table.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/engine/choose-engine.js';
import type { PipelinePart } from '../../src/pipeline/define/pipeline-part.js';
import { initFromTemplate } from '../../src/project/init/templates.js';
import { loadProject, type Project } from '../../src/project/load/load-project.js';
import { contractHash } from '../../src/records/contract-hash.js';
import { goldenCases } from '../golden/cases.js';
import { newLake, sharedResources } from '../pipeline/lake-under-test.js';
import { defaultSettings, saas, saasPipeline } from '../pipelines/built-in-saas.js';
import { ProjectFolder, refusal } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

async function written(): Promise<Project> {
  await initFromTemplate(folder.path, 'saas');
  return loadProject(folder.path, { startEngine: chooseEngine({ engine: 'wasm' }) });
}

async function deliveries(name: string) {
  const golden = goldenCases().find((each) => each.name === name)!;
  return Promise.all(
    golden.batchDirs.map(async (dir) =>
      Promise.all(
        (await readdir(dir)).map(async (file) => ({
          name: basename(file),
          bytes: await readFile(join(dir, file)),
        })),
      ),
    ),
  );
}

describe('the template of the built-in project', () => {
  it('makes the same bytes in every table as the built-in one', async () => {
    const copy = await written();
    const pipeline = copy.under(copy.settings.defaults);
    const [own, builtIn] = [
      newLake(shared.resources, defaultSettings, { pipeline }),
      newLake(shared.resources, defaultSettings),
    ];
    for (const files of await deliveries('10-two-runs')) {
      await own.ingest(files);
      await builtIn.ingest(files);
    }
    const contents = await own.contents(['bronze.runs']);
    expect(contents).toEqual(await builtIn.contents(['bronze.runs']));
    expect(Object.values(contents).flat().length).toBeGreaterThan(20);
  });

  it('is a project that a person changes: a word more is another contract', async () => {
    const copy = await written();
    const hashes = (part: Project): readonly string[] =>
      part.under(part.settings.defaults).sources.map(({ contract }) => contractHash(contract));
    const text = await readFile(join(folder.path, 'lake.yaml'), 'utf8');
    await folder.write({ 'lake.yaml': text.replace('[signup, login,', '[signup, login, invite_sent,') });
    const changed = await loadProject(folder.path, { startEngine: chooseEngine({ engine: 'wasm' }) });
    expect(hashes(changed)[0]).toBe(
      contractHash(saasPipeline({ eventTypes: ['invite_sent'] }).sources[0]!.contract),
    );
    expect(hashes(changed).slice(1)).toEqual(hashes(copy).slice(1));
  });

  it('knows the settings that runs of the built-in one recorded, and the built-in one those of a folder', async () => {
    const copy = await written();
    const recorded = { ...defaultSettings, eventTypes: ['invite_sent'] };
    const hashOf = (part: PipelinePart, settings: object): string =>
      contractHash(part.under(settings).sources[0]!.contract);
    expect(hashOf(copy, recorded)).toBe(hashOf(saas, recorded));
    expect(hashOf(saas, copy.settings.defaults)).toBe(hashOf(saas, defaultSettings));
  });

  it('writes over nothing', async () => {
    await written();
    expect(await refusal(initFromTemplate(folder.path, 'saas'))).toEqual([
      expect.stringContaining('is there already'),
    ]);
  });
});
