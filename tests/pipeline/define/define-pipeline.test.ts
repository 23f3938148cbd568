// What is no pipeline is refused before anything runs: every fault at once, each with its place.

import { describe, expect, it } from 'vitest';
import { isLakeError } from '../../../src/common/errors.js';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import { smallSpec } from './small-spec.js';

/** A copy with one value otherwise; `undefined` takes it out. */
function withValue(path: readonly (string | number)[], value: unknown): PipelineSpec {
  const spec = structuredClone(smallSpec) as unknown as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as typeof spec, spec);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return spec as unknown as PipelineSpec;
}

function refusal(spec: unknown): string {
  try {
    definePipeline(spec as PipelineSpec);
  } catch (error) {
    if (isLakeError(error, 'invalid-input')) return error.message;
    throw error;
  }
  return '';
}

const path = (text: string): readonly (string | number)[] =>
  text.split(/[.[\]]+/).flatMap((key) => (key === '' ? [] : [/^\d+$/.test(key) ? Number(key) : key]));

describe('a specification that is right', () => {
  it('becomes a pipeline', () => {
    const pipeline = definePipeline(smallSpec);
    expect(pipeline.definitions.map(({ name }) => name)).toEqual([
      'bronze.batches',
      'bronze.runs',
      'bronze.visits',
      'silver.visits',
      'silver.visit_conflicts',
      'bronze.prices',
      'silver.prices',
      'bronze.corrections',
      'silver.quarantine',
      'silver.returns',
      'gold.days',
    ]);
  });

  it('needs a name and sources alone', () => {
    const { name, sources } = smallSpec;
    const pipeline = definePipeline({ name, sources });
    expect(pipeline).toMatchObject({ models: [], checks: [], series: [], range: null });
  });

  it('keeps its books where it says', () => {
    const books = { batches: 'raw.deliveries', quarantine: 'clean.refused' };
    const pipeline = definePipeline({ ...smallSpec, books });
    expect(pipeline.books.batches.name).toBe('raw.deliveries');
    expect(pipeline.books.runs.name).toBe('bronze.runs');
    expect(pipeline.roleOf('clean.refused')).toEqual({ kind: 'quarantine' });
  });
});

describe('a shape that is wrong', () => {
  it.each([
    ['name', 'Visits', 'name: expected a name like order_date'],
    ['name', undefined, 'name: '],
    ['names', 'x', 'names: there is no such key'],
    ['sources', [], 'sources: expected at least one source'],
    ['sources[0].kind', 'stream', 'sources[0].kind: '],
    ['sources[1].contract.key[0]', 5, 'sources[1].contract.key[0]: '],
    [
      'sources[0].table.columns[1].type',
      'time',
      'sources[0].table.columns[1].type: not a type of the format',
    ],
    [
      'sources[0].table.columns[1].nullable',
      true,
      'sources[0].table.columns[1].nullable: there is no such key',
    ],
    ['sources[0].bronze', 'visits', 'sources[0].bronze: expected a name like layer.table'],
    ['sources[0].bronze', '../x.y', 'sources[0].bronze: expected a name like layer.table'],
    ['sources[0].contract.source', 'constructor', 'sources[0].contract.source: expected a name'],
    ['models[0].inputs[0].spread', { kind: 'weeks' }, 'models[0].inputs[0].spread.kind: '],
    ['checks[0].severity', 'fatal', 'checks[0].severity: '],
    ['runs.metrics[0].judged', 'feeling', 'runs.metrics[0].judged: '],
  ])('%s: %j', (place, value, message) => {
    expect(refusal(withValue(path(place), value))).toContain(message);
  });

  it.each([[null], [[]], ['saas'], [{}]])('%j is no specification', (value) => {
    expect(refusal(value)).toContain('cannot be run');
  });
});

const month = { source: 'seen_on', transform: 'month', name: 'seen_month' };

