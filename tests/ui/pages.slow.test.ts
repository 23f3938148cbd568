// The page as a person sees it, in a real Chromium, over `lake ui`.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import { makeReportLake, type ReportLake } from '../lake/report/report-lake.js';
import { closePages, installed, launch, open, settled, until, why, type Look } from './browser.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, in short. */
const faultsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await checker.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
};

const day = '2024-02-20';
const revenue = `#/explain/gold.daily_revenue_net?where=date%3D${day}&column=net_revenue`;
const places: Readonly<Record<string, string>> = {
  overview: '#/overview',
  charts: '#/charts',
  tables: '#/tables',
  'a table': '#/tables/silver.events',
  'its columns': '#/tables/silver.events?tab=columns',
  'its files': '#/tables/silver.events?tab=files',
  'its lineage': '#/tables/gold.mrr_daily?tab=lineage',
  lineage: '#/lineage',
  SQL: '#/sql',
  snapshots: '#/snapshots?c=1',
  quality: '#/quality?reason=invalid_json&source=events',
  explain: revenue,
};

describe.skipIf(installed === undefined)(`the page of a lake${why}`, () => {
  let made: ReportLake;
  let serving: { readonly url: string; close(): Promise<void> };
  let browser: Browser;
  beforeAll(async () => {
    made = await makeReportLake();
    serving = await openLake({ location: made.lake }).serveUi({ port: 0 });
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await serving.close();
    made.remove();
  });
  afterEach(() => closePages(browser));
  const at = (place: string, look?: Look) => open(browser, serving.url + place, look);

  const looks: readonly Look[] = [
    { width: 1600, scheme: 'light' },
    { width: 400, scheme: 'dark' },
  ];
  const all = Object.entries(places).flatMap(([name, place]) =>
    looks.map((look) => ({ name, place, ...look })),
  );

  it.each(all)('shows $name at $width pixels, $scheme, for everybody', async ({ place, ...look }) => {
    const { page, complaints, requests } = await at(place, look);
    expect(await page.locator('h1').textContent()).not.toBe('');
    expect(await page.locator('[role=alert]').allTextContents()).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(serving.url) && !url.startsWith('data:'))).toEqual([]);
  });

  it.each([400, 1280, 1600])('has every figure on one line at %i pixels', async (width) => {
    const { page } = await at('#/overview', { width, scheme: 'light' });
    const broken = `Array.from(document.querySelectorAll('.figure .value'), (value) => {
      const { height } = value.getBoundingClientRect();
      return height > 1.5 * parseFloat(getComputedStyle(value).lineHeight) ? value.textContent : '';
    }).filter((text) => text !== '')`;
    expect(await page.locator('.figure .value').count()).toBeGreaterThan(5);
    expect(await page.evaluate(broken)).toEqual([]);
  });

  it.each([1280, 1600])('fills rows of charts and shows the whole lineage at %i pixels', async (width) => {
    const { page } = await at('#/charts', { width, scheme: 'light' });
    // Pixels between the end of a drawing and that of its card, and cards that stand alone in half a row.
    const holes = `Array.from(document.querySelectorAll('.charts > .chart'), (card) => {
      const [place, drawing] = [card.getBoundingClientRect(), card.querySelector('.plot svg').getBoundingClientRect()];
      const isAlone = !Array.from(document.querySelectorAll('.charts > .chart')).some(
        (other) => other !== card && other.getBoundingClientRect().top === place.top);
      const isHalf = place.width < card.parentElement.clientWidth * 0.9;
      return place.bottom - drawing.bottom > 40 || (isAlone && isHalf) ? card.querySelector('h2').textContent : '';
    }).filter((title) => title !== '')`;
    expect(await page.locator('.plot svg').count()).toBeGreaterThan(10);
    await expect.poll(() => page.evaluate(holes), { timeout: 90_000 }).toEqual([]);
    await page.getByRole('link', { name: 'Lineage' }).click();
    await settled(page);
    const outside = `Array.from(document.querySelectorAll('.box'), (box) => {
      const [own, frame] = [box.querySelector('rect').getBBox(), document.querySelector('.picture')];
      const isCut = box.getBoundingClientRect().right > frame.getBoundingClientRect().right + 1;
      return isCut || Array.from(box.querySelectorAll('text')).some((text) => text.getBBox().width > own.width - 10)
        ? box.textContent : '';
    }).filter((text) => text !== '')`;
    expect(await page.locator('.box').count()).toBeGreaterThan(20);
    expect(await page.evaluate(outside)).toEqual([]);
  });

  it('goes from the first page to the raw lines of a bad day, by clicks alone', async () => {
    const { page } = await at('');
    await page.getByRole('link', { name: 'Charts' }).click();
    await page.locator('#chart-1').getByRole('button', { name: 'Numbers' }).click();
    await page.locator('#chart-1').getByRole('link', { name: day }).click();
    await settled(page);
    expect(await page.locator('h1').textContent()).toBe('Net revenue, explained');
    expect(await page.locator('.cells').textContent()).toMatch(/refunds[\d.]+[+-][\d.]+/);
    expect(await page.locator('main').textContent()).toContain('its change since 2024-02-19');
    expect(await page.locator('.records pre').first().textContent()).toContain('"event_id"');
    expect(await page.locator('.records strong').first().textContent()).toMatch(
      /events\.ndjson, line [\d,]+/,
    );
    await page.goBack();
    expect(page.url()).toContain('#/charts');
  });

  it('opens the explanation of the mark that is clicked', async () => {
    const { page } = await at('#/charts');
    const bars = page.locator('#chart-1 svg g[aria-label=rect] rect');
    const box = await bars.nth(55).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 2, (box?.y ?? 0) + 2);
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 3);
    await page.waitForSelector('#chart-1 [aria-label=tip] text');
    await page.mouse.down();
    await page.mouse.up();
    await until(page, `location.hash.startsWith('#/explain/gold.daily_revenue_net?where=date')`);
  });

  it('chooses days by a drag, shows only them, and takes a series out by the legend', async () => {
    const { page } = await at('#/charts');
    const svg = (await page.locator('#chart-2 svg').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(svg.x + svg.width * 0.3, svg.y + 60);
    await page.mouse.down();
    await page.mouse.move(svg.x + svg.width * 0.5, svg.y + 60, { steps: 5 });
    await page.mouse.up();
    await until(page, '/from=\\d{4}-\\d\\d-\\d\\d&to=/.test(location.hash)');
    await page.locator('#chart-1').getByRole('button', { name: 'Numbers' }).click();
    const days = await page.locator('#chart-1 tbody tr').count();
    expect(days).toBeGreaterThan(5);
    expect(days).toBeLessThan(30);
    const lines = page.locator('#chart-2 svg g[aria-label=line] path');
    expect(await lines.count()).toBe(3);
    await page.locator('#chart-2').getByRole('button', { name: 'WAU', pressed: true }).click();
    await expect.poll(() => lines.count(), { timeout: 90_000 }).toBe(2);
    await page.reload();
    await settled(page);
    expect(page.url()).toMatch(/from=/);
  });

  it('sorts, filters and scrolls a table to its end', async () => {
    const { page } = await at('#/tables/silver.events');
    await page.evaluate(`document.querySelector('.grid').scrollTo(0, 1e9)`);
    await expect
      .poll(() => page.locator('.grid-row').last().textContent(), { timeout: 90_000 })
      .toMatch(/evt-|-/);
    await page.getByLabel('Column', { exact: true }).selectOption('event_type');
    await page.getByLabel('Value').fill('purchase');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await settled(page);
    await page.getByRole('button', { name: /^amount_usd/ }).click();
    await page.getByRole('button', { name: 'amount_usd ↑' }).click();
    await page.getByRole('button', { name: 'amount_usd ↓' }).waitFor();
    expect(page.url()).toContain('sort=amount_usd%7Cdesc');
    const types = page.locator('.grid-row > [role=cell]:nth-child(4)');
    await expect
      .poll(async () => [...new Set(await types.allTextContents())], { timeout: 90_000 })
      .toEqual(['purchase']);
    // A press that ends on another row than it began leads nowhere: rows may still take their places.
    const explained = async (): Promise<string> => {
      const link = page.locator('.grid-row a').first();
      await link.click({ timeout: 5000 }).catch(() => undefined);
      return page.url();
    };
    await expect.poll(explained, { timeout: 90_000 }).toContain('#/explain/silver.events');
    expect(await page.locator('.records pre').first().textContent()).toContain('purchase');
    // A row that comes as a whole has no cell to ask for.
    expect(await page.locator('.cells .cell').count()).toBeGreaterThan(5);
    expect(await page.locator('.cells a').count()).toBe(0);
  });

  it('runs statements from the keyboard, side by side, and shows where one is wrong', async () => {
    const { page } = await at('#/sql');
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      'SELECT count(*) AS n FROM silver.events; SELECT nothing FROM gold.mrr_daily',
    );
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.result .failure');
    await settled(page);
    await expect
      .poll(() => page.locator('.result .grid-row').first().textContent(), { timeout: 90_000 })
      .toMatch(/^[\d,]+$/);
    expect(await page.locator('.failure').textContent()).toContain('nothing');
    expect(await page.locator('.wrong').textContent()).toBe('nothing');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('SELECT * FROM gold.mrr_d');
    await page.waitForSelector('.cm-tooltip-autocomplete');
    expect(await page.locator('.cm-tooltip-autocomplete').textContent()).toContain('gold.mrr_daily');
  });

  it('stops a statement that never ends, and shows the first rows of one that gives too many', async () => {
    const { page } = await at('#/sql');
    const run = async (sql: string): Promise<void> => {
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(sql);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Run/ }).click();
    };
    await run('SELECT count(*) FROM range(100000000000) AS a(x) WHERE x % 7 = hash(x) % 11');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.waitForSelector('.failure');
    await run('SELECT * FROM range(10000000) AS a(x)');
    await page.waitForSelector('.result .grid-row');
    expect(await page.locator('.result [role=status]').textContent()).toContain(
      'the first 100,000 are shown',
    );
  });

  it('travels: the slider shows the past, a comparison says what moved', async () => {
    const { page } = await at('#/overview');
    await page.getByLabel('Snapshot that is shown').focus();
    await page.keyboard.press('Home');
    await until(page, `location.hash.includes('s=1')`);
    expect(await page.locator('.travel').textContent()).toContain('the past');
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByLabel('compare with').selectOption('1');
    await page.getByRole('link', { name: 'Snapshots' }).click();
    await settled(page);
    expect(await page.locator('#diff').textContent()).toContain('From snapshot 1 to 2');
    await page.locator('summary', { hasText: 'silver.quarantine' }).click();
    await settled(page);
    await expect
      .poll(() => page.locator('table', { hasText: 'added' }).count(), { timeout: 90_000 })
      .toBeGreaterThan(0);
  });

  it('shows text from records as text', async () => {
    for (const place of [
      '#/quality?reason=invalid_json&source=events',
      '#/tables/silver.marketing_spend',
      '#/charts',
    ]) {
      const { page, complaints } = await at(place);
      expect(await page.locator('img, iframe, main script').count()).toBe(0);
      expect(complaints).toEqual([]);
    }
  });

  it('reaches every page by keyboard alone', async () => {
    const { page } = await at('');
    for (const name of ['Charts', 'Tables', 'Lineage', 'SQL', 'Snapshots', 'Quality', 'Explain']) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).focus();
      await page.keyboard.press('Enter');
      await until(page, `document.title.startsWith('${name}')`);
      await settled(page);
    }
  });

  it('fetches little: no engine before it is asked for, and a page of at most 250 kB', async () => {
    const { page, requests } = await at('#/overview');
    expect(requests.filter((url) => /worker\.js|duckdb\.wasm|editor-/.test(url))).toEqual([]);
    const ofPage = await codeOf(page, requests);
    expect(ofPage.files).toBeGreaterThan(3);
    expect(ofPage.bytes).toBeLessThan(250_000);
    // Each once: the page looks for a newer snapshot now and then.
    expect(new Set(requests).size).toBeLessThan(75);
    // Nothing of a size that grows with the lake: neither what arrived nor what was made of each record.
    const large = /\/bronze\/(?!batches|runs|corrections)\w+\/|\/silver\/events\//;
    expect(requests.filter((url) => large.test(url))).toEqual([]);
    await page.goto(`${serving.url}#/quality`);
    await settled(page);
    expect(requests.filter((url) => large.test(url))).toEqual([]);
    for (const rows of await page.locator('.checks summary', { hasText: 'of it' }).all()) await rows.click();
    const lines = page.locator('.checks .records small', { hasText: /, line [\d,]+/ });
    await expect.poll(() => lines.count(), { timeout: 90_000 }).toBeGreaterThan(0);
    expect(requests.filter((url) => large.test(url))).not.toEqual([]);
    await page.goto(`${serving.url}#/overview`);
    await settled(page);
    expect((await codeOf(page, requests)).bytes).toBeLessThan(260_000);
  });
});

/** What a page has loaded of its own code, without the engine, as it comes over the wire. */
async function codeOf(
  page: Page,
  requests: readonly string[],
): Promise<{ readonly files: number; readonly bytes: number }> {
  const code = [...new Set(requests)].filter(
    (url) => /\.(js|css|html)$|\/$/.test(url) && !url.includes('/lake/'),
  );
  const sizes = await Promise.all(
    code.map(async (url) => {
      const request = await page.request.get(url, { headers: { 'accept-encoding': 'gzip, br' } });
      return Number(request.headers()['content-length']);
    }),
  );
  return { files: code.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
