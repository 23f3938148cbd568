// The report as a file: the same bytes for the same snapshot, complete in itself, and nothing in it that data could run.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportFile } from '../../../src/lake/report/report.js';
import { saasPipeline } from '../../pipelines/built-in-saas.js';
import { jsonHere, runHere } from '../../cli/run-here.js';
import { makeReportLake, type ReportLake } from './report-lake.js';

const { charts } = saasPipeline();
let made: ReportLake;
let page: string;
const path = (name: string): string => join(made.root, name);
const write = (out: string, ...flags: readonly string[]): Promise<ReportFile> =>
  jsonHere<ReportFile>(['report', '--lake', made.lake, '--out', out, ...flags]);

beforeAll(async () => {
  made = await makeReportLake();
  await write(path('report.html'));
  page = readFileSync(path('report.html'), 'utf8');
}, 60_000);
afterAll(() => made.remove());

const matches = (pattern: RegExp, text = page): readonly string[] =>
  Array.from(text.matchAll(pattern), ([, group]) => group ?? '');
const scripts = (): readonly string[] => matches(/<script>([^]*?)<\/script>/g);
/** Without what runs: elements, attributes and text. */
const body = (): string => page.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, '');

describe('lake report', () => {
  it('gives the same bytes for the same snapshot, also once it is history', async () => {
    await write(path('again.html'));
    await write(path('past.html'), '--snapshot', '1');
    expect(readFileSync(path('again.html'), 'utf8') === page).toBe(true);
    expect(readFileSync(path('past.html'), 'utf8') === readFileSync(made.first, 'utf8')).toBe(true);
  });

  it('says what it wrote', async () => {
    const report = await write(path('said.html'));
    expect(report).toEqual({ snapshot: 2, path: path('said.html'), bytes: Buffer.byteLength(page) });
    const { stdout } = await runHere(['report', '--lake', made.lake, '--out', path('said.html')]);
    expect(stdout).toMatch(/^Wrote the report of snapshot 2 to .*said\.html \(.* kB\)\.\n$/);
  });

  it('replaces a file whole, and leaves nothing beside it', async () => {
    mkdirSync(path('own'));
    writeFileSync(path('own/report.html'), 'x'.repeat(10_000_000));
    await write(path('own/report.html'));
    expect(readdirSync(path('own'))).toEqual(['report.html']);
    expect(readFileSync(path('own/report.html'), 'utf8') === page).toBe(true);
  });

  it('refuses a folder, a folder that is not there, and no name at all', async () => {
    const refused = async (...flags: readonly string[]): Promise<readonly unknown[]> => {
      const { code, stderr } = await runHere(['report', '--lake', made.lake, ...flags]);
      return [code, stderr];
    };
    expect(await refused('--out', made.root)).toEqual([1, expect.stringContaining('is a folder')]);
    expect(await refused('--out', path('none/report.html'))).toEqual([1, expect.stringContaining('--out')]);
    expect(await refused()).toEqual([1, expect.stringContaining('--out')]);
    expect(await refused('--out', path('no.html'), '--snapshot', '9')).toEqual([5, expect.any(String)]);
    expect(readdirSync(made.root)).not.toContain('no.html');
  });
});

describe('the page', () => {
  it('refers to nothing outside of itself', () => {
    const addresses = matches(/\s(?:src|href|action|data|poster|srcset)="([^"]*)"/g, body());
    expect(addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    expect(matches(/<style>([^]*?)<\/style>/g).join('')).not.toMatch(/url\(|@import/);
    for (const anchor of addresses) expect(page).toContain(`id="${anchor.slice(1)}"`);
  });

  it('lets only its own scripts run, known by their hashes, and nothing be loaded', () => {
    const policy = (matches(/Content-Security-Policy" content="([^"]*)"/g)[0] ?? '').replaceAll('&#39;', "'");
    const hashes = scripts().map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(hashes).toHaveLength(1);
  });

  it('shows hostile names and records as text', () => {
    expect(matches(/<(script)\b/g)).toHaveLength(2);
    expect(body()).not.toMatch(/<(img|svg|!--)/);
    expect(body()).not.toMatch(/[\u2028\u202e]/);
    expect(body()).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(body()).toContain(
      '&lt;!--&lt;script&gt;alert(2)&lt;/script&gt;&lt;svg onload=alert(3)&gt; \\u202e',
    );
    const data = matches(/<script type="application\/json" id="data">([^]*?)<\/script>/g)[0] ?? '';
    const { charts } = JSON.parse(data) as {
      readonly charts: readonly { readonly points?: readonly { readonly name?: string }[] }[];
    };
    expect(charts.flatMap(({ points = [] }) => points.map(({ name }) => name))).toContainEqual(
      expect.stringContaining('</script><script>alert(1)'),
    );
  });

  it('has one heading of the first rank, and every chart and table its caption', () => {
    expect(matches(/<(h1)[ >]/g)).toHaveLength(1);
    expect(matches(/<(table)\b/g)).toHaveLength(matches(/<(caption)>/g).length);
    const drawn = matches(/data-chart="([^"]*)"/g);
    const figures = matches(/<figure[^>]*>([^]*?)<\/figure>/g);
    expect(drawn).toEqual(charts.map((_, at) => `chart-${at + 1}`).concat('refused'));
    expect(matches(/<h3>([^<]*)<\/h3>/g)).toEqual([
      ...charts.map(({ title }) => title),
      'Refused records, run by run',
    ]);
    expect(figures.filter((text) => text.includes('<figcaption>') && text.includes('<table'))).toHaveLength(
      charts.length + 1,
    );
  });

  it('says what gold says', async () => {
    const { rows } = await jsonHere<{ rows: readonly (readonly string[])[] }>([
      ...['query', '--lake', made.lake],
      "SELECT strftime(date, '%Y-%m-%d') AS day, format('{:,.2f}', net_revenue::DOUBLE) AS net FROM gold.daily_revenue_net",
    ]);
    const revenue = matches(/<figure[^>]*id="chart-1">([^]*?)<\/figure>/g)[0] ?? '';
    const shown = matches(/<tr>(<th scope="row"[^]*?)<\/tr>/g, revenue).map((row) => [
      matches(/<th[^>]*>([^<]*)</g, row)[0],
      matches(/data-label="Net">([^<]*)</g, row)[0],
    ]);
    expect(shown).toEqual(rows);
  });
});

describe('a lake without events', () => {
  it('has a report without charts', async () => {
    const folder = join(made.root, 'empty');
    mkdirSync(folder);
    writeFileSync(join(folder, 'marketing_spend.csv'), 'date,channel,spend\n');
    const lake = path('empty-lake');
    await jsonHere(['ingest', folder, '--lake', lake, '--ingest-date', '2024-03-12']);
    await jsonHere(['report', '--lake', lake, '--out', path('empty.html')]);
    const text = readFileSync(path('empty.html'), 'utf8');
    expect(matches(/data-chart="([^"]*)"/g, text)).toEqual([]);
    expect(matches(/(Nothing to draw yet)/g, text)).toHaveLength(charts.length + 1);
  });
});
