// The headline figures of a snapshot, and what became of them between two.

import { headline, type Headline } from '../../pipelines/saas/headline.js';
import type { LakeView } from '../../table/view.js';
import type { Parts } from '../lake-context.js';
import type { JsonValue } from './row-set.js';
import { rows } from './table-rows.js';

/** A figure of the business, already rounded for people. */
export interface HeadlineFigure {
  readonly name: string;
  readonly value: string | number | null;
  /** What it means, in a few words. */
  readonly about: string;
}

/** A headline figure then and now. */
export interface FigureChange {
  readonly name: string;
  readonly then: string | number | null;
  readonly now: string | number | null;
  readonly about: string;
}

/** The headline figures of a snapshot. */
export function headlineAt(parts: Parts, { snapshot }: LakeView): Promise<Headline> {
  return headline(async (table) => {
    const { columns, rows: values } = await rows(parts, table, { snapshot: String(snapshot.snapshotId) });
    const records: Record<string, JsonValue>[] = [];
    for await (const row of values)
      records.push(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
    return records;
  });
}

/** Every headline figure then and now. */
export function figureChanges(then: Headline, now: Headline): readonly FigureChange[] {
  return now.figures.map(({ name, value, about }, i) => ({
    ...{ name, then: then.figures[i]?.value ?? null, now: value, about },
  }));
}
