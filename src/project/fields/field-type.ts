// The type of a field with all that its document says of the values: bounds, forms, formats.

import { daysOfIso } from '../../common/calendar.js';
import type { Field, FieldType, TimeFormat } from '../../records/field.js';
import type { FieldPart } from './field-part.js';
import type { FieldType as WrittenType } from './field-text.js';
import { isZone, parseTimeFormat } from '../time-format.js';

/** The type of a field; `before` are the fields that are read before it. */
export function fieldTypeOf(part: FieldPart, before: readonly Field[]): FieldType {
  return new FieldTypeReader(part).fieldType(before);
}

const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;

class FieldTypeReader {
  constructor(private readonly part: FieldPart) {}

  fieldType(before: readonly Field[]): FieldType {
    const { document } = this.part;
    const type = this.part.type;
    switch (type.name) {
      case 'text':
        return {
          kind: 'text',
          form: {
            trim: document.trim ?? true,
            collapse: document.spaces === 'collapse',
            ...(document.case && { case: document.case }),
          },
          ...(document.one_of === undefined ? {} : { oneOf: this.part.values() }),
          ...(document.aliases === undefined
            ? {}
            : {
                aliases: Object.fromEntries(Object.entries(document.aliases).map(([k, v]) => [k, String(v)])),
              }),
          ...(document.length === undefined ? {} : { length: this.#length() }),
        };
      case 'integer':
        return {
          kind: 'integer',
          bits: document.bits ?? 64,
          ...(document.one_of === undefined
            ? {}
            : { oneOf: this.part.values().map((value) => this.#integer('one_of', value)) }),
          ...(document.min === undefined ? {} : { min: this.#integer('min', String(document.min)) }),
          ...(document.max === undefined ? {} : { max: this.#integer('max', String(document.max)) }),
        };
      case 'decimal':
        return this.#decimal(type, before);
      case 'double':
        return { kind: 'double', ...this.#bounds((key, text) => Number(this.#number(key, text))) };
      case 'boolean':
      case 'json':
        return { kind: type.name };
      case 'date':
        return {
          kind: 'date',
          formats: this.#formats('date'),
          ...this.#bounds((key, text) => this.#day(key, text)),
        };
      case 'timestamp':
        return {
          kind: 'timestamp',
          formats: this.#formats('timestamp'),
          zone: this.part.context.zone,
          ...this.#bounds((key, text) => this.#day(key, text)),
        };
    }
  }

  #decimal(
    { precision, scale }: Extract<WrittenType, { name: 'decimal' }>,
    before: readonly Field[],
  ): FieldType {
    const { document } = this.part;
    const [absolute] =
      document.absolute === undefined ? [] : this.part.conditions('absolute', document.absolute, before);
    return {
      kind: 'decimal',
      precision,
      scale,
      ...(document.scale === undefined ? {} : { minorDigits: document.scale }),
      ...this.#bounds((key, text) => this.#number(key, text)),
      ...(document.below === undefined ? {} : { below: this.#number('below', String(document.below)) }),
      ...(absolute && { absolute }),
      ...(document.digits === 'double' ? { isDouble: true } : {}),
    };
  }

  #bounds<T>(read: (key: string, text: string) => T): { readonly min?: T; readonly max?: T } {
    const { min, max } = this.part.document;
    return {
      ...(min === undefined ? {} : { min: read('min', String(min)) }),
      ...(max === undefined ? {} : { max: read('max', String(max)) }),
    };
  }

  #number(key: string, text: string): string {
    const plain =
      /e/i.test(text) && Number.isFinite(Number(text)) ? BigInt(Math.round(Number(text))).toString() : text;
    if (!NUMBER.test(plain)) this.part.problem(key, `expected a number, found ${JSON.stringify(text)}`);
    return plain;
  }

  #integer(key: string, text: string): bigint {
    if (/^[-+]?\d{1,19}$/.test(text)) return BigInt(text);
    this.part.problem(key, `expected a whole number of 64 bits, found ${JSON.stringify(text)}`);
    return 0n;
  }

  #day(key: string, text: string): string {
    if (daysOfIso(text) === null)
      this.part.problem(key, `expected a day as YYYY-MM-DD, found ${JSON.stringify(text)}`);
    return text;
  }

  #length(): { readonly min?: number; readonly max?: number } {
    const { min, max } = this.part.document.length ?? {};
    if (min !== undefined && max !== undefined && min > max)
      this.part.problem('length', `expected min up to max, found ${min} and ${max}`);
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }

  #formats(type: 'date' | 'timestamp'): readonly TimeFormat[] {
    const formats = (this.part.document.formats ?? ['iso']).map((text) => parseTimeFormat(text, type));
    for (const format of formats) if (typeof format === 'string') this.part.problem('formats', format);
    if (type === 'timestamp' && !isZone(this.part.context.zone))
      this.part.problem(
        undefined,
        `expected a zone like Europe/Berlin, found ${JSON.stringify(this.part.context.zone)}`,
      );
    return formats.filter((format) => typeof format !== 'string');
  }
}
