// What the columns of a model are made of, as the engine sees it: of a statement that asks for one column, its optimizer
// leaves those columns of the inputs that it needs.

import type { RelationScan } from '../../engine/query-scans.js';
import { quoted } from '../../engine/sql-tokens.js';
import { decimalOf, type FieldType } from '../../format/schema.js';
import type { ModelLineage } from '../../pipeline/define/spec/lineage.js';

/**
 * What every column needs decides which rows there are; the rest, and what has the column's own name, makes its value.
 * @param needed for a column of the model the columns of its inputs, `layer.table.column`
 */
export async function columnLineage(
  columns: readonly { readonly name: string }[],
  needed: (column: string) => Promise<readonly string[]>,
): Promise<Pick<ModelLineage, 'rows' | 'columns'>> {
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

/**
 * The columns of inputs that hold the very value of a column of the key: those on which the optimizer lays the condition that is
 * asked of it.
 * @param scansWhere the scans of tables, `layer.table`, for the rows of the model that meet a condition
 */
export async function keyLineage(
  key: readonly { readonly name: string; readonly type: FieldType }[],
  scansWhere: (condition: string) => Promise<readonly RelationScan[]>,
): Promise<NonNullable<ModelLineage['keys']>> {
  const keys: Record<string, readonly string[]> = {};
  for (const { name, type } of key) {
    const [literal, bound] = askedValue(type);
    const scans = bound === undefined ? [] : await scansWhere(`${quoted(name)} = ${literal}`);
    const same = scans
      .filter(({ relation }) => !relation.startsWith('run.'))
      .flatMap(({ relation, conditions }) =>
        Object.entries(conditions)
          .filter(([, all]) => all.some((each) => each.op === '=' && String(each.value) === bound))
          .map(([column]) => `${relation}.${column}`),
      );
    keys[name] = [...new Set(same)].sort();
  }
  return keys;
}

/** A value that no statement is likely to name itself, as SQL and as bounds have it; no bound where none can be asked for. */
function askedValue(type: FieldType): readonly [literal: string, bound: string | undefined] {
  switch (type) {
    case 'string':
      return [`'a value of the key'`, 'a value of the key'];
    case 'date':
      return [`DATE '1734-05-17'`, '1734-05-17'];
    case 'timestamp':
      return [`TIMESTAMP '1734-05-17 01:02:03'`, '1734-05-17T01:02:03.000000Z'];
    case 'int':
    case 'long':
      return ['1734051703', '1734051703'];
    case 'boolean':
    case 'binary':
    case 'double':
      return ['NULL', undefined];
    default: {
      const { precision = 0, scale = 0 } = decimalOf(type) ?? {};
      const digits = '7'.repeat(precision - scale);
      const fraction = scale === 0 ? '' : `.${'3'.repeat(scale)}`;
      const text = `${digits === '' ? '0' : digits}${fraction}`;
      return [`CAST('${text}' AS DECIMAL(${precision}, ${scale}))`, text];
    }
  }
}
