// Reads a project's folder when the program is built, so that no command has to.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chooseEngine } from '../../engine/choose-engine.js';
import { loadProject } from '../load/load-project.js';
import type { CompiledProject } from './compiled-project.js';

/**
 * Writes a project's folder as one file of JSON.
 * @param cache a folder that keeps what the engine says, so that it is asked after a change alone
 * @throws LakeError as `loadProject` does
 */
export async function compileProject(folder: string, file: string, cache: string): Promise<void> {
  const { files, facts } = await loadProject(folder, {
    startEngine: chooseEngine({ engine: 'wasm' }),
    cache,
  });
  const compiled: CompiledProject = {
    document: files.document,
    models: files.models.map(({ table, file, header, sql, firstLine }) => ({
      table,
      file,
      header,
      sql,
      firstLine,
    })),
    checks: files.checks.map(({ name, file, header, sql, firstLine }) => ({
      name,
      file,
      header,
      sql,
      firstLine,
    })),
    facts,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(compiled));
}
