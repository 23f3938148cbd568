// What a definition shows must be there: each fault is told with its place, before anything runs.

import { describe, expect, it } from 'vitest';
import { isLakeError } from '../../../src/common/errors.js';
import type { Chart } from '../../../src/pipeline/define/spec/charts.js';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { ColumnMaking, Explanations, Origin } from '../../../src/pipeline/define/spec/explanations.js';
import type { Figure } from '../../../src/pipeline/define/spec/headline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import { shownSpec } from './shown-spec.js';

function refusal(changed: Partial<PipelineSpec>): string {
  try {
    definePipeline({ ...shownSpec, ...changed });
  } catch (error) {
    if (isLakeError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

const made = (columns: Readonly<Record<string, unknown>>, days?: Record<string, string>): Explanations => ({
  columns: {
    'gold.days': { columns: columns as Record<string, ColumnMaking>, ...(days && { days }) },
  },
  records: {},
});
const counted = { about: 'visits', count: 'rows', of: 'silver.visits' } as const;

describe('what a definition shows', () => {
  it('is taken when all of it is there', () => {
    expect(refusal({})).toBe('');
  });

  it.each<readonly [string, unknown, string]>([
    ['another table', { table: 'gold.day', column: 'visits', row: 'last' }, 'headline[0].table: '],
    [
      'another column',
      { table: 'gold.days', column: ['visits', 'visit'], row: 'last' },
      'headline[0].column',
    ],
    [
      'a row by another column',
      { table: 'gold.days', column: 'visits', row: { day: 'x' } },
      'headline[0].row.day',
    ],
    ['a sum of another column', { table: 'gold.days', sum: 'visit' }, 'headline[0].sum'],
    ['no last rows', { table: 'gold.days', sum: 'visits', last: 0 }, 'headline[0].last'],
    ['a key that is none', { table: 'gold.days', sum: 'visits', first: 3 }, 'headline[0].first'],
  ])('refuses a figure of %s', (_, figure, place) => {
    const headline = [{ name: 'x', about: 'y', ...(figure as object) }] as unknown as readonly Figure[];
    expect(refusal({ headline })).toContain(place);
  });

  it.each<readonly [string, unknown]>([
    ['another table', { table: 'gold.day' }],
    ['another column', { y: ['visits', { column: 'visit', name: 'Visit' }] }],
    ['another kind', { kind: 'pie' }],
    ['a key that is none', { colour: 'visits' }],
  ])('refuses a chart of %s', (_, other) => {
    const chart = {
      title: 'x',
      kind: 'line',
      table: 'gold.days',
      x: 'seen_on',
      y: 'visits',
      ...(other as object),
    };
    expect(refusal({ charts: [chart as unknown as Chart] })).toContain('charts[0]');
  });

  it.each<readonly [string, Explanations, string]>([
    ['rows of another table', made({ visits: { ...counted, of: 'silver.visit' } }), 'visits.of'],
    ['a value that nothing gives', made({ visits: { ...counted, where: 'x = :day' } }), ':day is neither'],
    [
      'steps of a table that no model makes',
      made({ visits: { ...counted, steps: 'silver.visits' } }),
      'visits.steps',
    ],
    [
      'files by a day that tables decide',
      made(
        { visits: { ...counted, files: { 'silver.visits': { seen_on: 'newest' } } } },
        { newest: '(SELECT MAX(seen_on) FROM silver.visits)' },
      ),
      'files.silver.visits.seen_on',
    ],
    ['a part that is not made', made({ visits: { about: 'x', ratio: ['a', 'b'] } }), 'nothing says how a'],
    [
      'a circle of parts',
      made({
        visits: { about: 'x', ratio: ['a', 'a'] },
        a: { about: 'y', difference: ['visits', 'visits'] },
      }),
      'made of what is made of it',
    ],
  ])('refuses an explanation of %s', (_, explanations, found) => {
    expect(refusal({ explanations })).toContain(found);
  });

  it.each<readonly [string, Origin, string]>([
    ['another source', { source: 'visit', columns: ['visit_id'] }, 'there is no source visit'],
    ['half a key', { source: 'prices', columns: ['city'] }, 'the key of prices is city, since'],
    [
      'files by what is not asked for',
      {
        source: 'visits',
        asks: ['seen_on'],
        sql: 'SELECT 1',
        files: { 'silver.visits': { seen_on: 'day' } },
      },
      'found day',
    ],
  ])('refuses a way to records of %s', (_, origin, found) => {
    expect(refusal({ explanations: { columns: {}, records: { 'gold.days': [origin] } } })).toContain(found);
  });
});
