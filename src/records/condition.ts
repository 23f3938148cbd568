// Conditions over the fields of one record, as data and as functions: what a source's rules refuse (project files).
// Three truth values as in SQL: a comparison with null is neither true nor false.

import { daysOfIso } from '../common/calendar.js';
import { compareText } from '../common/text-order.js';
import type { Field, FieldType } from './field.js';
import { compareDecimals, decimalParts, scaledMagnitude } from './values/decimal-value.js';
import type { FieldValue, Value } from './values/field-reader.js';
import { timestampReader } from './values/time-value.js';
import { dayMicros } from './values/values.js';

/** What stands on one side of a comparison. */
export type RuleOperand =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  /** As written, so that no digit is lost. */
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** Signs of comparison. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A condition with the three truth values of SQL: a comparison with null is neither true nor false. */
export type RuleCondition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly RuleCondition[] }
  | { readonly kind: 'not'; readonly of: RuleCondition }
  | {
      readonly kind: 'compare';
      readonly by: Comparison;
      readonly left: RuleOperand;
      readonly right: RuleOperand;
    }
  | { readonly kind: 'null'; readonly of: RuleOperand; readonly isNot: boolean }
  | {
      readonly kind: 'in';
      readonly of: RuleOperand;
      readonly values: readonly RuleOperand[];
      readonly isNot: boolean;
    };

/** The value of a field of the record. */
type ReadField = (name: string) => Value;

/** Whether a condition holds of a record's fields: true, false, or null for neither. */
export type Condition = (read: ReadField) => boolean | null;

/**
 * A condition as a function.
 * @returns what is wrong with it instead: a field that there is none of, or sides that do not compare
 */
export function compileCondition(rule: RuleCondition, fields: readonly Field[]): Condition | string {
  switch (rule.kind) {
    case 'and':
    case 'or': {
      const parts = rule.of.map((each) => compileCondition(each, fields));
      const wrong = parts.find((part) => typeof part === 'string');
      return wrong ?? junction(rule.kind === 'and', parts as readonly Condition[]);
    }
    case 'not': {
      const inner = compileCondition(rule.of, fields);
      if (typeof inner === 'string') return inner;
      return (read) => {
        const truth = inner(read);
        return truth === null ? null : !truth;
      };
    }
    case 'null': {
      const side = sideOf(rule.of, fields);
      if (typeof side === 'string') return side;
      return (read) => (side.read(read) === null) !== rule.isNot;
    }
    case 'compare':
      return comparison(rule, fields);
    case 'in': {
      const parts = rule.values.map((right) =>
        comparison({ kind: 'compare', by: '=', left: rule.of, right }, fields),
      );
      const wrong = parts.find((part) => typeof part === 'string');
      if (wrong !== undefined) return wrong;
      const any = junction(false, parts as readonly Condition[]);
      return (read) => {
        const truth = any(read);
        return truth === null ? null : truth !== rule.isNot;
      };
    }
  }
}

/** All of them, or any: false decides the one, true the other; null is in between. */
function junction(isAnd: boolean, parts: readonly Condition[]): Condition {
  return (read) => {
    let result: boolean | null = isAnd;
    for (const part of parts) {
      const truth = part(read);
      if (truth === !isAnd) return truth;
      if (truth === null) result = null;
    }
    return result;
  };
}

/** What values are compared as. */
type Scale = 'text' | 'number' | 'double' | 'time' | 'boolean';

interface Side {
  readonly scale: Scale;
  /** Of numbers: digits after the point in the integer that is read. */
  readonly digits: number;
  read(field: ReadField): Value;
}

type Compare = Extract<RuleCondition, { kind: 'compare' }>;

function comparison({ by, left, right }: Compare, fields: readonly Field[]): Condition | string {
  const [a, b] = [sideOf(left, fields, right), sideOf(right, fields, left)];
  if (typeof a === 'string') return a;
  if (typeof b === 'string') return b;
  const order = orderOf(a, b);
  if (order === undefined)
    return `cannot compare ${shown(left)} (${a.scale}) with ${shown(right)} (${b.scale})`;
  const holds = HOLDS[by];
  return (read) => {
    const [x, y] = [a.read(read), b.read(read)];
    return x === null || y === null ? null : holds(order(x, y));
  };
}

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const shown = (operand: RuleOperand): string =>
  operand.kind === 'field' ? operand.name : JSON.stringify(operand.value);

