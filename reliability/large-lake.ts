// Lakes of any size in metadata alone, as a long history of commits would leave them: no data files, nothing synced.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isoMicros } from '../src/common/runtime.js';
import { sha256 } from '../src/common/sha256.js';
import { summarizeManifest } from '../src/format/change.js';
import type { DataFile } from '../src/format/data-file.js';
import { makeTable } from '../src/format/evolve.js';
import { defaultVacuumGraceMs, encodeHint, encodeLakeFile } from '../src/format/lake-file.js';
import { encodeManifest, maxManifestFiles } from '../src/format/manifest.js';
import { hintPath, lakeFilePath, snapshotFolder, snapshotPath, tableFolder } from '../src/format/paths.js';
import { encodeSnapshot, type TableRef } from '../src/format/snapshot.js';
import type { ColumnStats } from '../src/format/stats.js';
import type { TableDefinition } from '../src/format/table-definition.js';
import { encodeTableFile, tableTotals, type ManifestRef, type TableFile } from '../src/format/table-file.js';

/** How large a lake of metadata is made. */
export interface LakeSize {
  readonly files: number;
  readonly snapshots: number;
}

/** The large table: partitioned by day, sorted, with the columns of a table of events. */
export const visits: TableDefinition = {
  name: 'silver.visits',
  columns: [
    { name: 'visit_id', type: 'string', required: true },
    { name: 'day', type: 'date', required: true },
    { name: 'at', type: 'timestamp', required: true },
    { name: 'amount', type: 'decimal(18,4)', required: false },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['visit_id'],
  key: ['visit_id'],
};

/** The table that most snapshots change: one file. */
const totals: TableDefinition = {
  name: 'gold.totals',
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: ['id'],
  key: ['id'],
};

const filesPerDay = 250;
const firstDayMs = Date.UTC(1990, 0, 1);
const firstCommitMicros = Date.UTC(2020, 0, 1) * 1000;
const minuteMicros = 60_000_000;

/** The day that file `number` (from 0) of the large table is of. */
export function dayOf(number: number): string {
  const dayMs = 86_400_000;
  return new Date(firstDayMs + Math.floor(number / filesPerDay) * dayMs).toISOString().slice(0, 10);
}

/** Makes the lake in the folder `root`. Some snapshots add a full manifest to the large table, the others replace the small one. */
export async function buildLake(root: string, { files, snapshots }: LakeSize): Promise<void> {
  const lakeId = '7e3f0f5a-0000-4000-8000-000000000001';
  const put = writer(root);
  const createdAt = isoMicros(firstCommitMicros);
  put(lakeFilePath, await encodeLakeFile({ lakeId, createdAt, vacuumGraceMs: defaultVacuumGraceMs }));
  const manifests = Math.ceil(files / maxManifestFiles);
  let large = makeTable(visits, 'visits');
  let tables: Readonly<Record<string, TableRef>> = {};
  let parentSha256: string | null = null;
  for (let id = 1; id <= snapshots; id++) {
    const wanted = Math.ceil((id * manifests) / snapshots);
    const isGrowing = wanted > large.manifests.length;
    while (large.manifests.length < wanted) large = await grow(put, large, id, files);
    const ref = isGrowing ? await putTable(put, large, id) : await putTotals(put, id);
    tables = { ...tables, [isGrowing ? visits.name : totals.name]: ref };
    const bytes = await encodeSnapshot({
      lakeId,
      snapshotId: id,
      parentId: id === 1 ? null : id - 1,
      parentSha256,
      tables,
      commitId: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
      committedAt: isoMicros(firstCommitMicros + id * minuteMicros),
      operation: 'ingest',
      summary: { tables: { [isGrowing ? visits.name : totals.name]: { filesAdded: ref.files } } },
    });
    put(snapshotPath(id), bytes);
    parentSha256 = await sha256(bytes);
  }
  put(hintPath, encodeHint(snapshots));
}

type Put = (path: string, bytes: Uint8Array) => void;

function writer(root: string): Put {
  const made = new Set<string>();
  return (path, bytes) => {
    const target = join(root, path);
    const folder = dirname(target);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(target, bytes);
  };
}

/** The large table with one more manifest. */
async function grow(put: Put, table: TableFile, id: number, total: number): Promise<TableFile> {
  const first = table.manifests.length * maxManifestFiles;
  const count = Math.min(maxManifestFiles, total - first);
  const files = Array.from({ length: count }, (_, i) => visitFile(first + i, id));
  return { ...table, manifests: [...table.manifests, await putManifest(put, table, files, id)] };
}

async function putManifest(
  put: Put,
  { table, manifests }: TableFile,
  files: readonly DataFile[],
  id: number,
): Promise<ManifestRef> {
  const path = `${snapshotFolder(id)}/${table}.m${manifests.length}.json`;
  const { bytes, sha256 } = await encodeManifest({ table, files });
  put(path, bytes);
  return { path, sha256, ...summarizeManifest(files) };
}

async function putTable(put: Put, file: TableFile, id: number): Promise<TableRef> {
  const path = `${snapshotFolder(id)}/${file.table}.json`;
  const { bytes, sha256 } = await encodeTableFile(file);
  put(path, bytes);
  return { path, sha256, ...tableTotals(file) };
}

async function putTotals(put: Put, id: number): Promise<TableRef> {
  const table = makeTable(totals, 'totals');
  const file = dataFile(totals, id, id, { partition: {}, columns: { 1: { nulls: 0, min: 'a', max: 'z' } } });
  return putTable(put, { ...table, manifests: [await putManifest(put, table, [file], id)] }, id);
}

function visitFile(number: number, id: number): DataFile {
  const day = dayOf(number);
  const key = (row: number): string => `v${String(number).padStart(8, '0')}-${String(row).padStart(6, '0')}`;
  const columns: Record<string, ColumnStats> = {
    1: { nulls: 0, min: key(0), max: key(2400) },
    2: { nulls: 0, min: day, max: day },
    3: { nulls: 0, min: `${day}T00:00:01.500000Z`, max: `${day}T23:59:58.250000Z` },
    4: { nulls: 2000, min: '1.0000', max: '999.9900' },
  };
  return dataFile(visits, number, id, { partition: { day }, columns });
}

function dataFile(
  { name, partition }: TableDefinition,
  number: number,
  addedIn: number,
  rest: Pick<DataFile, 'partition' | 'columns'>,
): DataFile {
  const hash = number.toString(16).padStart(16, '0').padEnd(64, '5');
  const folder = partition === undefined ? '' : `${partition.name}=${rest.partition[partition.name]}/`;
  return {
    path: `${tableFolder(name)}/${folder}${hash.slice(0, 16)}-${String(addedIn).padStart(8, '0')}.parquet`,
    sha256: hash,
    bytes: 39_120,
    rows: 2411,
    schemaId: 0,
    specId: 0,
    addedIn,
    ...rest,
  };
}
