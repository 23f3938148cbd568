// Markup that is safe by construction: what is put into a template is text and is escaped, unless it is markup already.

import { visible } from '../../common/visible-text.js';

/** HTML that may go into a page as it is. */
export class Markup {
  constructor(readonly html: string) {}
}

/** Text, a number, markup, or several of them; nothing is nothing. */
export type Content = string | number | Markup | null | readonly Content[];

/** `` markup`<p>${text}</p>` ``: values are escaped, also inside quoted attributes. */
export function markup(pieces: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(pieces.map((piece, i) => piece + rendered(values[i] ?? null)).join(''));
}

function rendered(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.html;
  if (typeof content === 'object') return content.map(rendered).join('');
  return escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** JSON that a script element can hold: nothing in it ends the element, and every script reads it. */
export function jsonForScript(value: unknown): Markup {
  const text = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return new Markup(text);
}

/** The beginning of a text, as people read it: at most `length` code points, then `…`. */
export function beginning(text: string, length: number): string {
  const points = Array.from(text.slice(0, 2 * length + 2));
  return points.length <= length ? text : `${points.slice(0, length).join('')}…`;
}
