import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSettings } from '../../src/lake/settings/find-settings.js';
import { parseSettings, parseUserSettings } from '../../src/lake/settings/settings-file.js';
import { contractHash } from '../../src/records/contract-hash.js';
import { saasSettings } from './saas-lake.js';
import { saas, saasPipeline } from '../pipelines/built-in-saas.js';

const parse = (document: unknown) => parseSettings('lake.config.json', JSON.stringify(document), saas);

describe('the settings file', () => {
  it('adds to the defaults, and takes out what it says is null', () => {
    const { rows, retention } = parse({
      rates: { CHF: 1.13, INR: null },
      eventTypes: ['invite'],
      eventDates: { from: '2020-01-01' },
      retention: { keep: 3, olderThan: '2d' },
    });
    expect(rows).toEqual({
      rates: { USD: 1, EUR: 1.08, GBP: 1.27, CAD: 0.74, AUD: 0.66, JPY: 0.0067, BRL: 0.18, CHF: 1.13 },
      eventDates: { from: '2020-01-01', to: '2099-12-31' },
      eventTypes: ['invite'],
    });
    expect(retention).toEqual({ keep: 3, olderThanMs: 2 * 86_400_000 });
  });

  it('says from how many rows on a Spark writes results itself', () => {
    expect(parse({ spark: { writeFrom: 5 } }).spark).toEqual({ writeFrom: 5 });
    expect(parse({ spark: { parseFrom: '2GiB' } }).spark).toEqual({ parseFrom: 2 ** 31 });
  });

  it('changes nothing when it is empty', () => {
    expect(parse({})).toEqual(saasSettings);
  });

  const refusals: readonly [string, unknown, string][] = [
    ['an unknown key', { rate: {} }, 'there is no setting rate: did you mean rates?'],
    ['an unknown key inside', { retention: { kep: 3 } }, 'there is no setting retention.kep: did you mean keep?'],
    ['results of no rows', { spark: { writeFrom: 0 } }, 'spark.writeFrom'],
    ['logs of no size', { spark: { parseFrom: 'large' } }, 'spark.parseFrom'],
    ['a rate of zero', { rates: { CHF: 0 } }, 'rates.CHF'],
    ['a rate as text', { rates: { CHF: '1.13' } }, 'rates.CHF: invalid input: expected number, received string, found "1.13"'],
    ['a currency in lower case', { rates: { chf: 1 } }, 'rates.chf: expected a currency code of three capital letters'],
    ['dollars that are not dollars', { rates: { USD: 2 } }, 'rates.USD'],
    ['no dollars', { rates: { USD: null } }, 'rates.USD'],
    ['days that are none', { eventDates: { from: '2020-02-30' } }, 'eventDates.from: expected a day as YYYY-MM-DD, found "2020-02-30"'],
    ['days in the wrong order', { eventDates: { from: '2020-01-02', to: '2020-01-01' } }, 'eventDates: expected from before to'],
    ['a check that there is not', { checks: { orphan_refund: 'off' } }, 'did you mean orphan_refunds?'],
    ['a limit of nothing', { limits: { reject_rat: { max: 1 } } }, 'did you mean reject_rate?'],
    ['a severity', { checks: { orphan_refunds: 'fatal' } }, 'checks.orphan_refunds'],
    ['a duration', { retention: { olderThan: '7 years' } }, 'expected a duration like 7d or 24h'],
    ['an array', [], 'the document: invalid input: expected object'],
  ]; // prettier-ignore
  it.each(refusals)('refuses %s, and says where and what to do', (_, document, message) => {
    expect(() => parse(document)).toThrow(message);
    expect(() => parse(document)).toThrow('lake.config.json: ');
  });

  it.each([
    '{"checks": {"__proto__": "off"}}',
    '{"checks": {"constructor": "off"}}',
    '{"limits": {"__proto__": {"max": 1}}}',
    '{"rates": {"__proto__": 1}}',
    '{"__proto__": {"retention": {"keep": 1}}}',
    '{"retention": {"toString": 1}}',
  ])('refuses %s: no object has such a key of its own', (content) => {
    expect(() => parseSettings('x.json', content, saas)).toThrow(/^x\.json: there is no setting /);
  });

  it('never repeats what may hold a key', () => {
    for (const document of [
      { alerts: { url: 'ftp://me:s3cret@host' } },
      { lineage: { url: 's3cret' } },
      { alerts: { url: ['s3cret'] } },
    ]) {
      expect(() => parse(document)).toThrow('url: ');
      expect(() => parse(document)).not.toThrow('s3cret');
    }
  });

  it('of the user takes what is sent, and nothing that decides about a lake', () => {
    const own = parseUserSettings(
      'own.json',
      '{"alerts": {"command": "cat"}, "lineage": {"url": "http://h/"}, "cache": {"folder": "/c", "size": "1GB"}}',
    );
    expect(own).toEqual({
      alerts: { command: 'cat' },
      lineage: { url: 'http://h/' },
      cache: { folder: '/c', size: '1GB' },
    });
    expect(() => parseUserSettings('own.json', '{"rates": {}}')).toThrow(
      'own.json: there is no setting rates: known are alerts, lineage, cache',
    );
  });

  it('refuses what is no JSON', () => {
    expect(() => parseSettings('here.json', '{"rates":}', saas)).toThrow(/^here\.json: not JSON/);
  });
});

