// XML as stores answer: elements of text, of other elements, and some that come never, once or often.

import { parseXML } from '@aws-sdk/xml-builder';
import { messageOf } from '../../common/errors.js';
import type { Answer } from './requests.js';
import { StoreError } from './store-error.js';

/** An element with what is in it by name. */
export type Xml = Readonly<Record<string, unknown>>;

/** The element that a document consists of. @throws StoreError for an answer that has no such one */
export function rootOf({ bytes }: Answer, name: string): Xml {
  let parsed: unknown;
  try {
    parsed = (parseXML(new TextDecoder().decode(bytes)) as Xml)[name];
  } catch (error) {
    throw oddAnswer(`its answer is no XML: ${messageOf(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null) throw oddAnswer(`its answer has no ${name}`);
  return parsed as Xml;
}

/** What an error document says; undefined for an answer that holds none. */
export function errorIn(answer: Answer): Xml | undefined {
  try {
    return rootOf(answer, 'Error');
  } catch {
    return undefined;
  }
}

/** An element that may come never, once or often. */
export function elementsOf(value: unknown): readonly Xml[] {
  if (value === undefined || value === '') return [];
  return (Array.isArray(value) ? value : [value]) as readonly Xml[];
}

/** The text of an element that must be there. @throws StoreError */
export function textOf(element: Xml, name: string): string {
  const value = element[name];
  if (typeof value !== 'string') throw oddAnswer(`its answer lacks ${name}`);
  return value;
}

/** An answer that is none of this kind of store. */
export const oddAnswer = (what: string): StoreError =>
  new StoreError('refused', what, { mayHaveHappened: false });
