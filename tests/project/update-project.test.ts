// Fields that came later: added to lake.yaml at their place, and nothing else of it changed.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateProject } from '../../src/project/init/update-project.js';
import { ProjectFolder, refusal } from './project-folder.js';

const folder = new ProjectFolder();

const yaml = `# mine
name: shop
sources:
  orders:   # as they come
    kind: log
    files: ["orders*.ndjson"]
    key: id
    fields:
      id: text required
      customer:
        from: who.name
        type: text   # of any form

    # when it was
    dates: {}
  lines:
    parent: orders
    path: items
    key: [id, n]
    fields:
      id: { from: ^id, type: text, required: true }
      n: { from: "#", type: integer, required: true }
  sales:
    files: "sales*.csv"
    kind: extract
    key: no
    fields:
      no: { from: Sale No, type: text, required: true }
`;
const line = (record: object): string => `${JSON.stringify(record)}\n`;
const data = {
  'data/orders.ndjson':
    line({ id: 'a', who: { name: 'Ana', age: 7 }, items: [{ sku: 'x', 'a.b': 1 }] }) +
    line({ id: 'b', who: { name: 'Kim', age: 8 }, dates: [{ on: 1 }] }),
  'data/orders-2.ndjson': line({ id: 'c', note: 'late', who: { age: 3 } }),
  'data/sales.csv': 'sale no,Amount\nS-1,1.50\nS-2,2.25\n',
  'data/readme.txt': 'not of any source',
};
const written = (): Promise<string> => readFile(join(folder.path, 'lake.yaml'), 'utf8');

describe('fields that came', () => {
  it('are added below those of their source, with what was seen, and nothing else changes', async () => {
    await folder.write({ 'lake.yaml': yaml, ...data });
    const { added } = await updateProject(folder.path);
    expect(added).toEqual([
      { source: 'orders', field: 'note', from: 'note' },
      { source: 'orders', field: 'who_age', from: 'who.age' },
      { source: 'orders', field: 'dates', from: 'dates' },
      { source: 'lines', field: 'sku', from: 'sku' },
      { source: 'lines', field: 'a_b', from: '"a.b"' },
      { source: 'sales', field: 'amount', from: 'Amount' },
    ]);
    const text = await written();
    const lines = text.split('\n');
    const old = yaml.split('\n');
    expect(lines.filter((each) => old.includes(each))).toEqual(old);
    expect(lines.filter((each) => !old.includes(each)).map((each) => each.replace(/ {2}#.*/, ''))).toEqual([
      '      note: text',
      '      who_age: { from: who.age, type: integer }',
      '      dates: json',
      '      sku: text',
      '      a_b: { from: "\\"a.b\\"", type: integer }',
      '      amount: { from: Amount, type: "decimal(18,2)" }',
    ]);
    expect(lines.indexOf('      note: text')).toBe(old.indexOf('        type: text   # of any form') + 1);
    expect(await updateProject(folder.path)).toMatchObject({ added: [] });
    expect(await written()).toBe(text);
  });

  it('of fields in braces are refused at their place, and nothing is written', async () => {
    const short = 'name: shop\nsources:\n  s:\n    files: "s*.csv"\n    kind: log\n    fields: { a: text }\n';
    const log = short.replace('csv', 'ndjson');
    await folder.write({ 'lake.yaml': log, 'data/s.ndjson': '{"a":"x","b":1}\n{"a":"y","b":2}\n' });
    expect((await refusal(updateProject(folder.path)))[0]).toMatch(
      /^lake\.yaml:6:5: the fields of s stand on one line/,
    );
    expect(await written()).toBe(log);
  });

  it('of a file that no source takes are refused', async () => {
    await folder.write({ 'lake.yaml': yaml, ...data });
    const path = join(folder.path, 'data/readme.txt');
    expect(await refusal(updateProject(folder.path, [path]))).toEqual([
      `${path}: no source of the project takes a file of this name.`,
    ]);
  });
});
