// What the page says when there is little to show, or something is wrong; and the page on a plain file server.

import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import { jsonHere } from '../cli/run-here.js';
import { fileServer, type FileServer } from '../storage/file-server.js';
import { closePages, installed, launch, open, settled, until, why } from './browser.js';

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
    await jsonHere(['ingest', events('x'), '--lake', lake]);
    await jsonHere(['ui', '--export', site, '--lake', lake]);
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await Promise.all(closing.map((close) => close()));
    rmSync(root, { recursive: true });
  });

  afterEach(() => closePages(browser));

  /** A file with an event that is refused. */
  function events(id: string): string {
    const path = join(more, `events-${id}.ndjson`);
    writeFileSync(path, `{"event_id":"${id}"}\n`);
    return path;
  }

  /** The first row of a result, once it was read. */
  const shows = (page: Page, row: RegExp): Promise<void> =>
    expect
      .poll(() => page.locator('.result .grid-row').first().textContent(), { timeout: 90_000 })
      .toMatch(row);

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
    ['lost metadata', /gold\.daily_revenue_net\.json$/, 'lost'],
    ['cut metadata', /gold\.daily_revenue_net\.json$/, 'cut'],
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

  /** Text of 100 kB that no codec makes small. */
  const noise = (): string => randomBytes(75_000).toString('base64');

  it('reads much of what arrived only when the lines are asked for', async () => {
    const large = copied('large');
    const path = join(more, 'events-large.ndjson');
    const paid = { user_id: 'u', event_type: 'purchase', amount: 5, currency: 'USD', schema_version: 2 };
    const lines = Array.from({ length: 60 }, (_, i) =>
      JSON.stringify({ ...paid, event_id: `large-${i}`, timestamp: '2024-01-20T10:00:00Z', note: noise() }),
    );
    writeFileSync(path, lines.join('\n'));
    await jsonHere(['ingest', path, '--lake', large]);
    const day = '#/explain/gold.daily_revenue_net?where=date%3D2024-01-20&column=net_revenue';
    const { page, requests, complaints } = await open(browser, (await served(large)) + day);
    expect(await page.locator('.making').first().textContent()).toContain('Net revenue');
    expect(await page.locator('.behind .row-facts').count()).toBeGreaterThan(0);
    const arrived = (): readonly string[] => requests.filter((url) => url.includes('/bronze/events/'));
    expect(arrived()).toEqual([]);
    expect(await page.locator('.lines-left').textContent()).toMatch(/in all that arrived, [4-9]\.\d MB/);
    await page.getByRole('button', { name: 'Show the lines of the files' }).click();
    await page.waitForSelector('.records pre');
    expect(arrived()).not.toEqual([]);
    expect(await page.locator('.lines-left').count()).toBe(0);
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

  it('shows the newest on a click even where it came after the page was opened', async () => {
    const going = copied('going');
    const { page } = await open(browser, `${await served(going)}#/tables?s=7`);
    expect(await page.locator('.failure').first().textContent()).toContain('not there');
    await jsonHere(['ingest', events('y'), '--lake', going]);
    await page.getByRole('link', { name: 'Show the newest snapshot' }).first().click();
    await until(page, `document.querySelector('.travel')?.textContent.includes('Snapshot 3') === true`);
    await settled(page);
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(5);
  });

  it('shows two tabs what each asks for', async () => {
    const url = await served(lake);
    const first = await open(browser, `${url}#/sql`);
    const second = await first.page.context().newPage();
    await second.goto(`${url}#/sql`);
    await settled(second);
    const run = async (page: Page, sql: string): Promise<void> => {
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(sql);
      await page.keyboard.press('Control+Enter');
    };
    await run(first.page, 'SELECT 11 AS a');
    await shows(first.page, /^11$/);
    await run(second, 'SELECT 22 AS b');
    await shows(second, /^22$/);
    await shows(first.page, /^11$/);
    await second.reload();
    await settled(second);
    await second.waitForSelector('.cm-line');
    expect(await second.getByLabel('Earlier').locator('option').allTextContents()).toContain(
      'SELECT 11 AS a',
    );
  });

  it('needs no SIMD of WebAssembly and no storage of the browser', async () => {
    const old = await launch(['--js-flags=--no-enable-sse4-1']);
    try {
      const { page, complaints } = await open(old, `${await served(lake)}#/overview`);
      // A module with one instruction of SIMD.
      const bytes = [
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
      ];
      const knowsSimd = `WebAssembly.validate(new Uint8Array([${[...bytes, 253, 98, 11].join()}]))`;
      if (process.arch === 'x64') expect(await page.evaluate(knowsSimd)).toBe(false);
      expect(await page.locator('.figure').count()).toBeGreaterThan(4);
      await page.addInitScript(`for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
        Object.defineProperty(globalThis, name, { get() { throw new DOMException('denied', 'SecurityError'); } });`);
      await page.goto(page.url().replace(/#.*/, '#/sql?q=SELECT%20count(*)%20FROM%20silver.events'));
      await page.reload();
      await settled(page);
      await page.waitForSelector('.cm-line');
      await page.getByRole('button', { name: /^Run/ }).click();
      await shows(page, /^[\d,]+$/);
      expect(complaints).toEqual([]);
    } finally {
      await old.close();
    }
  });

  it('shows a lake of 300 columns and of no pipeline that it knows', async () => {
    // The statement comes with the address: typing 300 columns is work for the editor's completion and no part of this.
    const columns = Array.from({ length: 300 }, (_, i) => `${i} AS column_${i}`).join(', ');
    const place = `#/sql?q=${encodeURIComponent(`SELECT ${columns}`)}`;
    const { page, complaints } = await open(browser, (await served(lake)) + place);
    await page.getByRole('button', { name: /^Run/ }).click();
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
