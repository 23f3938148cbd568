// One field of a source while it is read: what stands in the document, and what is wrong with it, told at its key.

import type { RecordContract } from '../../records/contract.js';
import type { Field, FieldCondition } from '../../records/field.js';
import type { SourceDocument } from '../document.js';
import type { FieldDocument } from './field-document.js';
import { type FieldType as WrittenType, parseFieldType } from './field-text.js';
import type { Problems } from '../problems.js';
import type { YamlPath, YamlText } from '../yaml-text.js';

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

/** A field's document with its faults. */
export class FieldPart {
  /** The type as it is written. */
  readonly type: WrittenType;
  readonly #path: YamlPath;
  #isSound = true;

  constructor(
    readonly context: FieldContext,
    readonly name: string,
    readonly document: FieldDocument,
  ) {
    this.type = parseFieldType(document.type)!;
    this.#path = ['sources', context.source, 'fields', name];
  }

  /** Whether nothing was wrong so far. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** Adds a fault at a key of the field, or at the field. */
  problem(key: string | undefined, message: string): void {
    this.#isSound = false;
    const path = key === undefined ? this.#path : [...this.#path, key];
    this.context.problems.add(
      this.context.places.placeOf(path),
      `${this.context.source}.${this.name}: ${message}`,
    );
  }

  /** The only values that the field may have, as they are written. */
  values(): readonly string[] {
    const values = this.document.one_of;
    if (values === 'rates') return Object.keys(this.context.rates);
    return (values ?? []).map(String);
  }

  /** Values that other fields must have. */
  conditions(
    key: 'when' | 'absolute',
    written: FieldDocument['when'],
    before: readonly Field[],
  ): readonly FieldCondition[] {
    return Object.entries(written ?? {}).map(([field, values]) => {
      this.mustStandBefore(key, field, before);
      return { field, values: Array.isArray(values) ? values : [values] };
    });
  }

  /** A field is read after those that it depends on. */
  mustStandBefore(key: string, field: string, before: readonly Field[]): void {
    if (before.some(({ name }) => name === field)) return;
    const isLater = Object.hasOwn(this.context.document.fields, field);
    this.problem(
      key,
      isLater ? `${field} must stand before ${this.name}` : `there is no field ${field} before ${this.name}`,
    );
  }
}
