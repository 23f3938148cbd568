import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/records/field.js';
import { knownProjectKeys, projectShape } from '../../src/project/document.js';
import { Problems } from '../../src/project/problems.js';
import { shaped } from '../../src/project/shape.js';
import { sourceFields } from '../../src/project/fields/source-fields.js';
import { parseYaml } from '../../src/project/yaml-text.js';

/** The fields of a source that is written with these, or the problems. */
function fieldsOf(
  fields: string,
  { format = 'ndjson', more = '' } = {},
): { readonly fields: readonly Field[]; readonly problems: readonly string[] } {
  const text = `name: shop\nsources:\n  orders:\n    files: "o*"\n    kind: log\n    format: ${format}\n${more}    fields:\n${fields}`;
  const problems = new Problems();
  const places = parseYaml({ file: 'lake.yaml', text }, problems)!;
  const project = shaped(places, projectShape, { problems, knownKeys: knownProjectKeys })!;
  const document = project.sources['orders']!;
  const made = sourceFields({
    source: 'orders',
    document,
    isCsv: format === 'csv',
    nulls: ['--'],
    zone: 'zone' in document ? (document.zone ?? 'UTC') : 'UTC',
    rates: { EUR: 1.08, USD: 1 },
    places,
    problems,
  });
  return {
    fields: made,
    problems: problems.all.map(({ place, message }) => `${place.line}:${place.column}: ${message}`),
  };
}

describe('fields of a source', () => {
  it('say where their values stand, what they may be, and why a record is refused', () => {
    const { fields, problems } = fieldsOf(
      `
      id: text required
      city: { from: 'address."a.b"[0].city', type: text, case: lower, spaces: collapse, nulls: [none] }
      fee: { type: "decimal(18,2)", scale: 2, min: 0, on_invalid: "null" }
      at: { type: timestamp, required: true, formats: [iso, epoch_ms, "DD.MM.YYYY HH:mm"] }
      currency: { type: text, case: upper, one_of: rates, default: EUR, since: { n: 2 } }
`.replace('      currency', '      n: integer\n      currency'),
    );
    expect(problems).toEqual([]);
    expect(fields).toMatchObject([
      { name: 'id', from: { kind: 'path', steps: ['id'] }, reasons: { missing: 'missing_id' } },
      {
        from: { steps: ['address', 'a.b', 0, 'city'] },
        type: { kind: 'text', form: { trim: true, collapse: true, case: 'lower' } },
        nulls: ['--', 'none'],
      },
      { type: { kind: 'decimal', precision: 18, scale: 2, minorDigits: 2, min: '0' }, reasons: {} },
      {
        type: {
          formats: [
            { kind: 'iso' },
            { kind: 'epoch', unit: 'ms' },
            { kind: 'pattern', pattern: 'DD.MM.YYYY HH:mm' },
          ],
        },
      },
      { name: 'n' },
      {
        type: { oneOf: ['EUR', 'USD'] },
        default: 'EUR',
        since: [{ field: 'n', value: 2 }],
        reasons: { unknown: 'unknown_currency' },
      },
    ]);
    expect(fields[2]?.reasons).toEqual({});
  });

  it('renames reasons, and takes a heading of a CSV as it is', () => {
    const { fields } = fieldsOf('      total: { from: "Total (EUR).net", type: integer, required: true }\n', {
      format: 'csv',
      more: '    reasons: { missing_total: no_total }\n',
    });
    expect(fields[0]).toMatchObject({
      from: { steps: ['Total (EUR).net'] },
      reasons: { missing: 'no_total', invalid: 'invalid_total' },
    });
  });

  it.each([
    ['a: { type: integer, case: lower }', /"case" is for text; found integer/],
    ['a: { type: text, min: 1 }', /"min" is for integer, decimal/],
    ['a: { type: integer, min: 1.5 }', /expected a whole number of 64 bits, found "1\.5"/],
    ['a: { type: date, min: 2024-02-30 }', /expected a day as YYYY-MM-DD/],
    ['a: { type: date, formats: ["DD.MM.YYYY HH:mm"] }', /a pattern of a day alone/],
    ['a: { type: timestamp, formats: ["DD.MM"] }', /a pattern with YYYY, MM and DD/],
    ['a: { type: timestamp, formats: ["YYYY-MM-DD mm"] }', /expected HH or hh beside mm/],
    ['a: { type: timestamp, formats: ["YYYY-MM-DD hh:mm"] }', /expected A beside hh/],
    ['a: { type: timestamp, formats: ["YYYY-MM-DD YY"] }', /expected YYYY or YY at most once/],
    [
      'a: { type: date, formats: ["YYYY-MM-DD Week"] }',
      /cannot read "Week".*words stand in brackets, \[Week\]/,
    ],
    ['a: { type: integer, affixes: ["€"] }', /"affixes" is for the texts of a CSV/],
    ['a: { type: text, from: "a..b" }', /expected a path/],
    ['a: { type: text, from: "#" }', /for a source with a parent/],
    ['a: { type: text, one_of: [x], default: y }', /expected one of x, found y/],
    ['a: { type: text, when: { b: 1 } }', /there is no field b before a/],
    ['a: { type: text, when: { b: 1 } }\n      b: integer', /b must stand before a/],
    ['a: { type: text, length: { min: 3, max: 2 } }', /expected min up to max/],
  ])('are refused with their place: %s', (field, message) => {
    const { problems } = fieldsOf(`      ${field}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^8:\d+: orders\.a: /);
    expect(problems[0]).toMatch(message);
  });

  it('name a zone that there is', () => {
    const { problems } = fieldsOf('      a: timestamp\n', { more: '    zone: Europe/Berln\n' });
    expect(problems[0]).toMatch(/expected a zone like Europe\/Berlin, found "Europe\/Berln"/);
  });
});
