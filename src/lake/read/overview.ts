// Where a lake stands: head, tables, headline figures, and bytes that could be freed. Then and now.

import type { DataFile } from '../../format/data-file.js';
import { inOrderOfFlow, layerOf, layersOf, resultTables } from '../../pipeline/define/roles.js';
import { findHead, listSnapshots, listTags } from '../../table/snapshot-lookup.js';
import { openView, type LakeView } from '../../table/view.js';
import { reportOf, type SnapshotReport } from '../history/snapshot-list.js';
import { listTables, type TableListing } from './table-listing.js';
import { lakeMeant } from '../no-lake.js';
import { definitionAt, pipelineOf, viewAt, type Parts } from '../lake-context.js';
import { figureChanges, headlineAt, type FigureChange, type HeadlineFigure } from './headline.js';

/** `lake` alone. */
export interface LakeOverview {
  readonly location: string;
  /** Where there is no lake: the one beside it that was probably meant; else null. */
  readonly meant: string | null;
  /** Null: nothing was ingested here yet. */
  readonly head: SnapshotReport | null;
  readonly tables: readonly TableListing[];
  /** Newest day in the data, ISO; null without events. */
  readonly lastDate: string | null;
  readonly headline: readonly HeadlineFigure[];
  /** The table that a newcomer should look at first, where the snapshot has it. */
  readonly firstLook: string | null;
  /** Bytes that only old snapshots name, and bytes that nothing names. */
  readonly onlyOldSnapshotsBytes: number;
  readonly unnamedBytes: number;
}

/** What a run that changed something ends with. */
export type Outlook = Pick<LakeOverview, 'lastDate' | 'headline' | 'firstLook'>;

/** `lake time-travel --snapshot`. */
export interface TravelReport {
  readonly snapshot: SnapshotReport;
  readonly head: SnapshotReport;
  readonly tables: readonly {
    readonly name: string;
    readonly rowsThen: number | null;
    readonly rowsNow: number | null;
  }[];
  readonly headline: readonly FigureChange[];
  /** The table to look at first, where the older snapshot has it. */
  readonly firstLook: string | null;
}

/** The head, its tables and figures, and what could be freed; of a folder without a lake as much as is known. */
export async function overview(parts: Parts): Promise<LakeOverview> {
  const { storage, location } = parts;
  if ((await findHead(storage)) === 0)
    return { ...nothing, location, meant: (await lakeMeant(location)) ?? null };
  const view = await viewAt(parts);
  const [tags, tables, shown, spare] = await Promise.all([
    listTags(storage),
    listTables(parts, view),
    outlookAt(parts, view),
    spareBytes(parts, view),
  ]);
  return { location, meant: null, head: reportOf(view.snapshot, tags), tables, ...shown, ...spare };
}

/** The head's figures and what to look at first: what of an overview costs the same in a lake of any age. */
export async function outlook(parts: Parts): Promise<Outlook> {
  return outlookAt(parts, await viewAt(parts));
}

async function outlookAt(parts: Parts, view: LakeView): Promise<Outlook> {
  const { lastDate, figures } = await headlineAt(parts, view);
  return { lastDate, headline: figures, firstLook: await firstLookAt(parts, view) };
}

async function firstLookAt(parts: Parts, view: LakeView): Promise<string | null> {
  const definition = await definitionAt(parts, view);
  if (definition === undefined) return null;
  const { tables } = view.snapshot;
  const wished = [definition.firstLook, ...resultTables(definition)];
  return wished.find((name) => name !== null && (tables[name]?.rows ?? 0) > 0) ?? null;
}

const nothing = {
  head: null,
  tables: [],
  lastDate: null,
  headline: [],
  firstLook: null,
  onlyOldSnapshotsBytes: 0,
  unnamedBytes: 0,
};

/** Bytes of data files that only older snapshots name, and of those that no snapshot names. */
async function spareBytes(
  parts: Parts,
  head: LakeView,
): Promise<{ readonly onlyOldSnapshotsBytes: number; readonly unnamedBytes: number }> {
  const { storage } = parts;
  const now = await namedPaths(head, new Set());
  const ever = new Set<string>();
  const seen = new Set<string>();
  const layers = new Set(layersOf(pipelineOf(parts).pipeline));
  for (const { snapshotId } of await listSnapshots(storage, Infinity)) {
    const view = await openView(storage, snapshotId);
    for (const table of view.tables) layers.add(layerOf(table));
    for (const path of await namedPaths(view, seen)) ever.add(path);
  }
  let [onlyOldSnapshotsBytes, unnamedBytes] = [0, 0];
  for (const layer of layers)
    for (const { path, sizeBytes } of await storage.list(layer)) {
      if (now.has(path)) continue;
      if (ever.has(path)) onlyOldSnapshotsBytes += sizeBytes;
      else unnamedBytes += sizeBytes;
    }
  return { onlyOldSnapshotsBytes, unnamedBytes };
}

/** Data files and their sidecars, of manifests that are not among those `seen`; these are from then on: snapshots share them. */
async function namedPaths(view: LakeView, seen: Set<string>): Promise<ReadonlySet<string>> {
  const ofTables = view.tables.map(async (name): Promise<readonly DataFile[]> => {
    const state = await view.table(name);
    const fresh = state?.file.manifests.filter(({ path }) => !seen.has(path)) ?? [];
    for (const { path } of fresh) seen.add(path);
    return (await Promise.all(fresh.map((ref) => state!.manifestFiles(ref)))).flat();
  });
  const files = (await Promise.all(ofTables)).flat();
  return new Set(files.flatMap(({ path, index }) => (index === undefined ? [path] : [path, index.path])));
}

/** A snapshot's tables and headline figures beside the head's. */
export async function travel(parts: Parts, reference: string): Promise<TravelReport> {
  const [then, now, tags] = await Promise.all([
    viewAt(parts, reference),
    viewAt(parts),
    listTags(parts.storage),
  ]);
  const [figuresThen, figuresNow] = await Promise.all([headlineAt(parts, then), headlineAt(parts, now)]);
  const all = [...new Set([...then.tables, ...now.tables])];
  const names = inOrderOfFlow(pipelineOf(parts).pipeline, all);
  const rowsOf = (view: LakeView, name: string): number | null => view.snapshot.tables[name]?.rows ?? null;
  return {
    snapshot: reportOf(then.snapshot, tags),
    head: reportOf(now.snapshot, tags),
    tables: names.map((name) => ({ name, rowsThen: rowsOf(then, name), rowsNow: rowsOf(now, name) })),
    headline: figureChanges(figuresThen, figuresNow),
    firstLook: await firstLookAt(parts, then),
  };
}
