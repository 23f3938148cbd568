// What an engine said of a project's statements, kept for the next command: the same statements over the same tables are asked once.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fieldType } from '../../format/json-shapes.js';
import type { ProjectFacts, ProjectStatements } from './model-facts.js';

/** Raised when what is asked, or the engine's version, changes what is answered. */
const FACTS_VERSION = 'duckdb-wasm 1.32.0, 4';

const names = z.array(z.string());
const factsShape = z.strictObject({
  models: z.array(
    z.strictObject({
      table: z.string(),
      reads: z.record(z.string(), names),
      usesRange: z.boolean(),
      columns: z.array(z.strictObject({ name: z.string(), type: fieldType, cast: z.string().optional() })),
      lineage: z.strictObject({
        rows: names,
        columns: z.record(z.string(), names),
        keys: z.record(z.string(), names),
      }),
    }),
  ),
  others: z.record(z.string(), names),
  faults: z.array(z.never()),
});

/** The facts that are kept for these statements, or what `ask` answers, which is kept then unless it holds faults. */
export async function cachedFacts(
  folder: string | undefined,
  statements: ProjectStatements,
  ask: () => Promise<ProjectFacts>,
): Promise<ProjectFacts> {
  if (statements.models.length + statements.others.length === 0)
    return { models: [], others: {}, faults: [] };
  if (folder === undefined) return ask();
  const path = join(folder, `${keyOf(statements)}.json`);
  const kept = await keptFacts(path);
  if (kept !== undefined) return kept;
  const facts = await ask();
  if (facts.faults.length === 0) await keep(path, folder, facts);
  return facts;
}

const keyOf = (statements: ProjectStatements): string =>
  createHash('sha256')
    .update(JSON.stringify([FACTS_VERSION, statements]))
    .digest('hex');

/** What is unreadable, or of another shape, is asked again. */
async function keptFacts(path: string): Promise<ProjectFacts | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return factsShape.parse(JSON.parse(text)) as ProjectFacts;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is none. */
async function keep(path: string, folder: string, facts: ProjectFacts): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}`;
    await writeFile(temporary, JSON.stringify(facts));
    await rename(temporary, path);
  } catch {
    // the next command asks again
  }
}
