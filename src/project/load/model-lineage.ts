// What the columns of a model are made of, as the engine sees it: of a statement that asks for one column, its optimizer
// leaves those columns of the inputs that it needs.

import type { ModelLineage } from '../../pipeline/define/spec/lineage.js';

/**
 * What every column needs decides which rows there are; the rest, and what has the column's own name, makes its value.
 * @param needed for a column of the model the columns of its inputs, `layer.table.column`
 */
export async function columnLineage(
  columns: readonly { readonly name: string }[],
  needed: (column: string) => Promise<readonly string[]>,
): Promise<ModelLineage> {
  const all = new Map<string, ReadonlySet<string>>();
  for (const { name } of columns)
    all.set(name, new Set((await needed(name)).filter((each) => !each.startsWith('run.'))));
  const [first = new Set<string>(), ...others] = all.values();
  const rows = new Set([...first].filter((each) => others.every((set) => set.has(each))));
  const made = [...all].map(([name, set]): [string, readonly string[]] => {
    const own = [...set].filter((each) => !rows.has(each) || each.endsWith(`.${name}`));
    return [name, (own.length > 0 ? own : [...set]).sort()];
  });
  return { rows: [...rows].sort(), columns: Object.fromEntries(made) };
}
