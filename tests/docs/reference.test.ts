// What the documents say of commands, settings and checks is what the program has.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { commandReference } from '../../src/cli/command-reference.js';
import { settingsSchema } from '../../src/lake/open.js';
import { checkNames } from '../../src/pipeline/checks/check-names.js';
import { projectSchema } from '../../src/project/document.js';
import { fieldShape } from '../../src/project/fields/field-document.js';
import { chartShape, keysOf as keysOfShape, makingShape } from '../../src/project/shown-document.js';
import { checkHeaderShape, modelHeaderShape } from '../../src/project/statement-file.js';
import { testShape } from '../../src/project/test-file.js';
import { saas } from '../pipelines/built-in-saas.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The words in backticks in the first column of a document's tables. */
const firstColumn = (path: string): readonly string[] =>
  Array.from(read(path).matchAll(/^\| (`[^|]*`) \|/gm), ([, cell = '']) => cell).flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, word = '']) => word),
  );

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

function keysOf({ properties = {} }: Schema, place = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, inner]) =>
    inner.properties === undefined ? [place + name] : keysOf(inner, `${place}${name}.`),
  );
}

it('docs/commands.md is made of the commands (npm run docs makes it again)', () => {
  expect(read('docs/commands.md')).toBe(commandReference());
});

it('docs/settings.md has every key of the schema, and no other', async () => {
  const keys = keysOf((await settingsSchema()) as Schema).filter((key) => key !== '$schema');
  expect([...firstColumn('docs/settings.md')].sort()).toEqual([...keys].sort());
});

it('docs/reference.md has every key of a project and its files, and no other', () => {
  const { properties: keys = {} } = projectSchema() as Schema;
  const kinds = (keys['sources'] as { readonly additionalProperties: { readonly anyOf: readonly Schema[] } })
    .additionalProperties.anyOf;
  const source = Object.assign({}, ...kinds.map(({ properties }) => properties)) as Schema['properties'];
  const expected: Readonly<Record<string, readonly string[]>> = {
    'lake.yaml': Object.keys(keys).filter((key) => key !== '$schema'),
    'A source': Object.keys(source ?? {}),
    'A field': Object.keys(fieldShape.shape),
    'The header of a model': Object.keys(modelHeaderShape.shape),
    'The header of a check': Object.keys(checkHeaderShape.shape),
    'How a column is made': keysOfShape(makingShape),
    'A chart': keysOfShape(chartShape),
    'A test': Object.keys(testShape.shape),
  };
  const sections = read('docs/reference.md').split(/^## /m).slice(1);
  const found = sections.map((section) => [
    section.split('\n')[0] ?? '',
    Array.from(section.matchAll(/^\| `([^`]+)` \|/gm), ([, key = '']) => key).sort(),
  ]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(expected).map(([title, all]) => [title, [...all].sort()])),
  );
});

it('docs/checks.md has every check, and no other', () => {
  const names = checkNames(saas.under(saas.settings.defaults));
  const patterns = firstColumn('docs/checks.md').map((text) => new RegExp(`^${text.replaceAll('*', '.+')}$`));
  expect(names.filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
  expect(patterns.filter((pattern) => !names.some((name) => pattern.test(name)))).toEqual([]);
});

it('every link within the documents leads somewhere', () => {
  const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  const dead = documents
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      Array.from(read(path).matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g), ([, target = '']) => ({ path, target })),
    )
    .filter(({ path, target }) => !existsSync(resolve(root, dirname(path), target)));
  expect(dead).toEqual([]);
});

/** Paths and names of files in backticks, as a document says them; what lies within a lake begins with `_`. */
const namedFiles = (path: string): readonly string[] =>
  Array.from(
    read(path)
      .replace(/```[^]*?```/g, '')
      .matchAll(/`((?:[\w.-]+\/)*[\w.-]+(?:\.(?:ts|mjs|js|sql|md)|\/))`/g),
    ([, name = '']) => name,
  ).filter((name) => !name.startsWith('_'));

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`);

it.each(['DESIGN.md', 'README.md', 'RELIABILITY.md', 'docs/development.md'])(
  '%s names only files and folders that there are',
  (document) => {
    const there = ['src', 'pipelines', 'tests', 'docs', 'reliability'].flatMap(filesOf);
    const isThere = (name: string): boolean =>
      existsSync(join(root, name)) ||
      there.some((path) => `/${path}${name.endsWith('/') ? '/' : ''}`.endsWith(`/${name}`));
    expect(namedFiles('DESIGN.md').length).toBeGreaterThan(20);
    expect(namedFiles(document).filter((name) => !isThere(name))).toEqual([]);
  },
);
