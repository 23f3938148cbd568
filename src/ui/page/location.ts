// Where the page is: everything that it shows follows from the part of the address behind `#`, so that back, reload and a
// sent link work.

import { useEffect, useState } from 'preact/hooks';

/** A place in the page: `#/tables/gold.mrr_daily?s=12&sort=date`. */
export interface Place {
  /** `overview`, `charts`, `tables`, … */
  readonly page: string;
  /** What of it: a table; empty for none. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

/** The place that an address says. */
function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [page = '', ...subject] = path.split('/');
  return {
    page: page === '' ? 'overview' : page,
    subject: decoded(subject.join('/')),
    query: new URLSearchParams(query),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What stays from page to page: the snapshot, and the one that it is compared with. */
const kept = ['s', 'c'];

/** Changes of a query; undefined takes a value away, a list gives several. */
type QueryChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The address of a place, with what stays. */
export function linkTo(page: string, subject = '', changes: QueryChanges = {}): string {
  const now = placeOf(location.hash).query;
  const query = new URLSearchParams(
    kept.flatMap((name) => (now.has(name) ? [[name, now.get(name) ?? '']] : [])),
  );
  return address(page, subject, query, changes);
}

/** The address of this place with other values in its query. */
export function linkHere(changes: QueryChanges): string {
  const { page, subject, query } = placeOf(location.hash);
  return address(page, subject, new URLSearchParams(query), changes);
}

function address(page: string, subject: string, query: URLSearchParams, changes: QueryChanges): string {
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const each of value === undefined ? [] : [value].flat()) query.append(name, each);
  }
  const text = query.toString();
  const path = subject === '' ? page : `${page}/${encodeURIComponent(subject)}`;
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

/** Goes to an address; `quietly` without a step in the history, for what changes while it is dragged or typed. */
export function goTo(link: string, { quietly = false } = {}): void {
  if (link === location.hash) return;
  if (!quietly) location.hash = link;
  else {
    history.replaceState(null, '', link);
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

/** The place, followed. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return placeOf(hash);
}
