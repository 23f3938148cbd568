// The built-in project's sources decide as the contracts of the program: the same values, the same reasons, on generated records.

import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { isChild, knownProjectKeys, type ProjectDocument, projectShape } from '../../src/project/document.js';
import { Problems } from '../../src/project/problems.js';
import { recordContract } from '../../src/project/record-contract.js';
import { shaped } from '../../src/project/shape.js';
import { parseYaml, type YamlText } from '../../src/project/yaml-text.js';
import { events } from '../../src/pipelines/saas/contracts/events.js';
import { marketingSpend } from '../../src/pipelines/saas/contracts/marketing-spend.js';
import { subscriptions } from '../../src/pipelines/saas/contracts/subscriptions.js';
import type { Contract, RecordContract } from '../../src/records/contract.js';
import type { RawValue } from '../../src/records/values/raw-value.js';
import { recordReader } from '../../src/records/record-reader.js';

const file = new URL('../../pipelines/saas/lake.yaml', import.meta.url);
let document: ProjectDocument;
let places: YamlText;

beforeAll(async () => {
  const problems = new Problems();
  places = parseYaml({ file: 'lake.yaml', text: await readFile(file, 'utf8') }, problems)!;
  const read = shaped<ProjectDocument>(places, projectShape, { problems, knownKeys: knownProjectKeys });
  problems.throwIfAny();
  document = read!;
});

function contractOf(source: string): RecordContract {
  const problems = new Problems();
  const written = document.sources[source]!;
  if (isChild(written)) throw new Error('a child');
  const contract = recordContract({
    source,
    document: written,
    isCsv: written.format === 'csv',
    nulls: written.nulls ?? [],
    zone: written.zone ?? 'UTC',
    rates: document.rates ?? {},
    places,
    problems,
  });
  problems.throwIfAny();
  return contract;
}

const word = fc.constantFrom(
  '',
  ' ',
  'a',
  ' A b ',
  'Google  Ads',
  '(All Channels)',
  'x\u0000',
  '\ud800',
  'ü',
  '9999-12-31',
);
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, 2, 3, -0.00001, 0.00005, 1e12, 999999999999.5, 12.34565, 1e-7, 19.99, -5),
  fc.double({ noNaN: true, min: -1e13, max: 1e13 }),
);
const anything = fc.oneof(
  word,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.constant(['a']),
  fc.constant({ a: 1 }),
);
const day = fc.constantFrom(
  '2024-03-01',
  ' 2024-03-02',
  '2024-02-30',
  '1999-12-31',
  '2100-01-01',
  '9999-12-31',
  '2099-12-31',
  ' ',
);
const time = fc.constantFrom(
  '2024-03-01T10:00:00Z',
  '2024-03-01 10:00:00.1234567',
  '2024-03-01t23:59:59-14:00',
  '2000-01-01T00:00:00+00:01',
  '2099-12-31T23:59:59-00:01',
  '2024-03-01',
);
const or = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: anything });
const currency = fc.constantFrom('USD', 'eur', ' GBP ', 'XXX', '', ' ', 'ıNR');

const event = fc.record(
  {
    event_id: or(fc.constantFrom('e1', ' e2 ')),
    user_id: or(fc.constantFrom('u1', '')),
    event_type: or(fc.constantFrom('signup', 'Purchase', 'refund', 'login', 'unknown', 'REFUND')),
    timestamp: or(time),
    schema_version: or(fc.constantFrom(1, 2)),
    amount: or(number),
    currency: or(currency),
    tax: or(number),
    refers_to_event_id: or(fc.constant('e1')),
    acquisition_channel: or(word),
    extra: anything,
  },
  { requiredKeys: [] },
);
const subscription = fc.record(
  {
    subscription_id: or(fc.constant('s1')),
    user_id: or(fc.constant('u1')),
    plan_id: or(fc.constantFrom('basic', 'PRO', 'team', 'none')),
    price: or(number),
    currency: or(currency),
    start_date: or(day),
    end_date: or(day),
    status: or(fc.constantFrom('active', 'Cancelled', 'canceled', 'paused')),
    created_at: or(time),
  },
  { requiredKeys: [] },
);
const spend = fc.record({
  date: day,
  channel: word,
  spend: fc.constantFrom(
    '12.5',
    ' 3 ',
    '-0.00001',
    '+7',
    '1e3',
    '.5',
    '5.',
    '',
    '1,5',
    '999999999999.99999',
    '1000000000000',
    '-0',
  ),
});

describe.each([
  ['events', events, event],
  ['subscriptions', subscriptions, subscription],
  ['marketing_spend', marketingSpend, spend],
] as const)('%s of the built-in project', (source, contract: Contract, records: fc.Arbitrary<unknown>) => {
  it('has the columns of its table in their order', () => {
    expect(contractOf(source).columns).toEqual(contract.columns);
  });

  it('reads every record alike', () => {
    const old = recordReader(contract);
    const now = recordReader(contractOf(source));
    fc.assert(
      fc.property(records, (record) => {
        const expected = old(record as RawValue);
        const got = now(record as RawValue);
        if (!expected.ok) expect(got).toEqual(expected);
        else {
          expect(got).toMatchObject({ ok: true, values: expected.values });
          if (got.ok) {
            expect(got.unknownFields).toEqual(expected.unknownFields);
            expect(got.nulledFields).toEqual(expected.nulledFields);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
