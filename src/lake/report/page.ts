// The page: one document that holds everything it needs, and may load nothing and send nothing.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { chartsSection, headlineSection } from './chart-sections.js';
import type { ReportContent } from './content.js';
import { count, countOf, instant } from './elements.js';
import { markup, jsonForScript, Markup } from './markup.js';
import { reasonsOf } from './refused-data.js';
import { outcome, qualitySection, quarantineSection, runsSection } from './trust-sections.js';

/** What the page carries beside its content. */
interface PageAssets {
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

/** The whole document. */
export function page(content: ReportContent, { style, scripts }: PageAssets): string {
  const { snapshot, headline, charts, refused } = content;
  const sections = sectionsOf(content);
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
          <nav aria-label="Sections">${sections.map(({ id, name }) => markup`<a href="#${id}">${name}</a> `)}</nav>
        </header>
        <main>
          <noscript
            ><p class="card">The charts need JavaScript; their numbers are in the tables.</p></noscript
          >
          ${sections.map(({ content: section }) => section)}
        </main>
        <footer>
          <p>Everything here is of snapshot ${count(snapshot.id)}. Days are UTC.</p>
        </footer>
        <script type="application/json" id="data">
          ${jsonForScript({ charts, refused, reasons: reasonsOf(refused) })}
        </script>
        ${scripts.map(scriptElement)}
      </body>
    </html>`.html;
}

const styleElement = (text: string): Markup => new Markup(`<style>${text}</style>`);

/** Holds the text and nothing more: it is what the policy knows by its hash. */
const scriptElement = (text: string): Markup => new Markup(`<script>${text}</script>\n`);

interface Section {
  readonly id: string;
  readonly name: string;
  readonly content: Markup;
}

/** In the order of the page; those that have nothing to say are left out. */
function sectionsOf(content: ReportContent): readonly Section[] {
  const sections: readonly (readonly [id: string, name: string, content: Markup | null])[] = [
    ['headline', 'Figures', headlineSection(content.headline.figures)],
    ['business', 'Charts', chartsSection(content.charts)],
    ['quality', 'Quality', qualitySection(content)],
    ['quarantine', 'Quarantine', quarantineSection(content.quarantine)],
    ['runs', 'Runs', runsSection(content.history)],
  ];
  return sections.flatMap(([id, name, section]) =>
    section === null ? [] : [{ id, name, content: section }],
  );
}

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
