// Where things lie in a lake (format §1), and which paths a manifest may name: metadata is untrusted input.

import { LakeError } from '../common/errors.js';

/** The folder of all metadata. */
export const metadataFolder = '_manifests';
/** What makes a folder a lake. */
export const lakeFilePath = `${metadataFolder}/lake.json`;
/** Where the newest snapshot is to be looked for first. */
export const hintPath = `${metadataFolder}/latest.json`;

/** `_manifests/0000000003`. */
export function snapshotFolder(snapshotId: number): string {
  return `${metadataFolder}/${String(snapshotId).padStart(10, '0')}`;
}

/** The id of a snapshot's folder by its name (`0000000003`), or undefined for any other name. */
export function snapshotIdOf(name: string): number | undefined {
  return /^\d{10}$/.test(name) && Number(name) > 0 ? Number(name) : undefined;
}

/** The file that makes a folder a snapshot. */
export function snapshotPath(snapshotId: number): string {
  return `${snapshotFolder(snapshotId)}/snapshot.json`;
}

/** Whether a file in a snapshot's folder may be of lake: the snapshot, its mark, a table file or a manifest. */
export function isMetadataName(name: string): boolean {
  return /^(snapshot|expired|[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(\.m\d+)?(-[0-9a-f]{8})?)\.json$/.test(name);
}

/**
 * Whether a table file or manifest has the name of one commit: such files lie in a snapshot's folder before it is one, and
 * those of commits that lost, or died, beside the winner's.
 */
export function isCommitName(name: string): boolean {
  return isMetadataName(name) && /-[0-9a-f]{8}\.json$/.test(name);
}

/** What makes the names of a commit's table files and manifests its own, by its id. */
export function commitSuffix(commitId: string): string {
  return `-${commitId.slice(0, 8)}`;
}

/** What is left of an expired snapshot. */
export function expiredPath(snapshotId: number): string {
  return `${snapshotFolder(snapshotId)}/expired.json`;
}

/** The folder of metadata for readers of other formats, which is made of ours and cleans up after itself. */
export const publicationsFolder = '_iceberg';

/** The folder of what is kept of refused runs. */
export const failedRunsFolder = `${metadataFolder}/failed-runs`;

/** Named by time (ISO, microseconds) so that names sort by age, and by the id of the commit that was not. */
export function failedRunPath(failedAt: string, commitId: string): string {
  return `${failedRunsFolder}/${failedAt.replace(/[-:.]/g, '')}-${commitId.slice(0, 8)}.json`;
}

/** Whether a file of that name holds the evidence of a refused run. */
export const isFailedRunName = (name: string): boolean => /^\d{8}T\d{12}Z-[0-9a-f]{8}\.json$/.test(name);

/**
 * Where a tag lies.
 * @throws LakeError `invalid-input` for a name that is not allowed
 */
export function tagPath(name: string): string {
  if (!isTagName(name)) {
    throw new LakeError(
      'invalid-input',
      `"${name}" cannot be a tag: a letter a–z, then up to 63 of a–z, 0–9, ".", "_" and "-"; not "head".`,
    );
  }
  return `${metadataFolder}/tags/${name}.json`;
}

/** Whether a tag may have the name; "head" is the newest snapshot's own. */
export function isTagName(name: string): boolean {
  return /^[a-z][a-z0-9._-]{0,63}$/.test(name) && name !== 'head' && !isDeviceName(name);
}

/** `layer.table`: the names of layers and tables are plain and short so that they can be folders anywhere. */
export function isTableName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}$/.test(name) && !name.split('.').some(isDeviceName);
}

/** Whether Windows takes a file of that name for a device, whatever follows a dot. */
function isDeviceName(name: string): boolean {
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}

/** The layer that a table is in: `silver` of `silver.events`. */
export function layerOf(table: string): string {
  return table.slice(0, table.indexOf('.'));
}

/** The folder of a table's data: `silver.events` → `silver/events`. */
export function tableFolder(table: string): string {
  return table.replace('.', '/');
}

/** The folder beside a table's files into which an engine writes for a commit. */
export const engineFolder = (table: string, commitId: string): string =>
  `${tableFolder(table)}/_engine-${commitId.slice(0, 8)}`;

const plainName = '[a-z][a-z0-9_]{0,63}';
const engineFileShape = new RegExp(`^${plainName}/${plainName}/_engine-[0-9a-f]{8}/.`);
const dataFileShape = new RegExp(
  `^${plainName}/${plainName}/(?:[A-Za-z_][A-Za-z0-9_]*=[^/]+/)*[0-9a-f]{16}-[0-9a-f]{8}\\.(parquet|keys)(\\.tmp-[^/]*)?$`,
);

/**
 * What a file is by the shape of its path (`<layer>/<table>/[<partition>/]<16 hex>-<8 hex>.parquet` or `.keys`), which
 * no other program gives by chance; undefined for any other. `temporary`: on its way to such a name, or in an engine's folder.
 */
export function dataFileKind(path: string): 'data' | 'key index' | 'temporary' | undefined {
  if (engineFileShape.test(path)) return 'temporary';
  const match = dataFileShape.exec(path);
  if (match === null) return undefined;
  if (match[2] !== undefined) return 'temporary';
  return match[1] === 'keys' ? 'key index' : 'data';
}

/** Whether a folder directly below the lake's root may hold the tables of a layer. */
export const isLayerName = (name: string): boolean => isTableName(`${name}.t`);

/** Whether a table's folder may directly hold an entry of that name: a partition's folder, or one of lake's files. */
export function isTableEntry(name: string): boolean {
  return (
    /^([A-Za-z_][A-Za-z0-9_]*=|_engine-[0-9a-f]{8}$)/.test(name) ||
    dataFileKind(`layer/table/${name}`) !== undefined
  );
}

/** What file systems take: names of 255 bytes; and object stores: paths of 1,024. */
export const maxNameBytes = 255;
const maxPathBytes = 1024;

const pathShape = /^[A-Za-z0-9._=%-]+(?:\/[A-Za-z0-9._=%-]+)*$/;
/** A name may be one that is not allowed only where the path has one of these. */
const perhapsNotPlain = /(?:^|\/)(?:\.|con|prn|aux|nul|com|lpt)/i;

/** Whether a path is one that a lake may hold: plain pieces joined by `/`, inside the lake's root on any system. */
export function isLakePath(path: string): boolean {
  if (path.length > maxPathBytes || !pathShape.test(path)) return false;
  const isSurelyPlain = path.length <= maxNameBytes && !perhapsNotPlain.test(path);
  return isSurelyPlain || path.split('/').every(isPlainName);
}

function isPlainName(name: string): boolean {
  return name.length <= maxNameBytes && name !== '.' && name !== '..' && !isDeviceName(name);
}

/** @throws LakeError `invalid-input` for a path outside the lake or with odd characters */
export function assertLakePath(path: string): void {
  if (isLakePath(path)) return;
  throw new LakeError(
    'invalid-input',
    `"${path}" is not a path within a lake: expected names of A–Z a–z 0–9 . _ = % -, at most ${maxNameBytes} long, joined by "/".`,
  );
}

/** The path of a key index beside its data file. */
export function keyIndexPath(dataFilePath: string): string {
  return dataFilePath.replace(/\.parquet$/, '.keys');
}
