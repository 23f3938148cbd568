// What a lake's location in an object store says: `s3://bucket/prefix`, `gs://bucket/prefix`, `az://account/container/prefix`.

import { LakeError } from '../../common/errors.js';

/** The kinds of stores. */
export type StoreScheme = 'az' | 'gs' | 's3';

/** Where in an object store a lake lies. */
export interface ObjectLocation {
  readonly scheme: StoreScheme;
  /** Whose containers they are; Azure's alone. */
  readonly account?: string;
  /** The bucket or container. */
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
}

/** What a name may be, and how a location is written. */
const kinds: Readonly<Record<StoreScheme, { readonly bucket: RegExp; readonly form: string }>> = {
  s3: { bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, form: 's3://BUCKET/PREFIX' },
  gs: { bucket: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, form: 'gs://BUCKET/PREFIX' },
  az: { bucket: /^[a-z0-9](-?[a-z0-9]){2,62}$/, form: 'az://ACCOUNT/CONTAINER/PREFIX' },
};

/** Whether a lake's location names an object store rather than a folder. */
export function isObjectLocation(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** The kind of store that a location names; undefined for a folder, or a store of no known kind. */
export function schemeOf(location: string): StoreScheme | undefined {
  const [, given = ''] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location) ?? [];
  const scheme = given.toLowerCase();
  if (scheme === 'abfs' || scheme === 'abfss') return 'az';
  return Object.hasOwn(kinds, scheme) ? (scheme as StoreScheme) : undefined;
}

/**
 * Azure's location may also be written as programs of the Hadoop world do: `abfss://container@account.dfs.core.windows.net/prefix`.
 * @throws LakeError `invalid-input` for a scheme that is not known, a bucket that none can be, or an odd prefix
 */
export function parseObjectLocation(location: string): ObjectLocation {
  const scheme = schemeOf(location);
  if (scheme === undefined) throw refused(location, 'is of a store that lake does not know');
  const [authority = '', ...rest] = location.slice(location.indexOf('://') + 3).split('/');
  const path = rest.join('/').replace(/\/+$/, '');
  if (scheme !== 'az') return checked(location, { scheme, bucket: authority, prefix: path });
  const [, container, host] = /^([^@]*)@([^.]*)\.(?:dfs|blob)\./.exec(authority) ?? [];
  if (container !== undefined && host !== undefined)
    return checked(location, { scheme, account: host, bucket: container, prefix: path });
  const [bucket = '', ...pieces] = path.split('/');
  return checked(location, { scheme, account: authority, bucket, prefix: pieces.join('/') });
}

/** As people write it. */
export function locationText({ scheme, account, bucket, prefix }: ObjectLocation): string {
  return `${scheme}://${[account, bucket, prefix].filter((piece) => piece !== undefined && piece !== '').join('/')}`;
}

/** As programs that read Iceberg find it: Azure's in the words of its file system driver. */
export function readersLocation(location: ObjectLocation): string {
  const { scheme, account = '', bucket, prefix } = location;
  if (scheme !== 'az') return locationText(location);
  return [`abfss://${bucket}@${account}.dfs.core.windows.net`, ...(prefix === '' ? [] : [prefix])].join('/');
}

function checked(given: string, location: ObjectLocation): ObjectLocation {
  const { scheme, account, bucket, prefix } = location;
  if (account !== undefined && !/^[a-z0-9]{3,24}$/.test(account)) throw refused(given, 'names no account');
  if (!kinds[scheme].bucket.test(bucket))
    throw refused(given, scheme === 'az' ? 'names no container' : 'names no bucket');
  const isOdd = (piece: string): boolean => !/^[\w.=@+,~-]+$/.test(piece) || /^\.+$/.test(piece);
  if (prefix !== '' && prefix.split('/').some(isOdd))
    throw refused(given, 'has an odd prefix (names of A–Z a–z 0–9 and . _ - = @ + , ~ joined by "/")');
  return location;
}

function refused(given: string, what: string): LakeError {
  const scheme = schemeOf(given);
  const forms = scheme === undefined ? Object.values(kinds).map(({ form }) => form) : [kinds[scheme].form];
  return new LakeError(
    'invalid-input',
    `--lake: "${given}" ${what}; expected a folder or ${forms.join(', ')}.`,
    { details: { given } },
  );
}