describe('finding the settings', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lake-settings-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('looks beside the lake', async () => {
    await writeFile(join(folder, 'lake.config.json'), '{"retention": {"keep": 7}}');
    const { settings, settingsFile } = await findSettings({
      lakeLocation: join(folder, 'lake'),
      pipeline: saas,
    });
    expect([settings.retention, settingsFile]).toEqual([{ keep: 7 }, join(folder, 'lake.config.json')]);
  });

  it('takes no letter for another where a file is not UTF-8', async () => {
    const named = join(folder, 'own.json');
    await writeFile(named, Buffer.from('{"alerts": {"command": "mail g\xe4ste"}}', 'latin1'));
    const found = findSettings({ named, lakeLocation: join(folder, 'lake'), pipeline: saas });
    await expect(found).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('own.json: expected UTF-8') as unknown,
    });
  });

  it('has the defaults where there is no file', async () => {
    expect(await findSettings({ lakeLocation: join(folder, 'lake'), pipeline: saas })).toEqual({
      settings: saasSettings,
      settingsFile: null,
      untrusted: [],
    });
  });

  it('refuses a file that was named and is not there', async () => {
    const named = join(folder, 'none.json');
    await expect(findSettings({ named, lakeLocation: folder, pipeline: saas })).rejects.toThrow(
      /none\.json: the settings cannot be read/,
    );
  });
});

describe('the contract of a source', () => {
  const hashes = (document: unknown): readonly string[] => {
    const { rows } = parse(document);
    return saasPipeline(rows).sources.map(({ contract }) => contractHash(contract));
  };
  const [events, subscriptions, spend] = hashes({});

  it('follows from the settings that its rows depend on, and from no others', () => {
    expect(hashes({ retention: { keep: 1 }, checks: { orphan_refunds: 'off' } })).toEqual([
      events,
      subscriptions,
      spend,
    ]);
    const [otherEvents, ...others] = hashes({ eventTypes: ['invite'] });
    expect(otherEvents).not.toBe(events);
    expect(others).toEqual([subscriptions, spend]);
    const rates = hashes({ rates: { CHF: 1.13 } });
    expect(rates.map((hash, i) => hash === [events, subscriptions, spend][i])).toEqual([false, false, true]);
  });

  it('does not depend on the order or the repetition of event types', () => {
    expect(hashes({ eventTypes: ['b', 'a', 'login', 'a'] })).toEqual(hashes({ eventTypes: ['a', 'b'] }));
  });
});
