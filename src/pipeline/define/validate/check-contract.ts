// A contract by itself: every column comes from one field in a type that fits, keys and required columns are never null,
// and what names a field names one that is there.

import type { FieldType } from '../../../format/schema.js';
import type { ColumnDefinition } from '../../../format/table-definition.js';
import type { Contract, DerivedColumn, FieldRule } from '../../../records/contract.js';
import { checkUnique } from './check-tables.js';
import type { Place, Problems } from './problems.js';

/** The type of the column that a kind of field becomes. */
const typeOfKind: Readonly<Record<FieldRule['kind'], FieldType>> = {
  text: 'string',
  label: 'string',
  enum: 'string',
  currency: 'string',
  version: 'int',
  timestamp: 'timestamp',
  date: 'date',
  money: 'decimal(18,4)',
  integer: 'long',
  double: 'double',
  boolean: 'boolean',
};

/** What becomes a column. */
interface Origin {
  readonly type: FieldType;
  readonly mayBeNull: boolean;
}

/** Says what is wrong with a contract. */
export function checkContract(contract: Contract, place: Place, problems: Problems): void {
  const { fields, derived, columns, key, winner } = contract;
  const unknownKind = fields.findIndex(({ kind }) => !Object.hasOwn(typeOfKind, kind));
  if (unknownKind !== -1)
    return problems.add(
      [...place, 'fields', unknownKind, 'kind'],
      `expected one of ${Object.keys(typeOfKind).join(', ')}, found ${fields[unknownKind]?.kind}`,
    );
  checkUnique(
    fields.map(({ name }) => name),
    (i) => [...place, 'fields', i, 'name'],
    problems,
  );
  checkUnique(
    [...fields.map(columnOf), ...derived.map(({ name }) => name)],
    (i) => [...place, ...(i < fields.length ? ['fields', i] : ['derived', i - fields.length])],
    problems,
  );
  checkFieldNames(contract, place, problems);
  derived.forEach((each, i) => checkDerived(contract, each, { place: [...place, 'derived', i], problems }));
  columns.forEach((column, i) =>
    checkColumn(contract, column, { place: [...place, 'columns', i], problems }),
  );
  key.forEach((name, i) => {
    const isField = fields.some((field) => columnOf(field) === name);
    const origin = originOf(contract, name);
    problems.expect(
      isField && origin?.mayBeNull === false,
      [...place, 'key', i],
      `${name} must be a field that refuses a record without it`,
    );
  });
  winner.forEach((step, i) => {
    const name = 'has' in step ? step.has : step.column;
    problems.expect(
      columns.some((column) => column.name === name),
      [...place, 'winner', i],
      `there is no column ${name} to compare by`,
    );
  });
}

const columnOf = ({ name, as }: FieldRule): string => as ?? name;

/** Fields that rules and conditions name; what a condition asks about must be read before. */
function checkFieldNames(contract: Contract, place: Place, problems: Problems): void {
  const { fields, order, unicodeFields } = contract;
  const isField = (name: unknown): boolean => fields.some((field) => field.name === name);
  unicodeFields.forEach((name, i) => {
    problems.expect(isField(name), [...place, 'unicodeFields', i], `there is no field ${name}`);
  });
  order.forEach((rule, i) => {
    const named =
      'kind' in rule
        ? rule.kind === 'before'
          ? [rule.left, rule.right]
          : [rule.field, rule.present]
        : [rule.field];
    for (const name of named)
      problems.expect(isField(name), [...place, 'order', i], `there is no field ${String(name)}`);
  });
  const read = readingOrder(contract);
  const isBefore = (name: string, than: string): boolean => read.indexOf(name) < read.indexOf(than);
  const version = fields.find(({ kind }) => kind === 'version');
  fields.forEach((field, i) => {
    const at = [...place, 'fields', i];
    const asked = field.when?.enumField;
    const words = fields.find(({ name, kind }) => name === asked && kind === 'enum');
    if (asked !== undefined)
      problems.expect(
        words !== undefined && isBefore(asked, field.name),
        [...at, 'when', 'enumField'],
        `expected an enum field that is read before ${field.name}, found ${asked}`,
      );
    if (field.sinceVersion !== undefined)
      problems.expect(
        version !== undefined && isBefore(version.name, field.name),
        [...at, 'sinceVersion'],
        `expected a version field that is read before ${field.name}`,
      );
  });
}

/** Fields as they are read: those that rules name, in the rules' order, then the others. */
function readingOrder({ fields, order }: Contract): readonly string[] {
  const named = order.flatMap((rule) => ('kind' in rule ? [] : [rule.field]));
  return [...named, ...fields.map(({ name }) => name).filter((name) => !named.includes(name))];
}

interface At {
  readonly place: Place;
  readonly problems: Problems;
}

function checkDerived({ fields }: Contract, derived: DerivedColumn, { place, problems }: At): void {
  const expectField = (key: string, column: string, kind: FieldRule['kind']): void => {
    const field = fields.find((each) => columnOf(each) === column);
    problems.expect(
      field?.kind === kind,
      [...place, key],
      `expected a column of a ${kind} field, found ${column}`,
    );
  };
  if (derived.kind === 'date-of') return expectField('timestamp', derived.timestamp, 'timestamp');
  expectField('amount', derived.amount, 'money');
  expectField('currency', derived.currency, 'currency');
}

function checkColumn(contract: Contract, column: ColumnDefinition, { place, problems }: At): void {
  const origin = originOf(contract, column.name);
  if (origin === undefined) return problems.add([...place, 'name'], `no field becomes ${column.name}`);
  problems.expect(
    column.type === origin.type,
    [...place, 'type'],
    `${column.name} becomes a ${origin.type}, found ${column.type}`,
  );
  problems.expect(
    !(column.required && origin.mayBeNull),
    [...place, 'required'],
    `${column.name} may be null: its field does not refuse every record without it`,
  );
}

function originOf({ fields, derived }: Contract, column: string): Origin | undefined {
  const field = fields.find((each) => columnOf(each) === column);
  if (field !== undefined) return { type: typeOfKind[field.kind], mayBeNull: mayBeNull(field) };
  const made = derived.find(({ name }) => name === column);
  if (made === undefined) return undefined;
  const mayLack = (name: string): boolean =>
    fields.some((each) => columnOf(each) === name && mayBeNull(each));
  return made.kind === 'date-of'
    ? { type: 'date', mayBeNull: mayLack(made.timestamp) }
    : { type: 'decimal(18,4)', mayBeNull: mayLack(made.amount) || mayLack(made.currency) };
}

/** Whether an accepted record may lack the field. */
function mayBeNull(field: FieldRule): boolean {
  if (field.refuse === undefined || field.when !== undefined) return true;
  if (field.kind === 'date' && field.never !== undefined) return true;
  if (field.sinceVersion !== undefined && field.kind !== 'currency') return true;
  const { negative } = field;
  const isEveryNegativeRefused = negative?.refuse !== undefined && negative.refuseFor === undefined;
  return negative?.otherwise === 'null' && !isEveryNegativeRefused;
}
