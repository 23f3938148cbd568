// The package as it would be published: installed from its tarball into an empty folder, it runs, and its types hold.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'lake-package-'));
const installed = join(folder, 'node_modules/lake');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project: Readonly<Record<string, string>> = {
  'lake.yaml': `name: readings
sources:
  readings:
    files: "readings*.csv"
    kind: extract
    key: [sensor, measured_on]
    fields: { sensor: text required, measured_on: date required, value: double }
`,
  'models/gold/sensors.sql':
    '/* key: sensor */\nSELECT sensor, COUNT(*) AS readings, MAX(measured_on) AS last_day FROM silver.readings GROUP BY sensor\n',
  'data/readings.csv': 'sensor,measured_on,value\na,2024-03-01,1.5\na,2024-03-02,2\nb,2024-03-02,\n',
};

/** The tarball's files where npm would put them; of dependencies those of this repository, as npm would bring the same. */
function install(): void {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename = '' } = {}] = JSON.parse(packed) as readonly { readonly filename?: string }[];
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', join(folder, filename), '--strip-components', '1', '-C', installed]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, HOME: folder } });

describe('the package', () => {
  beforeAll(() => {
    install();
    for (const [path, text] of Object.entries(project)) {
      mkdirSync(dirname(join(folder, 'work', path)), { recursive: true });
      writeFileSync(join(folder, 'work', path), text);
    }
  }, 120_000);

  it('holds what it needs and links to, and nothing of the build', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    for (const file of ['LICENSE', 'README.md', 'DESIGN.md', 'docs/library.md', 'dist/library/index.d.ts'])
      expect(files).toContain(file);
    // Examples have tests of their own, as every project.
    expect(files.filter((file) => /tsbuildinfo|\.map$|^(tests|src)\/|\/src\//.test(file))).toEqual([]);
    const text = readFileSync(join(installed, 'README.md'), 'utf8');
    const linked = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g), ([, path = '']) => path);
    const isIn = (path: string): boolean =>
      files.some((file) => file === path || (path.endsWith('/') && file.startsWith(path)));
    expect(linked.filter((path) => !isIn(path))).toEqual([]);
    expect(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))).not.toHaveProperty('private');
  });

  it('runs the example of its page, and has types for it', () => {
    const [, example = ''] =
      /```js\n([^]*?)```/.exec(readFileSync(join(root, 'docs/library.md'), 'utf8')) ?? [];
    expect(example).toContain("from 'lake'");
    writeFileSync(join(folder, 'work/example.mjs'), example);
    expect(run(process.execPath, ['example.mjs'], join(folder, 'work')).trim().split('\n')).toEqual([
      'readings 3 3',
      'a 2 2024-03-02',
      'b 1 2024-03-02',
    ]);
    writeFileSync(
      join(folder, 'work/example.mts'),
      `${example}\nconst wrong: number = await loadProject('.');\n`,
    );
    const types = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
    const tsc = join(root, 'node_modules/.bin/tsc');
    cpSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'), { recursive: true });
    let told = '';
    try {
      run(tsc, [...types, '--types', 'node', 'example.mts'], join(folder, 'work'));
    } catch (error) {
      told = (error as { readonly stdout: string }).stdout;
    }
    // The planted fault alone: everything else has its type.
    expect(told.trim().split('\n')).toEqual([
      expect.stringMatching(/error TS2322: Type 'Project' is not assignable to type 'number'/),
    ]);
  }, 120_000);

  it('is a program, too', () => {
    const main = join(installed, 'dist/program/lake.js');
    const query = ['query', 'SELECT COUNT(*) AS n FROM silver.readings', '--json'];
    const answer = run(process.execPath, [main, ...query], join(folder, 'work'));
    expect(JSON.parse(answer)).toMatchObject({ rows: [[3]] });
  }, 60_000);
});
