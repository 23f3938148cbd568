// One table's definition by itself: columns that are there once, in types that their use allows.

import type { FieldType } from '../../../format/schema.js';
import type { ColumnDefinition, TableDefinition } from '../../../format/table-definition.js';
import type { Place, Problems } from './problems.js';

/** Names that SQL engines and the machinery keep for themselves. */
const reservedLayers = new Set(['run', 'held', 'main', 'temp', 'system', 'information_schema', 'pg_catalog']);

/** The layer of `layer.table` may hold tables of a pipeline. */
export function checkTableName(name: string, place: Place, problems: Problems): void {
  const [layer = ''] = name.split('.');
  problems.expect(
    !reservedLayers.has(layer) && !layer.startsWith('run_'),
    place,
    `the layer ${layer} is taken; expected another`,
  );
}

/** Says what is wrong with a table. */
export function checkTable(table: TableDefinition, place: Place, problems: Problems): void {
  checkTableName(table.name, [...place, 'name'], problems);
  checkColumns(table.columns, [...place, 'columns'], problems);
  checkRenamed(table, [...place, 'renamed'], problems);
  checkPartition(table, [...place, 'partition'], problems);
  checkNamed(
    table,
    { names: table.sortOrder, place: [...place, 'sortOrder'], role: 'a sort order', fit: SORTED },
    problems,
  );
  checkNamed(table, { names: table.key, place: [...place, 'key'], role: 'a key', fit: KEY }, problems);
  table.key.forEach((name, i) => {
    const column = columnNamed(table, name);
    if (column?.required === false)
      problems.add([...place, 'key', i], `${name} may be null; a key is of columns without nulls`);
  });
  checkNamed(
    table,
    { names: table.keyIndex ?? [], place: [...place, 'keyIndex'], role: 'a key index', fit: INDEXED },
    problems,
  );
}

/** The column of that name. */
export const columnNamed = (
  { columns }: Pick<TableDefinition, 'columns'>,
  name: string,
): ColumnDefinition | undefined => columns.find((column) => column.name === name);

function checkColumns(columns: readonly ColumnDefinition[], place: Place, problems: Problems): void {
  checkUnique(
    columns.map(({ name }) => name),
    (i) => [...place, i, 'name'],
    problems,
  );
}

/** Says of every name that stood there before. */
export function checkUnique(
  names: readonly string[],
  placeOf: (position: number) => Place,
  problems: Problems,
): void {
  const seen = new Set<string>();
  names.forEach((name, i) => {
    problems.expect(!seen.has(name), placeOf(i), `${name} is there already; expected another name`);
    seen.add(name);
  });
}

/** A name that a column had is no other column's, of now or before. */
function checkRenamed(table: TableDefinition, place: Place, problems: Problems): void {
  const renamed = Object.entries(table.renamed ?? {});
  renamed.forEach(([now, before], i) => {
    const at = [...place, now];
    problems.expect(columnNamed(table, now) !== undefined, at, `${table.name} has no column ${now}`);
    problems.expect(
      columnNamed(table, before) === undefined,
      at,
      `${before} is a column of ${table.name} still; expected a name that it has no more`,
    );
    problems.expect(
      !renamed.slice(0, i).some(([, other]) => other === before),
      at,
      `${before} was renamed to another column already`,
    );
  });
}

/** Days and months are what the machinery knows to make again by themselves. */
function checkPartition(table: TableDefinition, place: Place, problems: Problems): void {
  const { partition } = table;
  if (partition === undefined) return;
  const source = columnNamed(table, partition.source);
  if (source === undefined) {
    problems.add([...place, 'source'], `${table.name} has no column ${partition.source}`);
    return;
  }
  problems.expect(
    source.type === 'date' && source.required,
    [...place, 'source'],
    `${source.name} is a ${source.type}${source.required ? '' : ' that may be null'}; expected a date without nulls`,
  );
  const isOwn = partition.transform === 'identity' && partition.name === partition.source;
  problems.expect(
    isOwn || columnNamed(table, partition.name) === undefined,
    [...place, 'name'],
    `${partition.name} is a column with other values; expected another name`,
  );
}

interface NamedColumns {
  readonly names: readonly string[];
  readonly place: Place;
  /** What the columns are there for: `a key`. */
  readonly role: string;
  readonly fit: Fit;
}

/** The types that fit, and why others do not. */
interface Fit {
  readonly has: (type: FieldType) => boolean;
  readonly expected: string;
}

function checkNamed(
  table: TableDefinition,
  { names, place, role, fit }: NamedColumns,
  problems: Problems,
): void {
  checkUnique(names, (i) => [...place, i], problems);
  names.forEach((name, i) => {
    const column = columnNamed(table, name);
    if (column === undefined) problems.add([...place, i], `${table.name} has no column ${name}`);
    else
      problems.expect(
        fit.has(column.type),
        [...place, i],
        `${name} is a ${column.type}, which cannot be part of ${role}; expected ${fit.expected}`,
      );
  });
}

const SORTED: Fit = { has: (type) => type !== 'binary', expected: 'a column of any other type' };
/** Equal doubles may differ in their last digit. */
const KEY: Fit = {
  has: (type) => type !== 'binary' && type !== 'double',
  expected:
    'text, whole numbers, decimals, dates, timestamps or booleans (a double may differ in its last digit)',
};
/** A key index holds hashes of texts (format §6). */
const INDEXED: Fit = { has: (type) => type === 'string', expected: 'text' };
