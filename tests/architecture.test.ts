// The house stands as drawn: imports go one way, every package has one home, what a browser reads needs no Node.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** Rooms from the top of the house to its ground; a file may import from its own floor and from those below. */
const floors: readonly (readonly string[])[] = [
  ['cli', 'library', 'ui'],
  ['lake', 'generate'],
  ['project'],
  ['pipeline', 'iceberg'],
  ['records', 'table', 'engine'],
  ['parquet'],
  ['storage', 'format'],
  ['common'],
];

/** Rooms of one floor that know nothing of each other. */
const strangers: readonly (readonly [string, string])[] = [
  ['cli', 'ui'],
  ['ui', 'cli'],
  ['ui', 'generate'],
  ['engine', 'table'],
  ['table', 'engine'],
  ['records', 'engine'],
  ['engine', 'records'],
  ['records', 'table'],
  ['table', 'records'],
  ['lake', 'generate'],
  ['generate', 'lake'],
  ['pipeline', 'iceberg'],
  ['iceberg', 'pipeline'],
];

/** The rooms that may import a package. */
const homes: Readonly<Record<string, readonly string[]>> = {
  'parquet-wasm': ['parquet', 'ui'],
  '@duckdb/duckdb-wasm': ['engine'],
  '@duckdb/node-api': ['engine'],
  '@duckdb/node-bindings': ['engine'],
  aws4fetch: ['storage'],
  '@aws-sdk/credential-provider-node': ['storage'],
  '@aws-sdk/xml-builder': ['storage'],
  '@smithy/core': ['storage'],
  icebird: ['lake'],
  '@noble/hashes': ['ui'],
  preact: ['ui'],
  '@codemirror/view': ['ui'],
  '@tanstack/virtual-core': ['ui'],
  yargs: ['cli'],
  '@observablehq/plot': ['ui'],
  yaml: ['project'],
  zod: ['format', 'iceberg', 'lake', 'pipeline', 'project'],
};

/** The one file that chooses a pipeline. */
const chooser = 'lake/open.ts';
/** What it chooses where no project is named, and what writes the file that this reads. */
const builtIn = 'project/built-in/compiled-project.ts';
const compiler = 'project/built-in/compile-project.ts';

/** The one file that names tables and layers: what the books are called unless a pipeline says otherwise. */
const namer = 'pipeline/books/book-tables.ts';

/** The rooms of a definition: each knows those before it and none behind it. */
const definitionRooms = ['spec', 'validate', '.', 'recorded'].map((room) => join('pipeline/define', room));

/** As many files as a reader can take in at a glance. */
const mostFiles = 22;

/** Types are imports, too. */
interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const imports: readonly Import[] = files.flatMap((file) => importsOf(file));

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(src, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gms,
  );
  return Array.from(statements, ([, stated, bare, dynamic]) => ({
    from: file,
    to: target(file, stated ?? bare ?? dynamic ?? ''),
  }));
}

function target(file: string, to: string): string {
  return to.startsWith('.')
    ? relative(src, resolve(dirname(join(src, file)), to)).replace(/\.js$/, '.ts')
    : to;
}

/** A line that exports something under a name of its own. */
const exported = /^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type|enum) (\w+)/;

