// The columns of a model's result as columns of a table: the engine's types, and a cast where a table has no such type.

import type { FieldType } from '../../format/schema.js';

/** A column of a model. */
export interface GivenColumn {
  readonly name: string;
  readonly type: FieldType;
  /** The SQL type to which the statement's value is cast, where it is of a type that tables do not have. */
  readonly cast?: string;
}

/** Types that tables have as they are. */
const SAME: Readonly<Record<string, FieldType>> = {
  VARCHAR: 'string',
  BIGINT: 'long',
  INTEGER: 'int',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  BLOB: 'binary',
};

/** Types that another one holds. A sum of whole numbers is a HUGEINT; what does not fit into 64 bits fails the run. */
const CAST: Readonly<Record<string, readonly [FieldType, string]>> = {
  TINYINT: ['int', 'INTEGER'],
  SMALLINT: ['int', 'INTEGER'],
  UTINYINT: ['int', 'INTEGER'],
  USMALLINT: ['int', 'INTEGER'],
  UINTEGER: ['long', 'BIGINT'],
  UBIGINT: ['long', 'BIGINT'],
  HUGEINT: ['long', 'BIGINT'],
  UHUGEINT: ['long', 'BIGINT'],
  FLOAT: ['double', 'DOUBLE'],
  TIMESTAMP_S: ['timestamp', 'TIMESTAMP'],
  TIMESTAMP_MS: ['timestamp', 'TIMESTAMP'],
  TIMESTAMP_NS: ['timestamp', 'TIMESTAMP'],
  'TIMESTAMP WITH TIME ZONE': ['timestamp', 'TIMESTAMP'],
  UUID: ['string', 'VARCHAR'],
  TIME: ['string', 'VARCHAR'],
  INTERVAL: ['string', 'VARCHAR'],
  '"NULL"': ['string', 'VARCHAR'],
};

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Columns by the engine's names and types, or what is wrong with them. */
export function resultColumns(
  names: readonly string[],
  types: readonly string[],
): { readonly columns: readonly GivenColumn[]; readonly faults: readonly string[] } {
  const columns: GivenColumn[] = [];
  const faults: string[] = [];
  names.forEach((name, i) => {
    const type = types[i] ?? '';
    const column = columnOf(name, type);
    if (!NAME.test(name))
      faults.push(
        `column ${i + 1} is called ${JSON.stringify(name)}; expected a name of lower-case letters, digits and _: give it one with AS`,
      );
    else if (names.indexOf(name) < i)
      faults.push(`two columns are called ${name}; give one another name with AS`);
    else if (column === undefined)
      faults.push(
        `column ${name} is a ${type}, which no table holds; cast it to text, a number, a boolean, a date or a timestamp`,
      );
    else columns.push(column);
  });
  return { columns, faults };
}

function columnOf(name: string, sqlType: string): GivenColumn | undefined {
  const same = SAME[sqlType];
  if (same !== undefined) return { name, type: same };
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(sqlType) ?? [];
  if (precision !== undefined)
    return { name, type: `decimal(${Number(precision)},${Number(scale)})` as FieldType };
  if (sqlType.startsWith('ENUM(')) return { name, type: 'string', cast: 'VARCHAR' };
  const [type, cast] = CAST[sqlType] ?? [];
  return type === undefined || cast === undefined ? undefined : { name, type, cast };
}
