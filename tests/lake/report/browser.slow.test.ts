// The report as a reader sees it, in a real Chromium: everything is drawn, nothing complains, nothing leaves the page.

import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonHere } from '../../cli/run-here.js';
import { saasPipeline } from '../../pipelines/built-in-saas.js';
import { Chromium, findChromium, type Look, type OpenedPage } from './chromium.js';
import { makeReportLake, type ReportLake } from './report-lake.js';

const { charts } = saasPipeline();
const idOf = (title: string): string => `chart-${charts.findIndex((chart) => chart.title === title) + 1}`;

const installed = findChromium();
const why = installed === undefined ? ' (skipped: no Chromium on PATH or in CHROMIUM)' : '';

/** Marks of each chart that have a size; axes and rules are none. */
const MARKS = `Object.fromEntries(Array.from(document.querySelectorAll('[data-chart]'), (place) => [
  place.dataset.chart,
  Array.from(place.querySelectorAll(
    'g:is([aria-label=rect], [aria-label=bar], [aria-label=cell], [aria-label=line], [aria-label=area]) :is(rect, path)',
  )).filter((mark) => {
    const { width, height } = mark.getBoundingClientRect();
    return width > 0.2 && height > 0.2;
  }).length,
]))`;

/** Pixels by which the page is wider than the window. */
const OVERFLOW = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;

/** Charts whose drawing is wider than their place. */
const TOO_WIDE = `Array.from(document.querySelectorAll('[data-chart]')).filter((place) =>
  place.firstElementChild.getBoundingClientRect().width > place.getBoundingClientRect().width + 1).length`;

/** Contrast of the text of headings, cells and axes with what is behind, the least of them (WCAG 2). */
const CONTRAST = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return color === 'rgba(0, 0, 0, 0)' && element.parentElement ? behind(element.parentElement) : color;
  };
  const ratio = (element, color) => {
    const [a, b] = [light(parse(color)), light(parse(behind(element)))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const texts = document.querySelectorAll('h1, h2, h3, p, td, th, dt, dd, summary, .badge');
  const axes = document.querySelectorAll('[data-chart] g[aria-label*="tick label"]');
  return Math.min(
    ...Array.from(texts, (element) => ratio(element, getComputedStyle(element).color)),
    ...Array.from(axes, (element) => ratio(element, getComputedStyle(element).fill)),
  );
})()`;

describe.skipIf(installed === undefined)(`the report in a browser${why}`, () => {
  let made: ReportLake;
  let browser: Chromium;
  let url: string;
  beforeAll(async () => {
    made = await makeReportLake();
    const out = join(made.root, 'report.html');
    await jsonHere(['report', '--lake', made.lake, '--out', out]);
    url = pathToFileURL(out).href;
    browser = new Chromium(installed ?? '');
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    made.remove();
  });

  const looks: readonly Look[] = [400, 1600].flatMap((width) => [
    { width, scheme: 'light' as const },
    { width, scheme: 'dark' as const },
  ]);

  it.each(looks)('draws every chart at $width pixels, $scheme', async (look) => {
    const page = await browser.open(url, look);
    const marks = await page.evaluate<Readonly<Record<string, number>>>(MARKS);
    expect(Object.keys(marks)).toHaveLength(charts.length + 1);
    expect(Object.values(marks).filter((count) => count < 1)).toEqual([]);
    expect(marks[idOf('Retention')]).toBeGreaterThan(50);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    expect(await page.evaluate(TOO_WIDE)).toBe(0);
    expect(await page.evaluate(CONTRAST)).toBeGreaterThanOrEqual(4.5);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([url]);
  });

  it('names the months, and no day within one, below what is by month', async () => {
    const page = await browser.open(url, { width: 1600, scheme: 'light' });
    const below = `#${idOf('Cost of a new customer')} g[aria-label="x-axis tick label"] text`;
    const names = await page.evaluate<readonly string[]>(
      `Array.from(document.querySelectorAll('${below}'), (label) => label.textContent)`,
    );
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^[A-Z][a-z]{2}(\d{4})?$/.test(name))).toEqual([]);
  });

  it('looks otherwise in the dark', async () => {
    const seen = async (scheme: Look['scheme']): Promise<readonly unknown[]> => {
      const page = await browser.open(url, { width: 900, scheme });
      return Promise.all([
        page.screenshot().then((image) => image.toString('base64')),
        ...[
          'getComputedStyle(document.body).backgroundColor',
          `getComputedStyle(document.querySelector('[data-chart=chart-1] rect')).fill`,
        ].map((expression) => page.evaluate(expression)),
      ]);
    };
    const [light, dark] = [await seen('light'), await seen('dark')];
    expect(light.filter((part, i) => part === dark[i])).toEqual([]);
  });

  it('draws again when the window changes', async () => {
    const page = await browser.open(url, { width: 1600, scheme: 'light' });
    const width = (): Promise<number> =>
      page.evaluate(`document.querySelector('[data-chart=chart-1] svg').getBoundingClientRect().width`);
    const wide = await width();
    await page.resize(400);
    expect([wide > 1000, (await width()) < 400]).toEqual([true, true]);
    expect([await page.evaluate(OVERFLOW), page.complaints]).toEqual([0, []]);
  });

  it('shows text from data as text, also in charts and what the pointer finds', async () => {
    const page: OpenedPage = await browser.open(url, { width: 1600, scheme: 'light' });
    await page.evaluate(`(() => {
      for (const svg of document.querySelectorAll('[data-chart] svg')) {
        const { left, top, width, height } = svg.getBoundingClientRect();
        const at = { clientX: left + width / 2, clientY: top + height / 2, pointerType: 'mouse', bubbles: true };
        svg.dispatchEvent(new PointerEvent('pointerenter', at));
        svg.dispatchEvent(new PointerEvent('pointermove', at));
      }
      for (const details of document.querySelectorAll('details')) details.open = true;
    })()`);
    expect(await page.evaluate(`document.querySelectorAll('img, svg[onload], iframe').length`)).toBe(0);
    expect(await page.evaluate(`document.querySelectorAll('script').length`)).toBe(2);
    expect(
      await page.evaluate(`document.querySelector('#${idOf('LTV and CAC by channel')} svg').textContent`),
    ).toContain('</script>');
    expect(await page.evaluate(`document.querySelectorAll('[aria-label=tip] tspan').length`)).toBeGreaterThan(
      0,
    );
    expect([await page.evaluate(OVERFLOW), page.complaints]).toEqual([0, []]);
  });
});
