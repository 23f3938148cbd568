// The script of the report: draws every chart of the page to the width of its place, and again when that changes.

import type { DrawnChart } from '../../lake/report/charts/drawn.js';
import type { RefusedPoint } from '../../lake/report/refused-data.js';
import { drawRefused } from './refused.js';
import { drawChart } from './draw-chart.js';
import type { Drawing } from './plot-parts.js';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as {
  readonly charts: readonly DrawnChart[];
  readonly refused: readonly RefusedPoint[];
  readonly reasons: readonly string[];
};

function drawing(id: string, width: number): Drawing | null {
  const chart = data.charts.find((each) => each.id === id);
  if (chart === undefined) return drawRefused(data.refused, data.reasons, width);
  return chart.kind === 'table' ? null : drawChart(chart, { width });
}

function draw(place: HTMLElement): void {
  const width = Math.floor(place.clientWidth);
  if (width === 0 || place.dataset['width'] === String(width)) return;
  const drawn = drawing(place.dataset['chart'] ?? '', width);
  if (drawn !== null) place.replaceChildren(drawn);
  place.dataset['width'] = String(width);
}

const places = [...document.querySelectorAll<HTMLElement>('[data-chart]')];
places.forEach(draw);
const resized = new ResizeObserver((entries) =>
  requestAnimationFrame(() => entries.forEach(({ target }) => draw(target as HTMLElement))),
);
places.forEach((place) => resized.observe(place));
