// Names of the relations that the machinery holds for itself while models are made. They lie in layers of their own
// (`run`, and `run_` before a table's layer), so that no table can have them.

/** What is held of a table. */
type Held =
  | 'days' // a log's rows of the changed days
  | 'others' // its rows of all other days
  | 'all'
  | 'some' // its rows of days that did not change and are wanted all the same
  | 'wanted' // those and the changed ones
  | 'added' // its new rows, and those that took the place of others
  | 'rows' // those, and the rows that refer to them
  | `found_${number}` // rows that refer to new ones by a column
  | `named_${number}` // rows that such rows refer to
  | 'before' // a table as the run found it
  | 'old' // rows of partitions that are made again in part
  | 'made' // what a model's statement gave
  | 'now' // partitions as the run leaves them
  | 'rest'; // the partitions that it leaves alone

/** The relation for something that is held of a table. */
export function held(table: string, what: Held): string {
  const dot = table.indexOf('.');
  return `run_${table.slice(0, Math.max(dot, 0))}.${table.slice(dot + 1)}_${what}`;
}