function orderOf(a: Side, b: Side): ((x: FieldValue, y: FieldValue) => number) | undefined {
  const scales = new Set([a.scale, b.scale]);
  if (scales.size === 1 && scales.has('text')) return (x, y) => compareText(String(x), String(y));
  if (scales.size === 1 && a.scale !== 'number') return (x, y) => Number(x) - Number(y);
  if (scales.size === 1) return numbers(a.digits, b.digits);
  if (!scales.has('number') || !scales.has('double')) return undefined;
  const double = ({ scale, digits }: Side, value: FieldValue): number =>
    scale === 'double' ? Number(value) : Number(value) / 10 ** digits;
  return (x, y) => double(a, x) - double(b, y);
}

/** Integers of different digits after the point, compared exactly. */
function numbers(left: number, right: number): (x: FieldValue, y: FieldValue) => number {
  const [up, down] = [10n ** BigInt(Math.max(right - left, 0)), 10n ** BigInt(Math.max(left - right, 0))];
  return (x, y) => {
    const [a, b] = [BigInt(x) * up, BigInt(y) * down];
    return a < b ? -1 : a > b ? 1 : 0;
  };
}

/** A side of a comparison; a literal is read as the other side's type. */
function sideOf(operand: RuleOperand, fields: readonly Field[], other?: RuleOperand): Side | string {
  switch (operand.kind) {
    case 'field': {
      const field = fields.find(({ name }) => name === operand.name);
      if (field === undefined)
        return `there is no field ${operand.name}; there are ${fields.map(({ name }) => name).join(', ')}`;
      return fieldSide(field);
    }
    case 'boolean':
      return { scale: 'boolean', digits: 0, read: () => operand.value };
    case 'number':
      return numberSide(operand.value);
    case 'text': {
      const field = other?.kind === 'field' ? fields.find(({ name }) => name === other.name) : undefined;
      return textSide(operand.value, field?.type);
    }
  }
}

function fieldSide({ name, type }: Field): Side {
  const read: Side['read'] = (field) => field(name);
  switch (type.kind) {
    case 'text':
    case 'json':
      return { scale: 'text', digits: 0, read };
    case 'integer':
      return { scale: 'number', digits: 0, read };
    case 'decimal':
      return { scale: 'number', digits: type.scale, read };
    case 'double':
      return { scale: 'double', digits: 0, read };
    case 'boolean':
      return { scale: 'boolean', digits: 0, read };
    case 'timestamp':
      return { scale: 'time', digits: 0, read };
    case 'date':
      return {
        scale: 'time',
        digits: 0,
        read: (field) => {
          const days = field(name);
          return days === null ? null : Number(days) * dayMicros;
        },
      };
  }
}

function numberSide(text: string): Side {
  const parts = decimalParts(text)!;
  const digits = parts.fraction.length;
  const magnitude = scaledMagnitude(parts, digits);
  const value = compareDecimals(parts, decimalParts('0')!) < 0 ? -magnitude : magnitude;
  return { scale: 'number', digits, read: () => value };
}

/** A text in quotes: a day or a time beside a field of these, else itself. */
function textSide(text: string, type: FieldType | undefined): Side | string {
  if (type?.kind !== 'date' && type?.kind !== 'timestamp')
    return { scale: 'text', digits: 0, read: () => text };
  const day = daysOfIso(text);
  const moment =
    day === null
      ? timestampReader([{ kind: 'iso' }], {
          zone: type.kind === 'timestamp' ? type.zone : 'UTC',
          isStrict: true,
        })(text)
      : day * dayMicros;
  if (moment === undefined)
    return `expected a day or a time as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, found '${text}'`;
  return { scale: 'time', digits: 0, read: () => moment };
}
