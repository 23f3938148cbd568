// Where Iceberg's files lie in a lake, and which of them are ours by their names.

import { publicationsFolder } from '../format/paths.js';

/** `_iceberg/silver.events`: the table's location, for whoever reads it. */
export const publicationFolder = (table: string): string => `${publicationsFolder}/${table}`;

export const publicationMetadata = (table: string): string => `${publicationFolder(table)}/metadata`;

export const metadataFileName = (snapshotId: number): string => `v${snapshotId}.metadata.json`;

/** The N of `vN.metadata.json`, or undefined for any other name. */
export function metadataVersion(name: string): number | undefined {
  const match = /^v([1-9]\d{0,9})\.metadata\.json$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

export const hintName = 'version-hint.text';

/** Named after what they are made of: a name that is there need not be written again. */
export const manifestName = (key: string): string => `${key.slice(0, 32)}-m0.avro`;
export const listName = (snapshotId: number, key: string): string =>
  `snap-${snapshotId}-${key.slice(0, 32)}.avro`;

/** Whether a name is one that a publication gives; a file of any other name is somebody else's. */
export const isOurName = (name: string): boolean =>
  name === hintName ||
  metadataVersion(name) !== undefined ||
  /^(snap-[1-9]\d{0,9}-)?[0-9a-f]{32}(-m0)?\.avro$/.test(name);
