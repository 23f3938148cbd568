// The short form of a field, and the types that fields have.

/** A type as it is written: its name and, of decimals, digits in all and after the point. */
export type FieldType =
  | { readonly name: 'text' | 'integer' | 'double' | 'boolean' | 'date' | 'timestamp' | 'json' }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number };

/** The names of all types, without digits. */
export const TYPE_NAMES: readonly string[] = [
  'text',
  'integer',
  'decimal',
  'double',
  'boolean',
  'date',
  'timestamp',
  'json',
];

const PLAIN = ['text', 'integer', 'double', 'boolean', 'date', 'timestamp', 'json'] as const;

/** A type from its text; undefined for none of them. */
export function parseFieldType(text: string): FieldType | undefined {
  const plain = PLAIN.find((name) => name === text.trim());
  if (plain !== undefined) return { name: plain };
  const [, p, s] = /^decimal\(\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?\)$/.exec(text.trim()) ?? [];
  if (p === undefined) return undefined;
  const [precision, scale] = [Number(p), Number(s ?? 0)];
  return precision >= 1 && precision <= 38 && scale <= precision
    ? { name: 'decimal', precision, scale }
    : undefined;
}

/** `text required` as the keys that it stands for; undefined when it is no type, or says something else beside it. */
export function parseFieldText(text: string): { type: string; required?: boolean } | undefined {
  const [, type = '', required] = /^(.*?)(\s+required)?$/.exec(text.trim()) ?? [];
  if (parseFieldType(type) === undefined) return undefined;
  return required === undefined ? { type } : { type, required: true };
}
