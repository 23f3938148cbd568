// `tests/*.yaml`: rows that a model is given, and the rows that it must make of them.

import { z } from 'zod';
import { nameShape } from './names.js';
import type { Problems } from './problems.js';
import { shaped } from './shape.js';
import { parseYaml, type YamlText } from './yaml-text.js';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const row = z.record(nameShape, cell);
const rows = z.array(row);
const tableName = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected a table as layer.table');

/** One test of a file. */
export const testShape = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  model: tableName,
  /** Rows by table; a table that the model reads and that is not named has none. Columns that are not named are null. */
  given: z.record(tableName, rows),
  expect: rows,
});

/** A row as a test writes it: values by column. */
export type TestRow = z.output<typeof row>;
/** A test of a model, as its file has it. */
type ModelTestDocument = z.output<typeof testShape>;

/** One test of a file, with its places. */
export interface ModelTest {
  /** Relative to the project's folder. */
  readonly file: string;
  /** The file's name without its ending, and the test's place where a file has several. */
  readonly name: string;
  /** The test's position in its file; undefined where the file is one test. */
  readonly at?: number;
  readonly test: ModelTestDocument;
  readonly places: YamlText;
}

/** Reads a file of one test, or of a list of them. */
export function parseTestFile(
  { file, text }: { readonly file: string; readonly text: string },
  problems: Problems,
): readonly ModelTest[] {
  const places = parseYaml({ file, text }, problems);
  if (places === undefined) return [];
  const base = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  const knownKeys = (path: readonly PropertyKey[]): readonly string[] =>
    path.filter((step) => typeof step === 'string').length === 0 ? Object.keys(testShape.shape) : [];
  if (!Array.isArray(places.value)) {
    const test = shaped(places, testShape, { problems, knownKeys });
    return test === undefined ? [] : [{ file, name: test.name ?? base, test, places }];
  }
  const tests = shaped(places, z.array(testShape), { problems, knownKeys }) ?? [];
  return tests.map((test, i) => ({ file, name: test.name ?? `${base} ${i + 1}`, at: i, test, places }));
}
