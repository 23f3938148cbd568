// Names of tables and columns, made of what files and fields are called.

import { RESERVED_WORDS } from '../../engine/sql-names.js';

/** A key as a dotted path says it: quoted where it holds what a path means something by. */
export const quotedKey = (key: string): string => (/^[^."[\]#^\s]+$/.test(key) ? key : JSON.stringify(key));

/** `items.data` holds items. */
export function childName(path: readonly string[]): string {
  const telling = path.filter((key) => !/^(data|items|list|values|results|edges|nodes)$/i.test(key));
  return snakeCase((telling.length > 0 ? telling : path.slice(0, 1)).join('_'));
}

/** Names of columns or tables, each once, and none that SQL would read as a word of its own. */
export class NameGiver {
  readonly #given = new Set<string>();

  /** @param kind what a reserved word gets behind it: the column `order` is `order_value` */
  constructor(private readonly kind: 'value' | 'records' = 'value') {}

  give(from: string): string {
    const plain = snakeCase(from);
    const base = RESERVED_WORDS.has(plain) ? `${plain}_${this.kind}` : plain;
    let name = base;
    for (let n = 2; this.#given.has(name); n++) name = `${base}_${n}`;
    this.#given.add(name);
    return name;
  }
}

/** `Order ID` is `order_id`, `createdAt` is `created_at`, `Ordered At (UTC)` is `ordered_at_utc`, `Order #` is `order_no`. */
export function snakeCase(text: string): string {
  const plain = text
    .replace(/#|[Nn][°º]|№/g, ' no ')
    .replace(/%/g, ' percent ')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/ß/g, 'ss')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  const named = /^[a-z]/.test(plain) ? plain : plain === '' ? 'field' : `f_${plain}`;
  return named in Object.prototype ? `${named}_field` : named;
}

/** What a file's name says of its records: `orders_export` holds orders. */
export function sourceName(stem: string): string {
  const name = snakeCase(stem);
  const telling = name.replace(/_(export|exported|report|dump|download)$|^(export|report|dump)_(of_)?/g, '');
  return /^[a-z]/.test(telling) ? telling : name;
}
