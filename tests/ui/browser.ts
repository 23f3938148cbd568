// A browser on a lake's page: what it asked for, what it complained about.

import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findChromium } from '../lake/report/chromium.js';

export const installed = findChromium();
export const why = installed === undefined ? ' (skipped: no Chromium on PATH or in CHROMIUM)' : '';

export const launch = (flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: installed ?? '', args: ['--no-sandbox', ...flags] });

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A page that was opened, and what it did meanwhile. */
export interface Opened {
  readonly page: Page;
  /** Errors of the console and uncaught ones; a file that is asked for and not there is none. */
  readonly complaints: string[];
  /** The addresses of everything that was asked for. */
  readonly requests: string[];
}

export async function open(
  browser: Browser,
  url: string,
  { width, scheme }: Look = { width: 1600, scheme: 'light' },
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 1000 }, colorScheme: scheme });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 404/.test(message.text())) complaints.push(message.text());
  });
  context.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await settled(page);
  return { page, complaints, requests };
}

/** Ends all pages with their engines, so that the next test has the memory for its own. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** Nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1, [role=alert]');
  await until(page, `document.querySelectorAll('.waiting').length === 0`);
}

/** Waits until an expression is true; the page's own policy allows none of Playwright's ways to wait for one. */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression), { timeout: 120_000, message: expression }).toBe(true);
}
