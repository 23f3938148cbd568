import { describe, expect, it } from 'vitest';
import { saasPipeline } from '../../pipelines/built-in-saas.js';

const pipeline = saasPipeline();

describe('the sources behind a table', () => {
  const behind = (table: string): readonly string[] =>
    pipeline.sourcesBehind(table).map(({ contract }) => contract.source);

  it.each([
    ['silver.events', ['events']],
    ['silver.event_conflicts', ['events']],
    ['silver.spend_gaps', ['marketing_spend']],
    ['silver.users', ['events']],
    ['silver.cohort_weeks', ['events']],
    ['gold.ltv_cac_ratio', ['events', 'marketing_spend']],
    ['gold.mrr_monthly', ['subscriptions']],
    ['silver.quarantine', ['events', 'subscriptions', 'marketing_spend']],
    ['bronze.events', []],
    ['bronze.batches', []],
    ['no.such_table', []],
  ])('of %s are %j', (table, sources) => {
    expect(behind(table)).toEqual(sources);
  });
});

describe('the role of a table', () => {
  it.each([
    ['bronze.events', 'bronze'],
    ['silver.events', 'records'],
    ['silver.event_conflicts', 'conflicts'],
    ['bronze.batches', 'batches'],
    ['bronze.runs', 'runs'],
    ['bronze.corrections', 'corrections'],
    ['silver.quarantine', 'quarantine'],
    ['gold.mrr_daily', 'model'],
  ])('of %s is %s', (table, kind) => {
    expect(pipeline.roleOf(table)?.kind).toBe(kind);
  });

  it('is one for every table, and none for others', () => {
    expect(pipeline.definitions.map(({ name }) => pipeline.roleOf(name) !== undefined)).not.toContain(false);
    expect(new Set(pipeline.definitions.map(({ name }) => name)).size).toBe(pipeline.tables.length);
    expect(pipeline.roleOf('gold.nothing')).toBeUndefined();
  });
});
