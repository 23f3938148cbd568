// The script of the report: draws every chart of the page to the width of its place, and again when that changes.

import type { DrawnChart } from '../../lake/report/charts/drawn.js';
import type { RefusedPoint } from '../../lake/report/refused-data.js';
import { drawChart, heightOf } from './draw-chart.js';
import { keepDrawn } from './keep-drawn.js';
import { drawRefused, refusedHeight } from './refused.js';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as {
  readonly charts: readonly DrawnChart[];
  readonly refused: readonly RefusedPoint[];
  readonly reasons: readonly string[];
};

for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
  const chart = data.charts.find(({ id }) => id === place.dataset['chart']);
  if (chart === undefined)
    keepDrawn(place, {
      heightAt: (width) => refusedHeight(data, width),
      draw: (size) => drawRefused(data, size),
    });
  else if (chart.kind !== 'table')
    keepDrawn(place, { heightAt: (width) => heightOf(chart, width), draw: (size) => drawChart(chart, size) });
}
