// The small pipeline with everything that a definition can show: figures, charts, explanations.

import type { PipelinePart } from '../../../src/pipeline/define/pipeline-part.js';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import { smallSpec } from './small-spec.js';

export const shownSpec: PipelineSpec = {
  ...smallSpec,
  headline: [
    { name: 'Visits', about: 'on :seen_on', table: 'gold.days', column: 'visits', row: 'last' },
    { name: 'All visits', about: 'so far', table: 'gold.days', sum: 'visits' },
    { name: 'Dearest', about: 'price', sql: 'SELECT MAX(price) FROM silver.prices' },
  ],
  charts: [
    { title: 'Visits', kind: 'line', table: 'gold.days', x: 'seen_on', y: 'visits' },
    { title: 'Prices', kind: 'bar', table: 'silver.prices', x: 'city', y: 'price' },
    { title: 'The days', kind: 'table', table: 'gold.days' },
  ],
  explanations: {
    columns: {
      'gold.days': {
        days: { next_day: ':seen_on + CAST(1 AS INT)' },
        columns: {
          visits: {
            about: 'visits before :next_day',
            count: 'rows',
            of: 'silver.visits',
            where: 'seen_on = :seen_on',
            files: { 'silver.visits': { seen_on: 'seen_on' } },
          },
        },
      },
    },
    records: {
      'silver.returns': [{ source: 'visits', columns: ['visit_id'] }],
    },
  },
  firstLook: 'gold.days',
};

/** The pipeline as a part of a lake; nothing of it can be set. */
export const visitsPart: PipelinePart = {
  name: shownSpec.name,
  settings: { defaults: {}, shape: {}, read: () => ({}) },
  under: () => definePipeline(shownSpec),
};
