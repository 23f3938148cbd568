// A contract's name is what a lake's tables are known by: it stays what it was, and differs where rows would.

import { describe, expect, it } from 'vitest';
import { saasPipeline } from '../../src/pipelines/saas/pipeline.js';
import { events } from '../../src/pipelines/saas/contracts/events.js';
import { defaultSettings } from '../../src/pipelines/saas/settings.js';
import { contractHash } from '../../src/records/contract-hash.js';
import type { Field } from '../../src/records/field.js';

const hashes = (settings = defaultSettings): readonly string[] =>
  saasPipeline(settings).sources.map(({ contract }) => contractHash(contract));

const field = events.fields[0]!;

describe('the hash of a contract', () => {
  it('is that of the lakes that there are', () => {
    expect(hashes()).toEqual([
      '4739caefb9e8c231f06da231748fbc00332b0165842c43468bc0fd34f9286cd7',
      '6f36ca82f09005be22fa635bc262ce3d4b19b2b67a6923495bbf3d125ea232ca',
      'b0c7669b1e0e7d8155675975de1e36ad1ab71a83553c7d5bc94e0ecfaba2f26f',
    ]);
    const settings = {
      rates: { USD: 1, EUR: 2 },
      eventDates: { from: '2020-01-01', to: '2030-01-01' },
      eventTypes: ['invite_sent'],
    };
    expect(hashes(settings)).toEqual([
      '34fb856c89943360e8c1b93c15b48402591a2ba7fb66185aaf202b63c7e0ce24',
      '428594939a17a94b4d20d38303bc3023c90c034d9d95cb280d8803d86a9076f4',
      'b0c7669b1e0e7d8155675975de1e36ad1ab71a83553c7d5bc94e0ecfaba2f26f',
    ]);
  });

  it('does not depend on the order of the rates', () => {
    const rates = Object.fromEntries(Object.entries(defaultSettings.rates).reverse());
    expect(hashes({ ...defaultSettings, rates })).toEqual(hashes());
  });

  it('differs for every change of a field', () => {
    const changes: readonly Partial<Field>[] = [
      { name: 'other' },
      { from: { kind: 'path', steps: ['other'] } },
      { isStrict: false },
      { blank: 'invalid' },
      { nulls: ['-'] },
      { default: 'x' },
      { when: [{ field: 'event_type', values: ['login'] }] },
      { since: [{ field: 'schema_version', value: 2 }] },
      { reasons: {} },
      { type: { kind: 'integer', bits: 64 } },
      { type: { kind: 'integer', bits: 64, min: 1n } },
      { type: { kind: 'integer', bits: 64, min: 2n } },
    ];
    const changed = changes.map((change) => contractHash({ ...events, fields: [{ ...field, ...change }] }));
    expect(new Set([...changed, contractHash({ ...events, fields: [field] })]).size).toBe(changes.length + 1);
  });

  it('does not depend on the names of files', () => {
    expect(contractHash({ ...events, files: { prefix: 'x', extension: 'log' } })).toBe(contractHash(events));
  });
});
