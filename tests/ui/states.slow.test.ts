// What the page says when there is little to show, or something is wrong; and the page on a plain file server.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import { jsonHere } from '../cli/run-here.js';
import { fileServer, type FileServer } from '../storage/file-server.js';
import { installed, launch, open, settled, until, why } from './browser.js';

describe.skipIf(installed === undefined)(`the page when something is different${why}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'lake-states-'));
  const [data, more, lake, site] = ['data', 'more', 'lake', 'site'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  let browser: Browser;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    await jsonHere(['generate', '--users', '60', '--days', '40', '--out', data]);
    await jsonHere(['ingest', data, '--lake', lake]);
    mkdirSync(more);
    writeFileSync(join(more, 'events.ndjson'), '{"event_id":"x"}\n');
    await jsonHere(['ingest', more, '--lake', lake]);
    await jsonHere(['ui', '--export', site, '--lake', lake]);
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await Promise.all(closing.map((close) => close()));
    rmSync(root, { recursive: true });
  });

  async function served(location: string): Promise<string> {
    const serving = await openLake({ location }).serveUi({ port: 0 });
    closing.push(() => serving.close());
    return serving.url;
  }

  /** A copy of the lake that may be spoilt. */
  function copied(name: string): string {
    const copy = join(root, name);
    cpSync(lake, copy, { recursive: true });
    return copy;
  }

  const fileIn = (folder: string, pattern: RegExp): string => {
    const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((each) =>
      pattern.test(each),
    );
    return join(folder, name ?? 'nothing');
  };

  it('says of a folder without a lake what makes one', async () => {
    const { page, complaints } = await open(browser, await served(join(root, 'empty')));
    expect(await page.locator('h1').textContent()).toBe('No snapshot yet');
    expect(await page.locator('.command').textContent()).toContain('lake ingest');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['a changed byte in a table’s file', /daily_revenue_net.*\.parquet$/, 'changed'],
    ['a cut file', /daily_revenue_net.*\.parquet$/, 'cut'],
    ['a lost file', /daily_revenue_net.*\.parquet$/, 'lost'],
    ['changed metadata', /gold\.daily_revenue_net\.json$/, 'changed'],
  ])('says that the lake is damaged: %s', async (_, pattern, how) => {
    const damagedLake = copied(`damaged-${String(pattern.source.length)}-${how}`);
    const path = fileIn(damagedLake, pattern);
    const bytes = readFileSync(path);
    if (how === 'lost') rmSync(path);
    else
      writeFileSync(
        path,
        how === 'cut' ? bytes.subarray(0, 40) : bytes.map((b, i) => (i === 60 ? b ^ 1 : b)),
      );
    const { page, complaints } = await open(browser, `${await served(damagedLake)}#/charts`);
    expect(await page.locator('.failure').first().textContent()).toContain('The lake is damaged here');
    expect(await page.locator('.failure').first().textContent()).toContain('daily_revenue_net');
    expect(await page.locator('.failure .command').first().textContent()).toContain('lake verify');
    await page.goto(page.url().replace('#/charts', '#/tables/silver.events'));
    await expect.poll(() => page.locator('.grid-row').count(), { timeout: 90_000 }).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
  });

  it('says that a snapshot has expired, and shows the newest on a click', async () => {
    const short = copied('short');
    const url = await served(short);
    await jsonHere(['snapshot', 'expire', '--keep', '1', '--lake', short]);
    const { page } = await open(browser, `${url}#/tables?s=1`);
    expect(await page.locator('.failure').first().textContent()).toContain('has expired');
    await page.getByRole('link', { name: 'Show the newest snapshot' }).first().click();
    await settled(page);
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(5);
  });

  it('shows a lake of 300 columns and of no pipeline that it knows', async () => {
    const { page, complaints } = await open(browser, `${await served(lake)}#/sql`);
    const columns = Array.from({ length: 300 }, (_, i) => `${i} AS column_${i}`).join(', ');
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(`SELECT ${columns}`);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.grid-row');
    expect(await page.locator('[role=columnheader]').count()).toBe(300);
    expect(complaints).toEqual([]);
  });

  describe('on a plain file server', () => {
    async function hosting(
      folder: string,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<FileServer> {
      const types: Readonly<Record<string, string>> = {
        html: 'text/html',
        js: 'text/javascript',
        css: 'text/css',
        wasm: 'application/wasm',
      };
      const server = await fileServer({
        read: (path) =>
          Promise.resolve()
            .then(() => readFileSync(join(folder, path)))
            .catch(() => undefined),
        instead: (request, response) => {
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
          const name = new URL(request.url ?? '', 'http://x').pathname;
          const type = types[name.slice(name.lastIndexOf('.') + 1)];
          if (type !== undefined) response.setHeader('content-type', type);
          return false;
        },
      });
      closing.push(() => server.close());
      return server;
    }

    it('opens a lake beside it, down to the lines, with nothing asked for from elsewhere', async () => {
      const host = await hosting(root);
      const { page, complaints, requests } = await open(
        browser,
        `${host.url}/site/index.html?lake=${encodeURIComponent('../lake')}#/overview`,
      );
      expect(await page.locator('.figure').count()).toBeGreaterThan(4);
      await page.goto(`${page.url().split('#')[0]}#/explain/gold.daily_revenue_net?where=date%3D2024-01-20`);
      await settled(page);
      await until(page, `document.querySelector('.making h2') !== null`);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(host.url) && !/^(data|blob):/.test(url))).toEqual([]);
      expect(host.requests.filter((asked) => asked.endsWith('/'))).toEqual([]);
    });

    it('asks which lake, and refuses what is no address', async () => {
      const host = await hosting(site);
      const { page } = await open(browser, `${host.url}/index.html`);
      expect(await page.locator('h1').textContent()).toBe('Which lake?');
      await page.goto(`${host.url}/index.html?lake=${encodeURIComponent('javascript:alert(1)')}`);
      await settled(page);
      expect(await page.locator('[role=alert]').textContent()).toContain('is no address of a lake');
    });

    it('explains a lake elsewhere that may not be read, and reads one that may', async () => {
      const host = await hosting(site);
      const [shut, shared] = await Promise.all([
        hosting(lake),
        hosting(lake, { 'access-control-allow-origin': '*' }),
      ]);
      const refused = await open(browser, `${host.url}/index.html?lake=${shut.url}`);
      expect(await refused.page.locator('.failure').textContent()).toContain('Access-Control-Allow-Origin');
      const { page } = await open(browser, `${host.url}/index.html?lake=${shared.url}`);
      expect(await page.locator('.figure').count()).toBeGreaterThan(4);
    });

    it('says what a server that answers everything with a page is not', async () => {
      const host = await hosting(site);
      const { page } = await open(browser, `${host.url}/index.html?lake=${host.url}/nothing/here`);
      expect(await page.locator('h1, [role=alert]').first().textContent()).toMatch(
        /No snapshot yet|not there/,
      );
    });
  });
});
