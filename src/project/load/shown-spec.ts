// What a project shows: figures and charts. What of their keys goes together is looked at by the machinery.

import type { Chart } from '../../pipeline/define/spec/charts.js';
import type { Figure } from '../../pipeline/define/spec/headline.js';
import type { ChartDocument, FigureDocument } from '../shown-document.js';
import { given } from './given.js';

/** A sum over a whole table needs no engine. */
const SUM = /^\s*select\s+sum\(\s*([a-z][a-z0-9_]*)\s*\)\s+from\s+([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*$/i;

/** The headline; a figure's unit is told with what it means. */
export function figures(documents: readonly FigureDocument[] = []): readonly Figure[] {
  return documents.map((document): Figure => {
    const { name, sql, about, unit, target, format: _format, ...values } = document;
    const told = [unit, about].filter((each) => each !== undefined).join(', ');
    const named = {
      name,
      about: told === '' ? name : told,
      ...(target === undefined ? {} : { target: given(target) }),
    };
    if (sql === undefined) return { ...named, ...given(values) } as Figure;
    const [, sum, table] = SUM.exec(sql) ?? [];
    return sum === undefined || table === undefined
      ? ({ ...named, sql, ...given(values) } as Figure)
      : { ...named, table, sum };
  });
}

/** The charts, in the order of the page. */
export function charts(documents: readonly ChartDocument[] = []): readonly Chart[] {
  return documents.map(({ kind, color, value, target: _target, ...others }): Chart => {
    // The shares of a heatmap are its colours.
    const shades = kind === 'heatmap' ? { value: value ?? color } : { value, color };
    return { kind, ...given({ ...others, ...shades }) } as unknown as Chart;
  });
}
