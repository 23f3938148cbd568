// Keys of the tables that models make: unique and not null.

import type { TableDefinition } from '../../../format/table-definition.js';
import type { Check } from '../../../pipeline/define/spec/pipeline-spec.js';
import { loadModels } from '../models.js';

/** A key that is not unique is one row, with how often it occurs; a key with a null in it is one as well. */
function keyCheck({ name, key }: TableDefinition): Check {
  const columns = key.join(', ');
  const isNull = key.map((column) => `${column} IS NULL`).join(' OR ');
  return {
    name: `${name.replace('.', '_')}_key`,
    severity: 'error',
    reason: `${name} has one row per ${columns}: a repeated or missing key means that rows are counted twice or lost.`,
    sql: `SELECT ${columns}, COUNT(*) AS occurrences FROM ${name} GROUP BY ${columns} HAVING COUNT(*) > 1 OR ${isNull}`,
    tables: [name],
  };
}

/** Every table that a model makes has its key, once. */
export const keyChecks = (): readonly Check[] => loadModels().map(({ table }) => keyCheck(table));
