// Fields as a person writes them, made into fields as the readers of records take them. What does not go together is a problem
// at its key.

import { daysOfIso } from '../common/calendar.js';
import type { RecordContract } from '../records/contract.js';
import { parentFault } from '../records/elements.js';
import type {
  Field,
  FieldCondition,
  FieldReasons,
  FieldSource,
  FieldType,
  TimeFormat,
} from '../records/field.js';
import type { FieldDocument, SourceDocument } from './document.js';
import { parsePath } from './field-path.js';
import { type FieldType as WrittenType, parseFieldType } from './field-text.js';
import type { Problems } from './problems.js';
import { isZone, parseTimeFormat } from './time-format.js';
import type { YamlPath, YamlText } from './yaml-text.js';

/** What the fields of a source are read under. */
export interface FieldContext {
  /** The source's name and document. */
  readonly source: string;
  readonly document: SourceDocument;
  readonly isCsv: boolean;
  /** Texts that count as null in the whole source. */
  readonly nulls: readonly string[];
  readonly zone: string;
  /** What becomes of fields that nothing names: kept unless said. */
  readonly unknown?: 'keep' | 'refuse';
  /** By currency. */
  readonly rates: Readonly<Record<string, number>>;
  /** What the parent of a child promises, for `^column`. */
  readonly parent?: RecordContract;
  readonly places: YamlText;
  readonly problems: Problems;
}

