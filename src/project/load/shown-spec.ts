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
    const { name, sql, about, unit, target, table, column, row, sum, last } = document;
    const values = given({ table, column, row, sum, last });
    const told = [unit, about].filter((each) => each !== undefined).join(', ');
    const named = {
      name,
      about: told === '' ? name : told,
      ...(target === undefined ? {} : { target: given(target) }),
    };
    if (sql === undefined) return { ...named, ...values } as unknown as Figure;
    const [, added, from] = SUM.exec(sql) ?? [];
    return added === undefined || from === undefined
      ? { ...named, ...values, sql }
      : { ...named, table: from, sum: added };
  });
}

/** The charts, in the order of the page. */
export function charts(documents: readonly ChartDocument[] = []): readonly Chart[] {
  return documents.map((document): Chart => {
    const { kind, color, value, target } = document;
    // The shares of a heatmap are its colours.
    const shades = kind === 'heatmap' ? { value: value ?? color, color: undefined } : { value, color };
    return given({ ...document, ...shades, target: target && given(target) }) as unknown as Chart;
  });
}