/** A file without its comments. */
const codeOf = (file: string): string =>
  readFileSync(join(src, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
const isInside = ({ to }: Import): boolean => to.endsWith('.ts');
const shown = ({ from, to }: Import): string => `${from} -> ${to}`;

describe('the house', () => {
  it('has every source file in a room', () => {
    expect(files.filter((file) => floorOf(roomOf(file)) === -1)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upwards = imports.filter(
      (each) => isInside(each) && floorOf(roomOf(each.to)) < floorOf(roomOf(each.from)),
    );
    expect(upwards.map(shown)).toEqual([]);
  });

  it('keeps rooms of one floor apart', () => {
    const across = imports.filter(({ from, to }) =>
      strangers.some(([a, b]) => roomOf(from) === a && roomOf(to) === b),
    );
    expect(across.map(shown)).toEqual([]);
  });

  it('has no folder with more files than one can take in', () => {
    const folders = files.map((file) => dirname(file));
    const size = (folder: string): number => folders.filter((each) => each === folder).length;
    expect([...new Set(folders)].filter((folder) => size(folder) > mostFiles)).toEqual([]);
  });

  it('leads through a definition one way: what is written, looked at, used, recorded', () => {
    const roomIn = (path: string): number => definitionRooms.indexOf(dirname(path));
    const back = imports.filter(({ from, to }) => roomIn(from) !== -1 && roomIn(to) > roomIn(from));
    expect(back.map(shown)).toEqual([]);
    expect(files.filter((file) => file.startsWith('pipeline/define/') && roomIn(file) === -1)).toEqual([]);
  });

  it('has no circle of files', () => {
    const edges = new Map<string, string[]>();
    for (const each of imports.filter(isInside))
      edges.set(each.from, [...(edges.get(each.from) ?? []), each.to]);
    expect(circle(edges)).toEqual([]);
  });

  it('gives every package one home', () => {
    const strays = imports.filter(({ from, to }) => {
      const allowed =
        homes[to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? '')];
      return allowed !== undefined && !allowed.includes(roomOf(from));
    });
    expect(strays.map(shown)).toEqual([]);
  });

  it('keeps Node out of the format and the reading half of the table layer', () => {
    const reading = [
      'table/snapshot-lookup.ts',
      'table/view.ts',
      'table/scan.ts',
      'table/read.ts',
      'table/hashed-files.ts',
    ];
    const withNode = imports.filter(
      ({ from, to }) =>
        (roomOf(from) === 'format' || roomOf(from) === 'parquet' || reading.includes(from)) &&
        to.startsWith('node:'),
    );
    expect(withNode.map(shown)).toEqual([]);
  });

  it('chooses a pipeline in one place', () => {
    const choosers = imports.filter(({ to }) => to === builtIn);
    expect([...new Set(choosers.map(({ from }) => from))].sort()).toEqual([chooser, compiler]);
  });

  it('finds tables by their role, never by a name or the layer in it', () => {
    const rooms = new Set(['lake', 'pipeline', 'iceberg', 'records', 'table', 'engine', 'parquet', 'format']);
    const literal = /['`](?:(?:bronze|silver|gold)\.|(?:silver|gold)['`])/;
    const naming = files.filter((file) => rooms.has(roomOf(file)) && literal.test(codeOf(file)));
    expect(naming).toEqual([namer]);
  });

  it('says of every exported thing what it is', () => {
    const silent = files.flatMap((file) => {
      const text = readFileSync(join(src, file), 'utf8').split('\n');
      return text.flatMap((line, at) => {
        const [, name] = exported.exec(line) ?? [];
        return name === undefined || /(?:\*\/|^\/\/.*)$/.test(text[at - 1] ?? '') ? [] : [`${file}: ${name}`];
      });
    });
    expect(silent).toEqual([]);
  });

  it('exports what somebody imports', () => {
    const root = resolve(src, '..');
    const programs = ['src', 'tests', 'reliability', 'interop', 'bench', 'docs'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(tsx?|mjs)$/.test(file) && !/(^|\/)(node_modules|\.)/.test(file))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    );
    const lists = programs.flatMap((text) => [
      ...text.matchAll(/^(?:import|export)\s[^;']*?\{([^}]*)\}\s*from\s/gm),
      ...text.matchAll(/\{([^{}]*)\}\s*=\s*await import\(/g),
      ...text.matchAll(/await import\([^)]*\)\)\.(\w+)/g),
      ...text.matchAll(/import\([^)]*\)\.then\(\(\{([^}]*)\}/g),
    ]);
    const imported = new Set(lists.flatMap(([, names = '']) => names.match(/\w+/g) ?? []));
    const unwanted = files
      .filter((file) => !/^(?:library|ui\/platform)\//.test(file)) // for users; in the place of modules of Node
      .flatMap((file) => {
        // What operations take and answer has names, since the type of them all is made of theirs.
        const lines = readFileSync(join(src, file), 'utf8').split('\n');
        const names = lines
          .filter((line) => !file.startsWith('lake/') || !/^export (?:interface|type) /.test(line))
          .map((line) => exported.exec(line)?.[1]);
        return names
          .filter((name) => name !== undefined && !imported.has(name))
          .map((name) => `${file}: ${name}`);
      });
    expect(unwanted).toEqual([]);
  });

  it('keeps words of the business out of the machinery', () => {
    const rooms = new Set(['pipeline', 'records', 'table', 'format', 'storage', 'engine', 'parquet']);
    const words = /\b(mrr|churn|cohort|subscription_id|acquisition_channel|purchase|refund)\b/i;
    expect(files.filter((file) => rooms.has(roomOf(file)) && words.test(codeOf(file)))).toEqual([]);
  });
});

/** The files of one circle, or none. */
function circle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of edges.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