/** The fields of a source in their order; those with problems are left out. */
export function sourceFields(context: FieldContext): readonly Field[] {
  const fields: Field[] = [];
  for (const [name, document] of Object.entries(context.document.fields)) {
    const field = new FieldReader(context, name, document).field(fields);
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

/** Keys of a field that only some types have. */
const KEYS_OF_TYPES: Readonly<Partial<Record<keyof FieldDocument, readonly WrittenType['name'][]>>> = {
  trim: ['text'],
  case: ['text'],
  spaces: ['text'],
  aliases: ['text'],
  length: ['text'],
  one_of: ['text', 'integer'],
  min: ['integer', 'decimal', 'double', 'date', 'timestamp'],
  max: ['integer', 'decimal', 'double', 'date', 'timestamp'],
  formats: ['date', 'timestamp'],
  scale: ['decimal'],
  absolute: ['decimal'],
  below: ['decimal'],
  digits: ['decimal'],
  affixes: ['integer', 'decimal', 'double'],
  bits: ['integer'],
};

const NUMBER = /^[-+]?\d+(?:\.\d+)?$/;

/** One field on its way from the document; every fault is added where it stands. */
class FieldReader {
  readonly #type: WrittenType;
  readonly #path: YamlPath;
  #isSound = true;

  constructor(
    private readonly context: FieldContext,
    private readonly name: string,
    private readonly document: FieldDocument,
  ) {
    this.#type = parseFieldType(document.type)!;
    this.#path = ['sources', context.source, 'fields', name];
  }

  #problem(key: string | undefined, message: string): void {
    this.#isSound = false;
    const path = key === undefined ? this.#path : [...this.#path, key];
    this.context.problems.add(
      this.context.places.placeOf(path),
      `${this.context.source}.${this.name}: ${message}`,
    );
  }

  field(before: readonly Field[]): Field | undefined {
    const { document, name, context } = this;
    for (const [key, types] of Object.entries(KEYS_OF_TYPES))
      if (document[key as keyof FieldDocument] !== undefined && !types.includes(this.#type.name))
        this.#problem(key, `"${key}" is for ${types.join(', ')}; found ${document.type}`);
    const field: Field = {
      name,
      from: this.#from(),
      type: this.#fieldType(before),
      isStrict: document.strict ?? false,
      blank: document.blank === 'refuse' ? 'invalid' : 'null',
      nulls: [...context.nulls, ...(document.nulls ?? [])],
      ...(document.affixes === undefined ? {} : { affixes: this.#affixes(document.affixes) }),
      ...(document.default === undefined ? {} : { default: this.#default() }),
      when: this.#conditions('when', document.when, before),
      since: this.#since(before),
      reasons: this.#reasons(),
    };
    this.#checkParent(field);
    return this.#isSound ? field : undefined;
  }

  /** A parent's value is of its type already: keys that say how a value is written have no meaning for it. */
  #checkParent(field: Field): void {
    const { parent } = this.context;
    if (parent === undefined || field.from.kind !== 'parent') return;
    const { column } = field.from;
    const fault = parentFault(field, column, parent);
    if (fault !== undefined) this.#problem('from', fault);
    for (const key of ['formats', 'scale', 'strict', 'digits'] as const)
      if (this.document[key] !== undefined)
        this.#problem(key, `"${key}" is for values as they arrive, and ^${column} is read already`);
  }

  #from(): FieldSource {
    const { document, name, context } = this;
    const from = document.from ?? name;
    if (from === '#' || from.startsWith('^')) {
      if (context.parent === undefined) this.#problem('from', `"${from}" is for a source with a parent`);
      return from === '#' ? { kind: 'position' } : { kind: 'parent', column: from.slice(1) };
    }
    if (context.isCsv || document.from === undefined) return { kind: 'path', steps: [from] };
    const steps = parsePath(from);
    if (steps === undefined)
      this.#problem('from', `expected a path like address.city or tags[0], found "${from}"`);
    return { kind: 'path', steps: steps ?? [] };
  }

  #fieldType(before: readonly Field[]): FieldType {
    const { document } = this;
    const type = this.#type;
    switch (type.name) {
      case 'text':
        return {
          kind: 'text',
          form: {
            trim: document.trim ?? true,
            collapse: document.spaces === 'collapse',
            ...(document.case && { case: document.case }),
          },
          ...(document.one_of === undefined ? {} : { oneOf: this.#values() }),
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
            : { oneOf: this.#values().map((value) => this.#integer('one_of', value)) }),
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
          zone: this.context.zone,
          ...this.#bounds((key, text) => this.#day(key, text)),
        };
    }
  }

  #decimal(
    { precision, scale }: Extract<WrittenType, { name: 'decimal' }>,
    before: readonly Field[],
  ): FieldType {
    const { document } = this;
    const [absolute] =
      document.absolute === undefined ? [] : this.#conditions('absolute', document.absolute, before);
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
    const { min, max } = this.document;
    return {
      ...(min === undefined ? {} : { min: read('min', String(min)) }),
      ...(max === undefined ? {} : { max: read('max', String(max)) }),
    };
  }

  #number(key: string, text: string): string {
    const plain =
      /e/i.test(text) && Number.isFinite(Number(text)) ? BigInt(Math.round(Number(text))).toString() : text;
    if (!NUMBER.test(plain)) this.#problem(key, `expected a number, found ${JSON.stringify(text)}`);
    return plain;
  }

  #integer(key: string, text: string): bigint {
    if (/^[-+]?\d{1,19}$/.test(text)) return BigInt(text);
    this.#problem(key, `expected a whole number of 64 bits, found ${JSON.stringify(text)}`);
    return 0n;
  }

  #day(key: string, text: string): string {
    if (daysOfIso(text) === null)
      this.#problem(key, `expected a day as YYYY-MM-DD, found ${JSON.stringify(text)}`);
    return text;
  }

  #values(): readonly string[] {
    const values = this.document.one_of;
    if (values === 'rates') return Object.keys(this.context.rates);
    return (values ?? []).map(String);
  }

  #default(): string {
    const text = String(this.document.default);
    const allowed = this.document.one_of === undefined ? undefined : this.#values();
    if (allowed !== undefined && !allowed.includes(text))
      this.#problem('default', `expected one of ${allowed.join(', ')}, found ${text}`);
    return text;
  }

  #affixes(affixes: readonly string[]): readonly string[] {
    if (!this.context.isCsv) this.#problem('affixes', '"affixes" is for the texts of a CSV');
    const digits = affixes.find((affix) => /[\d+-]/.test(affix) || affix !== affix.trim());
    if (digits !== undefined)
      this.#problem('affixes', `expected signs like € or %, found ${JSON.stringify(digits)}`);
    return affixes;
  }

  #length(): { readonly min?: number; readonly max?: number } {
    const { min, max } = this.document.length ?? {};
    if (min !== undefined && max !== undefined && min > max)
      this.#problem('length', `expected min up to max, found ${min} and ${max}`);
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }

  #formats(type: 'date' | 'timestamp'): readonly TimeFormat[] {
    const formats = (this.document.formats ?? ['iso']).map((text) => parseTimeFormat(text, type));
    for (const format of formats) if (typeof format === 'string') this.#problem('formats', format);
    if (type === 'timestamp' && !isZone(this.context.zone))
      this.#problem(
        undefined,
        `expected a zone like Europe/Berlin, found ${JSON.stringify(this.context.zone)}`,
      );
    return formats.filter((format) => typeof format !== 'string');
  }

  #conditions(
    key: 'when' | 'absolute',
    written: FieldDocument['when'],
    before: readonly Field[],
  ): readonly FieldCondition[] {
    return Object.entries(written ?? {}).map(([field, values]) => {
      this.#mustStandBefore(key, field, before);
      return { field, values: Array.isArray(values) ? values : [values] };
    });
  }

  #since(before: readonly Field[]): Field['since'] {
    return Object.entries(this.document.since ?? {}).map(([field, value]) => {
      this.#mustStandBefore('since', field, before);
      return { field, value };
    });
  }

  #mustStandBefore(key: string, field: string, before: readonly Field[]): void {
    if (before.some(({ name }) => name === field)) return;
    const isLater = Object.hasOwn(this.context.document.fields, field);
    this.#problem(
      key,
      isLater ? `${field} must stand before ${this.name}` : `there is no field ${field} before ${this.name}`,
    );
  }

  #reasons(): FieldReasons {
    const { name, document } = this;
    const renamed = (reason: string): string =>
      this.context.document.reasons?.[reason] ?? document.refuse ?? reason;
    const isRefused = document.on_invalid !== 'null';
    return {
      ...(document.required === true ? { missing: renamed(`missing_${name}`) } : {}),
      ...(isRefused
        ? {
            invalid: renamed(`invalid_${name}`),
            unknown: renamed(`unknown_${name}`),
            outOfRange: renamed(`out_of_range_${name}`),
          }
        : {}),
    };
  }
}