describe('a meaning that is wrong', () => {
  it.each([
    // Tables
    ['sources[0].table.key[0]', 'no_id', 'sources[0].table.key[0]: silver.visits has no column no_id'],
    ['sources[1].table.sortOrder[1]', 'price', 'sources[1].table.sortOrder: rows of a source are sorted'],
    [
      'sources[0].table.partition.source',
      'seen_at',
      'partition.source: seen_at is a timestamp; expected a date',
    ],
    ['sources[0].table.partition.name', 'visit_id', 'partition.name: visit_id is a column with other values'],
    ['sources[0].table.partition', undefined, 'range: expected the table of a log that lies by days'],
    ['sources[0].table.partition', month, 'range: expected the table of a log that lies by days'],
    [
      'sources[1].table.partition',
      month,
      'sources[1].table.partition.source: silver.prices has no column seen_on',
    ],
    ['sources[0].table.keyIndex[1]', 'seen_on', 'keyIndex[1]: seen_on is a date'],
    [
      'models[1].table.columns[1].type',
      'decimal(40,2)',
      'models[1].table.columns[1].type: not a type of the format (a decimal has 1 to 38 digits',
    ],
    [
      'models[1].table.columns[1].name',
      'seen_on',
      'models[1].table.columns[1].name: seen_on is there already',
    ],
    ['models[1].table.columns[0].required', false, 'seen_on is a date that may be null'],
    ['models[1].table.name', 'run.days', 'models[1].table.name: the layer run is taken'],
    [
      'models[1].table.name',
      'silver.visits',
      'models[1].table.name: silver.visits is the name of another table',
    ],
    [
      'books',
      { quarantine: 'silver.prices' },
      'books.quarantine: silver.prices is the name of another table',
    ],
    // Sources
    ['sources[1].contract.source', 'visits', 'sources[1].contract.source: visits is there already'],
    ['sources[1].contract.source', 'corrections', "corrections is the machinery's own source"],
    [
      'sources[1].contract.files',
      ['prices*.csv', 'vis*.ndjson'],
      'sources[1].contract.files: a file could be of visits (visits*.ndjson) and of prices (vis*.ndjson)',
    ],
    ['sources[1].contract.relation', 'log', 'sources[1].contract.relation: expected extract'],
    ['sources[1].contract.key', ['city'], 'sources[1].table.key: expected the key of the contract, city'],
    ['sources[1].contract.winner[0].column', 'cost', 'winner[0]: there is no column cost to compare by'],
    ['sources[1].contract.fields[0].reasons', {}, 'key[0]: city must be a field that refuses'],
    [
      'sources[1].contract.fields[2].default',
      'none',
      'fields[2].default: expected a value that price may have',
    ],
    ['sources[1].contract.columns[2].required', true, 'price may be null'],
    ['sources[1].contract.columns[2].type', 'double', 'price becomes a decimal(18,4), found double'],
    ['sources[1].contract.columns[2].name', 'cost', 'columns[2].name: no field becomes cost'],
    ['sources[1].contract.fields[2].type.kind', 'weight', 'fields[2].type.kind: expected one of text'],
    [
      'sources[1].contract.fields[2].when',
      [{ field: 'country', values: ['no'] }],
      'expected a field that is read before price, found country',
    ],
    [
      'sources[1].contract.fields[2].since',
      [{ field: 'city', value: 2 }],
      'expected a field of numbers that is read before price',
    ],
    [
      'sources[0].contract.derived[0].timestamp',
      'visit_id',
      'derived[0].timestamp: expected a column of a timestamp',
    ],
    [
      'sources[0].contract.rules',
      [{ reason: 'early', condition: { kind: 'null', of: { kind: 'field', name: 'id' }, isNot: false } }],
      'rules[0].condition: there is no field id',
    ],
    [
      'sources[0].contract.rules',
      [
        {
          reason: 'early',
          condition: { kind: 'null', of: { kind: 'field', name: 'visit_id' }, isNot: false },
          after: 'id',
        },
      ],
      'rules[0].after: there is no field id',
    ],
    // Models
    [
      'models[0].inputs[0].table',
      'silver.visit',
      'models[0].inputs[0].table: there is no table silver.visit to read',
    ],
    ['models[0].inputs[0].table', 'gold.days', 'gold.days is made after silver.returns'],
    ['models[0].inputs[0].table', 'bronze.visits', 'there is no table bronze.visits to read'],
    [
      'models[0].inputs[0].columns[1]',
      'day',
      'models[0].inputs[0].columns[1]: silver.visits has no column day',
    ],
    [
      'models[0].inputs[1].as',
      'silver.prices',
      'models[0].inputs[1].as: silver.prices is a table of the pipeline',
    ],
    ['models[0].inputs[1].as', undefined, 'models[0].inputs[1].table: silver.visits is there already'],
    ['models[0].table.key[0]', 'seen_on', '"rows" needs one key'],
    ['models[0].inputs[0].spread', { kind: 'days' }, '"referenced" needs the referring rows'],
    ['models[0].inputs[1].spread.column', 'seen_on', 'seen_on has no key index in silver.visits'],
    [
      'models[1].table.partition',
      undefined,
      '"days" spreads to a part of gold.days, which has no partitions',
    ],
    ['models[1].inputs[0].table', 'silver.prices', 'models[1].inputs[0].spread: "days" needs days or months'],
    [
      'models[1].inputs[0].spread',
      { kind: 'from', column: 'seen_on' },
      '"from" is for tables without partitions',
    ],
    ['models[1].inputs[0].spread', { kind: 'rows' }, '"rows" needs one key: gold.days has seen_on'],
    // Checks, figures, series
    ['checks[0].tables[0]', 'gold.day', 'checks[0].tables[0]: there is no table gold.day to read'],
    ['checks[0].name', 'prices_in_range', 'ranges[0].name: prices_in_range is there already'],
    ['checks[0].name', 'silver_prices_key', 'checks[0].name: silver_prices_key is a check of the machinery'],
    ['ranges[0].columns', { cost: { min: '0' } }, 'ranges[0].columns.cost: silver.prices has no column cost'],
    ['ranges[0].columns', { price: { min: 0 } }, 'expected bounds of a decimal(18,4) as texts, found 0'],
    ['runs.nulls[0].table', 'silver.prices', 'runs.nulls[0]: there is no column silver.prices.before_id'],
    ['runs.nulls[0].column', 'records', 'runs.nulls[0].column: records is there already'],
    ['runs.sums[0].of', 'seen_on', 'runs.sums[0].of: seen_on is a date; expected whole numbers'],
    ['runs.metrics[0].of', 'visitors', 'runs.metrics[0].of: runs have no figure visitors'],
    ['runs.metrics[0].by', undefined, 'runs.metrics[0].by: a rate is the share of something'],
    [
      'series[0].from.partitionsOf',
      'gold.days',
      'series[0].from.partitionsOf: expected a table that is partitioned by days',
    ],
    ['series[0].name', 'first_visit_rate', 'series[0].name: first_visit_rate is there already'],
    ['range', undefined, 'series: days are judged as far as those of `range` change'],
    ['range', 'silver.prices', 'range: expected the table of a log that lies by days, found silver.prices'],
    ['mayShrink[0]', 'silver.visits', 'mayShrink[0]: silver.visits is no table of a model'],
  ])('%s: %j', (place, value, message) => {
    expect(refusal(withValue(path(place), value))).toContain(message);
  });

  it('is told all at once', () => {
    const spec = { ...smallSpec, mayShrink: ['a.b'], range: 'c.d', name: 'twice_wrong' };
    const message = refusal(spec);
    expect(message).toContain('The pipeline twice_wrong cannot be run');
    expect(message).toContain('mayShrink[0]: a.b');
    expect(message).toContain('range: expected the table of a log that lies by days, found c.d');
  });
});
