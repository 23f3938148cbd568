// The pictures of docs/ui.md and README.md, made of the sample in data/ and a late file. Needs a build, and Chromium on PATH
// or in CHROMIUM.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const home = fileURLToPath(new URL('..', import.meta.url));
const program = join(home, 'dist/program/lake.js');
const root = mkdtempSync(join(tmpdir(), 'lake-pictures-'));
const lake = join(root, 'lake');
const run = (...args) => execFileSync(process.execPath, [program, ...args, '--quiet']);

const late = {
  event_id: 'late-1',
  user_id: 'user-0000011',
  event_type: 'purchase',
  schema_version: 2,
  amount: 240,
  currency: 'USD',
};

const day = 'where=date%3D2024-03-05';
const statement = `SELECT e.acquisition_channel AS channel, count(*) AS signups
FROM silver.events AS e
WHERE e.event_type = 'signup'
GROUP BY 1
ORDER BY signups DESC`;

/** Names, places, and what is done before the picture is taken. */
const pictures = [
  ['overview', '#/overview'],
  ['charts', '#/charts?from=2024-02-15&to=2024-03-30'],
  ['explain', `#/explain/gold.daily_revenue_net?${day}&column=net_revenue`],
  ['why-changed', `#/explain/gold.daily_revenue_net?${day}&column=net_revenue&c=1`],
  ['table', '#/tables/silver.payments'],
  ['lineage', '#/lineage'],
  [
    'sql',
    `#/sql?q=${encodeURIComponent(statement)}`,
    async (page) => {
      await page.getByRole('button', { name: /^Run/ }).click();
      await page.waitForSelector('.result .grid-row');
      await page.getByRole('button', { name: 'Chart' }).click();
    },
  ],
  ['snapshots', '#/snapshots?c=1'],
  ['quality', '#/quality?reason=invalid_json&source=events'],
];

async function picture(browser, url, [name, place, prepare]) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(url + place);
  await page.waitForSelector('h1');
  await page.locator('.waiting').first().waitFor({ state: 'detached', timeout: 60_000 });
  await prepare?.(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(home, `docs/pictures/${name}.png`) });
  await context.close();
}

try {
  run('ingest', join(home, 'data'), '--lake', lake, '--ingest-date', '2024-04-01');
  mkdirSync(join(root, 'late'));
  writeFileSync(
    join(root, 'late/events.ndjson'),
    `${JSON.stringify({ ...late, timestamp: '2024-03-05T20:15:00Z' })}\n`,
  );
  run('ingest', join(root, 'late'), '--lake', lake, '--ingest-date', '2024-04-02');
  mkdirSync(join(home, 'docs/pictures'), { recursive: true });
  const server = spawn(process.execPath, [
    program,
    'ui',
    '--lake',
    lake,
    '--port',
    '0',
    '--no-open',
    '--json',
  ]);
  const said = await new Promise((resolve) => server.stdout.once('data', resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  for (const each of pictures) await picture(browser, JSON.parse(String(said)).url, each);
  await browser.close();
  server.kill('SIGINT');
} finally {
  rmSync(root, { recursive: true });
}
