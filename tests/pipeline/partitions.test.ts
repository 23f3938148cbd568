import { describe, expect, it } from 'vitest';
import { sourcesBehind } from '../../src/pipeline/stage/partitions.js';
import { saasPipeline } from '../../src/pipelines/saas/pipeline.js';

describe('the sources behind a table', () => {
  const pipeline = saasPipeline();
  const behind = (table: string): readonly string[] =>
    sourcesBehind(pipeline, table).map(({ contract }) => contract.source);

  it.each([
    ['silver.events', ['events']],
    ['silver.event_conflicts', ['events']],
    ['silver.spend_gaps', ['marketing_spend']],
    ['silver.users', ['events']],
    ['silver.cohort_weeks', ['events']],
    ['gold.ltv_cac_ratio', ['events', 'marketing_spend']],
    ['gold.mrr_monthly', ['subscriptions']],
    ['silver.quarantine', ['events', 'subscriptions', 'marketing_spend']],
  ])('of %s are %j', (table, sources) => {
    expect(behind(table)).toEqual(sources);
  });
});
