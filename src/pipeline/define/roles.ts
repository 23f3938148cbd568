// Tables by what they are to a pipeline. Nobody above finds a table by its name, or by the layer that its name begins with.

import type { Pipeline, TableRole } from './pipeline.js';

/** The layer of a table: what its name has before the dot. */
export const layerOf = (table: string): string => table.split('.')[0] ?? '';

/** Names of all tables in the order in which data flows: layer by layer, each by name. */
export function inOrderOfFlow(pipeline: Pipeline, tables: readonly string[]): readonly string[] {
  const layers = layersOf(pipeline);
  const rank = (table: string): number => {
    const at = layers.indexOf(layerOf(table));
    return at === -1 ? layers.length : at;
  };
  const byLayer = (a: string, b: string): number => (layerOf(a) < layerOf(b) ? -1 : 1);
  return tables.toSorted(
    (a, b) => rank(a) - rank(b) || (layerOf(a) === layerOf(b) ? (a < b ? -1 : 1) : byLayer(a, b)),
  );
}

/** The pipeline's layers, each where its first table comes: what arrived, what was made of it, what was made of that. */
export const layersOf = (pipeline: Pipeline): readonly string[] => [
  ...new Set(pipeline.definitions.map(({ name }) => layerOf(name))),
];

/** What people look at: the tables of the layer of the last model. None without models. */
export function resultTables({ models }: Pipeline): readonly string[] {
  const last = models.at(-1);
  if (last === undefined) return [];
  const names = models.map(({ table }) => table.name);
  return names.filter((name) => layerOf(name) === layerOf(last.table.name));
}

const MADE: readonly TableRole['kind'][] = ['records', 'conflicts', 'elements', 'quarantine', 'model'];

/** Whether the table can be made again: of what arrived, by records or by models. What arrived, and the books, cannot. */
export function isMadeAgain(pipeline: Pipeline, table: string): boolean {
  const kind = pipeline.roleOf(table)?.kind;
  return kind !== undefined && MADE.includes(kind);
}
