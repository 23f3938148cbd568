// A contract's name is what a lake's tables are known by: it stays what it was, and differs where rows would.

import { describe, expect, it } from 'vitest';
import { contractHash } from '../../src/records/contract-hash.js';
import type { Field } from '../../src/records/field.js';
import { saasPipeline, events, defaultSettings } from '../pipelines/built-in-saas.js';

const hashes = (settings = defaultSettings): readonly string[] =>
  saasPipeline(settings).sources.map(({ contract }) => contractHash(contract));

const field = events.fields[0]!;

describe('the hash of a contract', () => {
  it('is that of the lakes that there are', () => {
    expect(hashes()).toEqual([
      '28943cb1c9f88143ce5f01e64eea02f052fea2f61b1c5b2c0409de8270c7b259',
      '612a09e4b2ab1c688fbadc95d37ec069bb14c2feaaed6ff9eb951944b586cc9b',
      '2af1d3fe5c760107576f4e9b9c356ff976c60292f6a07844ea44a1b54bcf149e',
    ]);
    const settings = {
      rates: { USD: 1, EUR: 2 },
      eventDates: { from: '2020-01-01', to: '2030-01-01' },
      eventTypes: ['invite_sent'],
    };
    expect(hashes(settings)).toEqual([
      '916ea9d525de33f2c54d98bf7d5cce27e201917c6d5f45cb774ca7c31bf68614',
      '8fee6ee1595af613f2c76a766bfddb0d3434fa4061c17c27ef648d0955a5c6de',
      '2af1d3fe5c760107576f4e9b9c356ff976c60292f6a07844ea44a1b54bcf149e',
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
    expect(contractHash({ ...events, files: ['x*.log'] })).toBe(contractHash(events));
  });
});
