// Where Iceberg's files lie in a lake, and which of them are ours by their names.

import { publicationsFolder } from '../format/paths.js';

/** `_iceberg/silver.events`: the table's location, for whoever reads it. */
export const publicationFolder = (table: string): string => `${publicationsFolder}/${table}`;

/** `_iceberg/silver.events/metadata`: the folder of a table's metadata, manifests and lists. */
export const publicationMetadata = (table: string): string => `${publicationFolder(table)}/metadata`;

/** `v12.metadata.json`: of the table as it is in snapshot 12. */
export const metadataFileName = (snapshotId: number): string => `v${snapshotId}.metadata.json`;

/** The N of `vN.metadata.json`, or undefined for any other name. */
export function metadataVersion(name: string): number | undefined {
  const match = /^v([1-9]\d{0,9})\.metadata\.json$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

/** The file that holds the N of the newest `vN.metadata.json`, for readers without a catalog. */
export const hintName = 'version-hint.text';

/** Named after what they are made of: a name that is there need not be written again. */
export const manifestName = (key: string): string => `${key.slice(0, 32)}-m0.avro`;
/** The name of a snapshot's manifest list; with the hash of what it is made of, like a manifest's. */
export const listName = (snapshotId: number, key: string): string =>
  `snap-${snapshotId}-${key.slice(0, 32)}.avro`;

/** Whether a name is one that a publication gives; a file of any other name is somebody else's. */
export const isOurName = (name: string): boolean =>
  name === hintName ||
  metadataVersion(name) !== undefined ||
  /^(snap-[1-9]\d{0,9}-)?[0-9a-f]{32}(-m0)?\.avro$/.test(name);
