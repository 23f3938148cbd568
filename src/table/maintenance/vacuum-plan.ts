// What a file in the lake's folders is, told by its place and name, and whether it may go: a pure function.

import {
  dataFileKind,
  isCommitName,
  isFailedRunName,
  isMetadataName,
  metadataFolder,
  snapshotIdOf,
} from '../../format/paths.js';
import type { StoredFile } from '../../storage/storage.js';

/** `foreign`: of a shape that lake gives to no file. */
export type VacuumKind = 'data' | 'key index' | 'temporary' | 'staging' | 'metadata' | 'foreign';

/** A file that nothing needs. */
export interface VacuumFile {
  readonly path: string;
  readonly bytes: number;
  readonly kind: VacuumKind;
}

/** What of the lake is known to be wanted. */
export interface Wanted {
  /** Data files and key indexes that retained snapshots name. */
  readonly files: { has(path: string): boolean };
  /** Table files and manifests that they name. */
  readonly metadata: ReadonlySet<string>;
  /** Snapshots of which only the mark is left. */
  readonly expired: ReadonlySet<number>;
  /** Layers that have or had tables: what lies in their folders is lake's, or foreign. */
  readonly layers: ReadonlySet<string>;
}

/** What is to go, and what is told of. */
export interface VacuumPlan {
  readonly deleted: readonly VacuumFile[];
  readonly foreign: readonly VacuumFile[];
  /** Nothing names these either, but they are too young to be told from a writer's. */
  readonly young: readonly VacuumFile[];
}

/** Which files are old enough to go. */
interface VacuumRule {
  /** Only files last changed before this moment may go, milliseconds since the epoch. */
  readonly cutOffMs: number;
  /** The same for what is on its way into the metadata, whose owners need not have announced themselves. */
  readonly inFlightCutOffMs: number;
  /** Whether foreign files go too. */
  readonly foreign: boolean;
}

/** What may go, of what was listed. */
export function planVacuum(
  listed: readonly StoredFile[],
  wanted: Wanted,
  { cutOffMs, inFlightCutOffMs, foreign }: VacuumRule,
): VacuumPlan {
  const plan = { deleted: [] as VacuumFile[], foreign: [] as VacuumFile[], young: [] as VacuumFile[] };
  const cutOffOf = (path: string): number =>
    isInFlight(path) ? Math.min(cutOffMs, inFlightCutOffMs) : cutOffMs;
  const youngUnits = new Set(
    listed.filter(({ path, modifiedAtMs }) => modifiedAtMs >= cutOffOf(path)).map(({ path }) => unitOf(path)),
  );
  for (const { path, sizeBytes } of listed) {
    const kind = uselessKind(path, wanted);
    if (kind === undefined) continue;
    const file: VacuumFile = { path, bytes: sizeBytes, kind };
    const isOld = !youngUnits.has(unitOf(path));
    if (kind === 'foreign') plan.foreign.push(file);
    if (isOld && (kind !== 'foreign' || foreign)) plan.deleted.push(file);
    else if (!isOld && kind !== 'foreign') plan.young.push(file);
  }
  return plan;
}

/** What goes as a whole or not at all: the folder where a commit or a probe is at work, else the file. */
export function unitOf(path: string): string {
  return /^_manifests\/\.(staging|probe)-[^/]+/.exec(path)?.[0] ?? path;
}

/** Of a commit, a probe, a lock or a tag that is being made. */
function isInFlight(path: string): boolean {
  if (!path.startsWith(`${metadataFolder}/`)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return unitOf(path) !== path || isTemporary(path) || /^\.lock-.*\.aside-/.test(name) || isCommitName(name);
}

/** What a file is that nothing needs; undefined for one that is needed or must not be touched. */
function uselessKind(path: string, wanted: Wanted): VacuumKind | undefined {
  const kind = unwantedKind(path, wanted);
  return kind === 'foreign' && isHidden(path) ? undefined : kind;
}

function unwantedKind(path: string, wanted: Wanted): VacuumKind | undefined {
  const [folder, name = '', ...rest] = path.split('/');
  if (folder !== metadataFolder) return dataKind(path, folder ?? '', wanted);
  return isTemporary(path) ? 'temporary' : metadataKind(path, name, rest, wanted);
}

function isTemporary(path: string): boolean {
  return /\.tmp-[^/]*$/.test(path);
}

/** Outside the folders of layers, where anyone may keep files, only lake's own are looked at. */
function dataKind(path: string, layer: string, { files, layers }: Wanted): VacuumKind | undefined {
  if (files.has(path)) return undefined;
  const kind = dataFileKind(path);
  if (kind !== undefined || !layers.has(layer)) return kind;
  return isTemporary(path) ? 'temporary' : 'foreign';
}

/** `.gitkeep` and the like: left by other programs, of no size, and no danger. */
function isHidden(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('.');
}

function metadataKind(
  path: string,
  name: string,
  rest: readonly string[],
  { metadata, expired }: Wanted,
): VacuumKind | undefined {
  if (name.startsWith('.staging-')) return 'staging';
  if (name.startsWith('.probe-') || /^\.lock-.*\.aside-/.test(name)) return 'temporary';
  if (name.startsWith('.lock-') || name === 'lake.json' || name === 'latest.json') return undefined;
  if (name === 'failed-runs') return rest.length === 1 && isFailedRunName(rest[0]!) ? undefined : 'foreign';
  if (name === 'tags') return rest.length === 1 && rest[0]!.endsWith('.json') ? undefined : 'foreign';
  const snapshotId = snapshotIdOf(name);
  if (snapshotId === undefined) return 'foreign';
  const isLeftover = expired.has(snapshotId) && rest[0] !== 'expired.json' && !metadata.has(path);
  if (rest.length !== 1 || !isMetadataName(rest[0]!)) return 'foreign';
  const isOfLost = isCommitName(rest[0]!) && !metadata.has(path);
  return isLeftover || isOfLost ? 'metadata' : undefined;
}
