// Fields as a person writes them, made into fields as the readers of records take them. What does not go together is a problem
// at its key.

import { parentFault } from '../../records/elements.js';
import type { Field, FieldReasons, FieldSource } from '../../records/field.js';
import type { FieldDocument } from './field-document.js';
import { FieldPart, type FieldContext } from './field-part.js';
import { parsePath } from './field-path.js';
import type { FieldType as WrittenType } from './field-text.js';
import { fieldTypeOf } from './field-type.js';

/** The fields of a source in their order; those with problems are left out. */
export function sourceFields(context: FieldContext): readonly Field[] {
  const fields: Field[] = [];
  for (const [name, document] of Object.entries(context.document.fields)) {
    const field = new FieldReader(new FieldPart(context, name, document)).field(fields);
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

/** One field on its way from the document; every fault is added where it stands. */
class FieldReader {
  constructor(private readonly part: FieldPart) {}

  field(before: readonly Field[]): Field | undefined {
    const { document, name, context } = this.part;
    for (const [key, types] of Object.entries(KEYS_OF_TYPES))
      if (document[key as keyof FieldDocument] !== undefined && !types.includes(this.part.type.name))
        this.part.problem(key, `"${key}" is for ${types.join(', ')}; found ${document.type}`);
    const field: Field = {
      name,
      from: this.#from(),
      type: fieldTypeOf(this.part, before),
      isStrict: document.strict ?? false,
      blank: document.blank === 'refuse' ? 'invalid' : 'null',
      nulls: [...context.nulls, ...(document.nulls ?? [])],
      ...(document.affixes === undefined ? {} : { affixes: this.#affixes(document.affixes) }),
      ...(document.default === undefined ? {} : { default: this.#default() }),
      when: this.part.conditions('when', document.when, before),
      since: this.#since(before),
      reasons: this.#reasons(),
    };
    this.#checkParent(field);
    return this.part.isSound ? field : undefined;
  }

  /** A parent's value is of its type already: keys that say how a value is written have no meaning for it. */
  #checkParent(field: Field): void {
    const { parent } = this.part.context;
    if (parent === undefined || field.from.kind !== 'parent') return;
    const { column } = field.from;
    const fault = parentFault(field, column, parent);
    if (fault !== undefined) this.part.problem('from', fault);
    for (const key of ['formats', 'scale', 'strict', 'digits'] as const)
      if (this.part.document[key] !== undefined)
        this.part.problem(key, `"${key}" is for values as they arrive, and ^${column} is read already`);
  }

  #from(): FieldSource {
    const { document, name, context } = this.part;
    const from = document.from ?? name;
    if (from === '#' || from.startsWith('^')) {
      if (context.parent === undefined) this.part.problem('from', `"${from}" is for a source with a parent`);
      return from === '#' ? { kind: 'position' } : { kind: 'parent', column: from.slice(1) };
    }
    if (context.isCsv || document.from === undefined) return { kind: 'path', steps: [from] };
    const steps = parsePath(from);
    if (steps === undefined)
      this.part.problem('from', `expected a path like address.city or tags[0], found "${from}"`);
    return { kind: 'path', steps: steps ?? [] };
  }

  #default(): string {
    const text = String(this.part.document.default);
    const allowed = this.part.document.one_of === undefined ? undefined : this.part.values();
    if (allowed !== undefined && !allowed.includes(text))
      this.part.problem('default', `expected one of ${allowed.join(', ')}, found ${text}`);
    return text;
  }

  #affixes(affixes: readonly string[]): readonly string[] {
    if (!this.part.context.isCsv) this.part.problem('affixes', '"affixes" is for the texts of a CSV');
    const digits = affixes.find((affix) => /[\d+-]/.test(affix) || affix !== affix.trim());
    if (digits !== undefined)
      this.part.problem('affixes', `expected signs like € or %, found ${JSON.stringify(digits)}`);
    return affixes;
  }

  #since(before: readonly Field[]): Field['since'] {
    return Object.entries(this.part.document.since ?? {}).map(([field, value]) => {
      this.part.mustStandBefore('since', field, before);
      return { field, value };
    });
  }

  #reasons(): FieldReasons {
    const { name, document } = this.part;
    const renamed = (reason: string): string =>
      this.part.context.document.reasons?.[reason] ?? document.refuse ?? reason;
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
