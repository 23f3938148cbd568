// A contract by itself: every column comes from one field in a type that fits, keys and required columns are never null,
// and what names a field names one that is there.

import type { ColumnDefinition } from '../../../format/table-definition.js';
import { compileCondition } from '../../../records/condition.js';
import {
  columnOf,
  type DerivedColumn,
  type KeyedContract,
  type WinnerStep,
} from '../../../records/contract.js';
import type { Field, FieldType } from '../../../records/field.js';
import { defaultOf } from '../../../records/values/field-reader.js';
import { checkUnique } from './check-tables.js';
import type { Place, Problems } from './problems.js';

const KINDS: readonly FieldType['kind'][] = [
  ...(['text', 'integer', 'decimal', 'double'] as const),
  ...(['boolean', 'date', 'timestamp', 'json'] as const),
];

/** A contract of a source, or of a child of one. */
type JudgedContract = KeyedContract & { readonly winner?: readonly WinnerStep[] };

/** Says what is wrong with a contract by itself. */
export function checkContract(contract: JudgedContract, place: Place, problems: Problems): void {
  const { fields, derived, columns } = contract;
  const unknownKind = fields.findIndex(({ type }) => !KINDS.includes(type.kind));
  if (unknownKind !== -1)
    return problems.add(
      [...place, 'fields', unknownKind, 'type', 'kind'],
      `expected one of ${KINDS.join(', ')}, found ${fields[unknownKind]?.type.kind}`,
    );
  checkUnique(
    [...fields, ...derived].map(({ name }) => name),
    (i) => [...place, ...(i < fields.length ? ['fields', i] : ['derived', i - fields.length]), 'name'],
    problems,
  );
  fields.forEach((field, i) => {
    checkField(fields, i, { place: [...place, 'fields', i], problems });
    checkDefault(field, { place: [...place, 'fields', i], problems });
  });
  derived.forEach((each, i) => checkDerived(contract, each, { place: [...place, 'derived', i], problems }));
  columns.forEach((column, i) =>
    checkColumn(contract, column, { place: [...place, 'columns', i], problems }),
  );
  checkRules(contract, { place: [...place, 'rules'], problems });
  checkKey(contract, { place, problems });
}

interface At {
  readonly place: Place;
  readonly problems: Problems;
}

/** What a field's conditions ask about must be read before. */
function checkField(fields: readonly Field[], i: number, { place, problems }: At): void {
  const field = fields[i]!;
  const before = fields.slice(0, i);
  const { type, when, since } = field;
  const absolute = type.kind === 'decimal' && type.absolute ? [type.absolute] : [];
  for (const [key, asked] of [...when, ...absolute].map(({ field: name }) => ['when', name] as const))
    problems.expect(
      before.some(({ name }) => name === asked),
      [...place, key],
      `expected a field that is read before ${field.name}, found ${asked}`,
    );
  for (const { field: asked } of since)
    problems.expect(
      before.some((each) => each.name === asked && NUMBERS.includes(each.type.kind)),
      [...place, 'since'],
      `expected a field of numbers that is read before ${field.name}, found ${asked || 'none'}`,
    );
}

/** What null becomes must be a value of the field. */
function checkDefault(field: Field, { place, problems }: At): void {
  if (field.default === undefined) return;
  problems.expect(
    defaultOf(field) !== null,
    [...place, 'default'],
    `expected a value that ${field.name} may have, found ${JSON.stringify(field.default)}`,
  );
}

const NUMBERS: readonly FieldType['kind'][] = ['integer', 'decimal', 'double'];

function checkDerived({ fields }: JudgedContract, derived: DerivedColumn, { place, problems }: At): void {
  const expectField = (key: string, column: string, kind: FieldType['kind']): void => {
    const field = fields.find(({ name }) => name === column);
    problems.expect(
      field?.type.kind === kind,
      [...place, key],
      `expected a column of a ${kind} field, found ${column}`,
    );
  };
  if (derived.kind === 'date-of') return expectField('timestamp', derived.timestamp, 'timestamp');
  expectField('amount', derived.amount, 'decimal');
  expectField('currency', derived.currency, 'text');
}

function checkColumn(contract: JudgedContract, column: ColumnDefinition, { place, problems }: At): void {
  const origin = columnOf(contract, column.name);
  if (origin === undefined) return problems.add([...place, 'name'], `no field becomes ${column.name}`);
  problems.expect(
    column.type === origin.type,
    [...place, 'type'],
    `${column.name} becomes a ${origin.type}, found ${column.type}`,
  );
  problems.expect(
    !column.required || origin.required,
    [...place, 'required'],
    `${column.name} may be null: its field does not refuse every record without it`,
  );
}

function checkRules({ fields, rules }: JudgedContract, { place, problems }: At): void {
  rules.forEach(({ condition, after }, i) => {
    const compiled = compileCondition(condition, fields);
    if (typeof compiled === 'string') problems.add([...place, i, 'condition'], compiled);
    problems.expect(
      after === undefined || fields.some(({ name }) => name === after),
      [...place, i, 'after'],
      `there is no field ${String(after)}`,
    );
  });
}

function checkKey(contract: JudgedContract, { place, problems }: At): void {
  const { fields, columns, key, winner = [] } = contract;
  key.forEach((name, i) => {
    const field = fields.find((each) => each.name === name);
    const isWhole = columnOf(contract, name)?.required === true;
    problems.expect(
      field !== undefined && isWhole,
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
