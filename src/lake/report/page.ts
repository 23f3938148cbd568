// The page: one document that holds everything it needs, and may load nothing and send nothing.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { goldSection, headlineSection } from './gold-sections.js';
import type { ReportContent } from './content.js';
import { count, countOf, instant } from './elements.js';
import { markup, jsonForScript, Markup } from './markup.js';
import { outcome, qualitySection, quarantineSection, reasonsOf, runsSection } from './trust-sections.js';

/** What the page carries beside its content. */
export interface PageAssets {
  readonly style: string;
  /** In the order in which they run; none holds `</script`. */
  readonly scripts: readonly string[];
}

/** The style, the plotting library and the script that draws. */
export async function pageAssets(): Promise<PageAssets> {
  const own = (file: string): Promise<string> =>
    readFile(new URL(`browser/${file}`, import.meta.url), 'utf8');
  const [style, ...scripts] = await Promise.all([
    own('report.css'),
    readFile(distributed('d3', 'd3.min.js'), 'utf8'),
    readFile(distributed('@observablehq/plot', 'plot.umd.min.js'), 'utf8'),
    own('charts.js'),
  ]);
  return { style, scripts };
}

/** A package's build for browsers; its main module is `src/index.js`. */
const distributed = (name: string, file: string): string =>
  join(dirname(createRequire(import.meta.url).resolve(name)), '../dist', file);

export function page(content: ReportContent, { style, scripts }: PageAssets): string {
  const { snapshot, headline, charts } = content;
  const { lastDate } = headline;
  const title = lastDate === null ? 'Lake report' : `Lake report to ${lastDate}`;
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(scripts)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        <header>
          <p class="kicker">Snapshot ${count(snapshot.id)} · committed ${instant(snapshot.committedAt)}</p>
          <h1>Lake report${lastDate === null ? null : markup` to <time>${lastDate}</time>`}</h1>
          <p>${summary(content)}</p>
          <nav aria-label="Sections">${NAVIGATION}</nav>
        </header>
        <main>
          <noscript
            ><p class="card">The charts need JavaScript; their numbers are in the tables.</p></noscript
          >
          ${[
            headlineSection(headline.figures),
            goldSection(charts),
            qualitySection(content),
            quarantineSection(content.quarantine),
            runsSection(content.history),
          ]}
        </main>
        <footer>
          <p>Everything here is of snapshot ${count(snapshot.id)}. Amounts are in USD, days are UTC.</p>
        </footer>
        <script type="application/json" id="data">
          ${jsonForScript({ ...charts, reasons: reasonsOf(charts.refused) })}
        </script>
        ${scripts.map(scriptElement)}
      </body>
    </html>`.html;
}

const styleElement = (text: string): Markup => new Markup(`<style>${text}</style>`);

/** Holds the text and nothing more: it is what the policy knows by its hash. */
const scriptElement = (text: string): Markup => new Markup(`<script>${text}</script>\n`);

const NAVIGATION = [
  ['headline', 'Figures'],
  ['business', 'Charts'],
  ['quality', 'Quality'],
  ['quarantine', 'Quarantine'],
  ['runs', 'Runs'],
].map(([id = '', name = '']) => markup`<a href="#${id}">${name}</a> `);

const summary = ({ checks, quarantine }: ReportContent): string =>
  `${outcome(checks.checks)}. ${countOf(quarantine.records, 'record')} in quarantine.`;

/** Only these very scripts run; styles are inline, because the library styles what it draws; nothing is loaded or sent. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
