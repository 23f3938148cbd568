// What a lake's location in an object store says: `s3://bucket/prefix`.

import { LakeError } from '../../common/errors.js';

/** What `s3://bucket/prefix` says. */
export interface ObjectLocation {
  readonly scheme: string;
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
}

/** Schemes of lakes in object stores. */
const schemes: ReadonlySet<string> = new Set(['s3']);

/** Whether a lake's location names an object store rather than a folder. */
export function isObjectLocation(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** @throws LakeError `invalid-input` for a scheme that is not known, a bucket that none can be, or an odd prefix */
export function parseObjectLocation(location: string): ObjectLocation {
  const [, scheme = '', bucket = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/is.exec(location) ?? [];
  const prefix = rest.replace(/\/+$/, '');
  const refuse = (what: string): LakeError =>
    new LakeError(
      'invalid-input',
      `--lake: "${location}" ${what}; expected a folder or s3://BUCKET/PREFIX.`,
      {
        details: { given: location },
      },
    );
  if (!schemes.has(scheme.toLowerCase())) throw refuse(`is of a store that lake does not know`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw refuse('names no bucket');
  if (
    prefix !== '' &&
    !prefix.split('/').every((piece) => /^[\w.=@+,~-]+$/.test(piece) && !/^\.+$/.test(piece))
  )
    throw refuse('has an odd prefix (names of A–Z a–z 0–9 and . _ - = @ + , ~ joined by "/")');
  return { scheme: scheme.toLowerCase(), bucket, prefix };
}
