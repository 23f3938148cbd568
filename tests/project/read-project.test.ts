import { rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectSchema } from '../../src/project/document.js';
import { findProject } from '../../src/project/find-project.js';
import { readProject } from '../../src/project/read-project.js';
import { ProjectFolder, refusal as refusalOf, type Texts } from './project-folder.js';

const shop = `name: shop
sources:
  orders:
    files: "orders*.csv"
    kind: extract
    key: order_id
    fields:
      order_id: text required
      total: { type: "decimal(18,2)", required: true }
`;

const place = new ProjectFolder();

/** The message that a project is refused with, a line per problem. */
async function refusal(files: Texts): Promise<readonly string[]> {
  await place.write(files);
  return refusalOf(readProject(place.path));
}

describe('a project folder', () => {
  it('says that a key is missing whose values are listed', async () => {
    const lines = await refusal({ 'lake.yaml': shop.replace('    kind: extract\n', '') });
    expect(lines[0]).toMatch(/sources\.orders\.kind: .*"log"\|"extract", found nothing$/);
  });

  it('is read as documents: short fields spelled out, models by table, headers apart from SQL', async () => {
    await place.write({
      'lake.yaml': shop,
      'models/gold/daily.sql':
        '/*\nkey: [date, currency]\nreads: { silver.orders: day(ordered_on) }\n*/\nSELECT 1 AS date;\n',
      'models/silver/plain.sql': '-- plain SQL is a model, too\nSELECT 2 AS two\n',
      'checks/no_negative.sql': '/* severity: warn */ SELECT * FROM gold.daily WHERE FALSE',
      'tests/daily.yaml': 'model: gold.daily\ngiven: { silver.orders: [] }\nexpect: []\n',
    });
    const project = await readProject(place.path);
    expect(project.document.sources['orders']).toMatchObject({
      fields: { order_id: { type: 'text', required: true }, total: { type: 'decimal(18,2)' } },
    });
    expect(project.models.map(({ table, sql, firstLine }) => ({ table, sql, firstLine }))).toEqual([
      { table: 'gold.daily', sql: 'SELECT 1 AS date', firstLine: 5 },
      { table: 'silver.plain', sql: '-- plain SQL is a model, too\nSELECT 2 AS two', firstLine: 1 },
    ]);
    expect(project.models[0]?.header.reads).toEqual({ 'silver.orders': 'day(ordered_on)' });
    expect(project.checks.map(({ name, header }) => ({ name, header }))).toEqual([
      { name: 'no_negative', header: { severity: 'warn' } },
    ]);
    expect(project.tests[0]?.test.model).toBe('gold.daily');
  });

  it('is found from any folder below it', async () => {
    await place.write({ 'lake.yaml': shop, 'data/2024/orders.csv': '' });
    expect(await findProject(join(place.path, 'data/2024'))).toBe(place.path);
    expect(await findProject(dirname(place.path))).toBeUndefined();
  });

  it('tells every fault of every file at once, with line, column and what was probably meant', async () => {
    const lines = await refusal({
      'lake.yaml': `${shop.replace('key: order_id', 'keey: order_id').replace('text required', 'txt required')}headlin: []\n`,
      'models/gold/daily.sql': '/*\nreads:\n  silver.orders: days(ordered_on)\n*/\nSELECT 1',
    });
    expect(lines).toEqual([
      'lake.yaml:6:5: unknown key "keey"; did you mean key?',
      expect.stringMatching(
        /^lake\.yaml:8:17: sources\.orders\.fields\.order_id: expected text, .*did you mean text\?, found "txt required"$/,
      ),
      'lake.yaml:10:1: unknown key "headlin"; did you mean headline?',
      expect.stringMatching(/^models\/gold\/daily\.sql:3:18: .*found "days\(ordered_on\)"$/),
    ]);
  });

  it('is refused where its text is no YAML, with the place', async () => {
    expect((await refusal({ 'lake.yaml': 'name: shop\nsources: {\n' }))[0]).toMatch(
      /^lake\.yaml:\d+:\d+: no YAML/,
    );
    expect((await refusal({ 'lake.yaml': `${shop}name: again\n` }))[0]).toMatch(/^lake\.yaml:10:1: no YAML/);
  });

  it.each([
    [
      'aliases that grow',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    ],
    ['brackets without end', `name: ${'['.repeat(200_000)}`],
    ['indents without end', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['more text than anyone writes', `# ${'x'.repeat(2_000_000)}\n`],
    ['keys of every object', `${shop}      constructor: text\n      __proto__: { type: text }\n`],
    ['a source that is none', 'name: shop\nsources: { orders: null }\n'],
    ['a scalar', 'just words'],
    ['a name that leaves the folder', shop.replace('  orders:', '  ../orders:')],
  ])('is refused with a plain sentence: %s', async (_, text) => {
    for (const line of await refusal({ 'lake.yaml': text })) expect(line).toMatch(/^lake\.yaml:\d+:\d+: /);
  });

  it.each([
    ['a check', 'checks: { __proto__: off }\n', '10:11'],
    ['a rate', 'rates: { EUR: 1, __proto__: 2 }\n', '10:18'],
    ['a key of the file', '__proto__: { checks: {} }\n', '10:1'],
    ['a key that an alias takes over', 'limits: &all { __proto__: { max: 1 } }\nchecks: *all\n', '10:16'],
  ])('lets nothing go that an object would take for what it inherits: %s', async (_, more, place) => {
    expect(await refusal({ 'lake.yaml': `${shop}${more}` })).toEqual([
      `lake.yaml:${place}: "__proto__" cannot be a name here`,
    ]);
  });

  it.each([
    'models/x.sql',
    'models/gold/deep/x.sql',
    'models/gold/constructor.sql',
    'models/Gold/x.sql',
    'models/gold/x-y.sql',
  ])('refuses a model that is no layer and table: %s', async (path) => {
    const [line] = await refusal({ 'lake.yaml': shop, [path]: 'SELECT 1' });
    expect(line).toBe(
      `${path}:1:1: expected models/<layer>/<table>.sql, both names of lower-case letters, digits and _`,
    );
  });

  it('follows no link out of the folder', async () => {
    const secret = join(place.path, '..', `secret-${process.pid}.sql`);
    await writeFile(secret, 'SELECT 1');
    try {
      await place.write({ 'lake.yaml': shop, 'models/gold/daily.sql': 'SELECT 1' });
      await symlink(secret, join(place.path, 'models/gold/linked.sql'));
      await expect(readProject(place.path)).rejects.toThrow(
        'models/gold/linked.sql:1:1: expected a file of the project, found a link or a folder',
      );
      await rm(join(place.path, 'models'), { recursive: true });
      await symlink(dirname(secret), join(place.path, 'models'));
      await expect(readProject(place.path)).rejects.toThrow(
        'models:1:1: expected a folder, found a file or a link',
      );
    } finally {
      await rm(secret);
    }
  });

  it('says what it looked for where there is none', async () => {
    await expect(readProject(place.path)).rejects.toThrow(/a folder with a lake\.yaml; found none/);
  });
});

describe('the schema of lake.yaml', () => {
  it('names every key that the reader takes', () => {
    const { properties } = projectSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['name', 'sources', 'headline', 'charts', 'rates', 'range', 'checks']),
    );
  });
});
