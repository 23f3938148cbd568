// The pieces that sections of the page are made of: figures as people read them, tables, charts with their tables.

import { markup, type Content, type Markup } from './markup.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const twoPlaces = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1,234,567`. */
export const count = (value: number): string => whole.format(value);

/** `1 check`, `2 checks`. */
export const countOf = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** `1,234.56`; nothing is `–`. */
export const money = (value: number | null): string => (value === null ? '–' : twoPlaces.format(value));

/** `12.3 %`; nothing is `–`. */
export const percent = (value: number | null): string =>
  value === null ? '–' : value > 0 && value < 0.0005 ? '<0.1 %' : `${(value * 100).toFixed(1)} %`;

/** `2024-03-31 12:05 UTC` of an ISO instant. */
export const instant = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** Thousands separators in a decimal text; other text stays as it is. */
export function grouped(text: string): string {
  const match = /^(-?\d+)(\.\d+)?$/.exec(text);
  return match === null ? text : `${(match[1] ?? '').replace(/\B(?=(\d{3})+$)/g, ',')}${match[2] ?? ''}`;
}

/** A column of a table in the page. */
export interface Column<Item> {
  readonly header: string;
  readonly cell: (item: Item) => Content;
  /** Text unless said; numbers stand to the right. */
  readonly kind?: 'number' | 'prose';
}

/** A table that scrolls inside itself where it is wider than the page; with prose, its rows stack there instead. The first column names the row. */
export function dataTable<Item>(
  caption: string,
  columns: readonly Column<Item>[],
  items: readonly Item[],
): Markup {
  const isProse = columns.some(({ kind }) => kind === 'prose');
  const head = columns.map(
    ({ header, kind }) => markup`<th scope="col" class="${kind ?? null}">${header}</th>`,
  );
  const body = items.map(
    (item) => markup`<tr>${columns.map((column, i) => cellOf(column, item, i === 0))}</tr>\n`,
  );
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table class="${isProse ? 'stacks' : null}">
      <caption>${caption}</caption>
      <thead><tr>${head}</tr></thead>
      <tbody>${body}</tbody>
    </table>
  </div>`;
}

function cellOf<Item>({ header, cell, kind }: Column<Item>, item: Item, isName: boolean): Markup {
  return isName
    ? markup`<th scope="row" class="${kind ?? null}">${cell(item)}</th>`
    : markup`<td class="${kind ?? null}" data-label="${header}">${cell(item)}</td>`;
}

/** What is hidden until asked for. */
export const disclosure = (summary: string, content: Content): Markup =>
  markup`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;

/** A chart with its words and its numbers. */
interface ChartElement {
  /** What the script draws here. */
  readonly name: string;
  readonly title: string;
  /** What it shows, in which unit. */
  readonly about: string;
  /** Names and the classes of their swatches. */
  readonly legend: readonly (readonly [name: string, swatch: string])[];
  /** As wide as the page. */
  readonly isWide?: boolean;
  /** There is nothing to draw. */
  readonly isEmpty: boolean;
  /** The same in numbers. */
  readonly table: Markup;
}

/** A chart's place, with its legend and its numbers. */
export function chartElement(chart: ChartElement): Markup {
  const { name, title, about, isEmpty } = chart;
  const body = isEmpty ? markup`<p class="empty">Nothing to draw yet.</p>` : drawn(chart);
  return markup`<figure class="card chart${chart.isWide === true ? ' wide' : ''}" id="${name}">
    <figcaption>
      <h3>${title}</h3>
      <p>${about}</p>
    </figcaption>
    ${body}
  </figure>`;
}

function drawn({ name, title, legend, table }: ChartElement): Markup {
  const entries = legend.map(([text, swatch]) => markup`<li><i class="swatch ${swatch}"></i>${text}</li>`);
  return markup`<ul class="legend">
      ${entries}
    </ul>
    <div
      class="plot"
      data-chart="${name}"
      role="img"
      aria-label="${title}: a chart; its numbers are in the table below"
    ></div>
    ${disclosure('The numbers', table)}`;
}
