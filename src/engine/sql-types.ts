// Types of result columns, taken from DuckDB's names for them, and which of their values Arrow carries as they are.

import { quoted, sqlTokens, unquoted, type SqlToken } from './sql-tokens.js';

/** A column type as a tree; its leaves have the engine's names: `DECIMAL(38,4)`, `TIMESTAMP WITH TIME ZONE`, `ENUM`. */
export type SqlType =
  | { readonly kind: 'scalar'; readonly name: string }
  /** `T[]`, and `T[3]` with its length. */
  | { readonly kind: 'list'; readonly element: SqlType; readonly length?: number }
  /** Fields in order; those of a ROW have no names. */
  | { readonly kind: 'struct'; readonly fields: readonly SqlField[] }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }
  | { readonly kind: 'union'; readonly members: readonly SqlField[] };

/** A field of a struct, or a member of a union. */
export interface SqlField {
  /** Undefined for a field of a ROW. */
  readonly name: string | undefined;
  readonly type: SqlType;
}

/** The type that a name of DuckDB stands for; what is no name of a nested type is a scalar. */
export function parseSqlType(text: string): SqlType {
  return new TypeReader(sqlTokens(text)).type();
}

/** Values of these arrive as they are; those of any other scalar type have to be asked for as text. */
const carried =
  /^(BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|DOUBLE|DECIMAL\(.*|VARCHAR|BLOB|DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/;

/**
 * The type to which a column is cast on its way here, with text in place of what Arrow does not carry; undefined where it
 * arrives as it is.
 */
export function carriedAs(type: SqlType): string | undefined {
  return isCarried(type) ? undefined : carriedName(type);
}

function isCarried(type: SqlType): boolean {
  switch (type.kind) {
    case 'scalar':
      return carried.test(type.name);
    case 'list':
      return isCarried(type.element);
    case 'map':
      return isCarried(type.key) && isCarried(type.value);
    case 'struct':
      return type.fields.every((field) => isCarried(field.type));
    case 'union':
      return type.members.every((member) => isCarried(member.type));
  }
}

function carriedName(type: SqlType): string {
  switch (type.kind) {
    case 'scalar':
      return carried.test(type.name) ? type.name : 'VARCHAR';
    case 'list':
      return `${carriedName(type.element)}[${type.length ?? ''}]`;
    case 'map':
      return `MAP(${carriedName(type.key)}, ${carriedName(type.value)})`;
    case 'struct':
      return `STRUCT(${fieldNames(type.fields)})`;
    case 'union':
      return `UNION(${fieldNames(type.members)})`;
  }
}

/** Fields without names are cast by position to names that nobody sees. */
const fieldNames = (fields: readonly SqlField[]): string =>
  fields.map(({ name, type }, at) => `${quoted(name ?? `field_${at}`)} ${carriedName(type)}`).join(', ');

/** Reads one type off its tokens. */
class TypeReader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  type(): SqlType {
    let type = this.#base();
    while (this.#take('[')) {
      const length = this.#peek() === ']' ? undefined : Number(this.#next());
      this.#take(']');
      type = { kind: 'list', element: type, ...(length !== undefined && { length }) };
    }
    return type;
  }

  #base(): SqlType {
    const name = this.#next().toUpperCase();
    if (!this.#take('(')) return { kind: 'scalar', name: `${name}${this.#zone()}` };
    if (name === 'STRUCT') return { kind: 'struct', fields: this.#fields() };
    if (name === 'UNION') return { kind: 'union', members: this.#fields() };
    if (name === 'MAP') return this.#map();
    const parameters = this.#rest();
    return { kind: 'scalar', name: name === 'ENUM' ? name : `${name}(${parameters})` };
  }

  #zone(): string {
    if (this.#peek().toUpperCase() !== 'WITH') return '';
    this.#at += 3;
    return ' WITH TIME ZONE';
  }

  #map(): SqlType {
    const key = this.type();
    this.#take(',');
    const value = this.type();
    this.#take(')');
    return { kind: 'map', key, value };
  }

  #fields(): readonly SqlField[] {
    const fields: SqlField[] = [];
    do {
      const second = this.#tokens[this.#at + 1];
      const isNamed = second?.kind === 'name' && second.text.toUpperCase() !== 'WITH';
      fields.push({ name: isNamed ? unquoted(this.#next()) : undefined, type: this.type() });
    } while (this.#take(','));
    this.#take(')');
    return fields;
  }

  /** What is left up to the bracket that closes, which is taken too. */
  #rest(): string {
    let text = '';
    while (this.#at < this.#tokens.length && this.#peek() !== ')') text += this.#next();
    this.#take(')');
    return text;
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? '';
  }

  #next(): string {
    return this.#tokens[this.#at++]?.text ?? '';
  }

  #take(text: string): boolean {
    const isThere = this.#peek() === text;
    if (isThere) this.#at++;
    return isThere;
  }
}
