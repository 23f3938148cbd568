// `lake iceberg verify`: is what is published the newest snapshot, ours, of this place; and does a reader that is not ours
// find in it what we do.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { threadProgram } from '../../common/compiled-url.js';
import { icebergType } from '../../iceberg/bounds.js';
import { metadataFileName, publicationFolder, publicationMetadata } from '../../iceberg/layout.js';
import { locationOf } from '../../iceberg/location.js';
import { findPublished, type Found } from '../../iceberg/publish.js';
import { tableToRows } from '../../parquet/rows.js';
import type { LakeView, TableState } from '../../table/view.js';
import { canonical, checksum, type ReadAnswer, type ReadRequest } from './icebird-worker.js';
import type { IcebergPublishOptions } from './publish.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import { locationForReaders } from '../open-storage.js';
import { jsonCell } from '../read/json-rows.js';

/** What a reader that is not ours finds of a table. */
export interface VerifiedTable {
  readonly table: string;
  /**
   * `right`; `wrong`: the reader found something else; `stale`: of an older snapshot; `moved`: for another place;
   * `foreign`: another program wrote or changed the newest version; `missing`: nothing is published; `unread`: fine as
   * far as it goes, but the reader cannot follow renamed columns.
   */
  readonly status: 'right' | 'wrong' | 'stale' | 'moved' | 'foreign' | 'missing' | 'unread';
  /** What was found, and what to do. */
  readonly note?: string;
  readonly rows?: number;
}

/** `lake iceberg verify`. */
export interface PublicationReport {
  readonly snapshot: number;
  readonly tables: readonly VerifiedTable[];
  /** Files of other programs. */
  readonly foreign: readonly string[];
}

/** Reads every published table (or one) with icebird and compares it with what the lake holds. Differences are in the report, not thrown. */
export async function verifyIceberg(
  parts: Parts,
  options: IcebergPublishOptions = {},
): Promise<PublicationReport> {
  const view = await viewAt(parts);
  const location = locationOf(
    options.location ?? parts.settings.iceberg.location ?? locationForReaders(parts.location),
  );
  const names = options.table === undefined ? view.tables : [(await tableNamed(view, options.table)).name];
  const reader = new Worker(threadProgram(import.meta.url, './icebird-worker.js'));
  const foreign: string[] = [];
  const tables: VerifiedTable[] = [];
  try {
    for (const name of names) {
      options.signal?.throwIfAborted();
      const found = await findPublished(parts.storage, name);
      foreign.push(...found.foreign);
      tables.push(await verifyTable({ parts, view, location, reader }, name, found));
    }
  } finally {
    await reader.terminate();
  }
  return { snapshot: view.snapshot.snapshotId, tables, foreign };
}

interface Verification {
  readonly parts: Parts;
  readonly view: LakeView;
  readonly location: string;
  readonly reader: Worker;
}

async function verifyTable(all: Verification, name: string, found: Found): Promise<VerifiedTable> {
  const table = (await all.view.table(name))!;
  const state = stateOf(all, name, found);
  if (state !== undefined) return { table: name, ...state };
  if (hasRenamed(table))
    return { table: name, status: 'unread', note: 'the reader cannot follow renamed columns: not compared' };
  const published = await read(all, name);
  if ('problem' in published) return { table: name, status: 'wrong', note: published.problem };
  const own = await columnsOf(table);
  const differing = Object.keys(own).filter((column) => own[column] !== published.columns[column]);
  const count = { rows: published.rows };
  if (published.rows !== table.ref.rows)
    return {
      table: name,
      status: 'wrong',
      ...count,
      note: `${published.rows} rows, expected ${table.ref.rows}`,
    };
  if (differing.length > 0)
    return { table: name, status: 'wrong', ...count, note: `other values in ${differing.join(', ')}` };
  return { table: name, status: 'right', ...count };
}

/** What is to be said before anything is read; undefined where it can be. */
function stateOf(
  { view, location }: Verification,
  name: string,
  { versions, hint }: Found,
): Pick<VerifiedTable, 'status' | 'note'> | undefined {
  const [newest] = versions;
  const head = view.snapshot.snapshotId;
  const again = 'run "lake iceberg publish"';
  if (newest === undefined) return { status: 'missing', note: `nothing is published: ${again}` };
  const path = `${publicationMetadata(name)}/${metadataFileName(newest.version)}`;
  if (newest.own === undefined)
    return {
      status: 'foreign',
      note: `${path} was written or changed by another program: move it away, then ${again}`,
    };
  if (newest.version !== head)
    return {
      status: 'stale',
      note: `snapshot ${newest.version} is published, the newest is ${head}: ${again}`,
    };
  const expected = `${location}/${publicationFolder(name)}`;
  if (newest.own.location !== expected)
    return {
      status: 'moved',
      note: `it is for ${newest.own.location}, the lake is at ${location}: ${again}`,
    };
  if (hint !== String(head)) return { status: 'stale', note: `its hint says ${hint ?? 'nothing'}: ${again}` };
  return undefined;
}

/** Whether some file may have a column under another name than the table has now. */
function hasRenamed({ file }: TableState): boolean {
  const names = new Map<number, Set<string>>();
  for (const { fields } of file.schemas)
    for (const { id, name } of fields) names.set(id, (names.get(id) ?? new Set()).add(name));
  return [...names.values()].some((all) => all.size > 1);
}

async function read({ parts, view, location, reader }: Verification, name: string): Promise<ReadAnswer> {
  const metadata = `${publicationMetadata(name)}/${metadataFileName(view.snapshot.snapshotId)}`;
  const request: ReadRequest = {
    location,
    place: parts.location,
    access: parts.access ?? {},
    folder: publicationFolder(name),
    metadata,
  };
  const answer = once(reader, 'message');
  reader.postMessage(request);
  return (await answer)[0] as ReadAnswer;
}

/** Checksums of the columns as `lake show` has them; of bytes, which the reader takes for text, as they are. */
async function columnsOf(table: TableState): Promise<Readonly<Record<string, string>>> {
  const { fields } = table.schema;
  const texts = fields.map((): string[] => []);
  for (const file of await table.files())
    for (const row of tableToRows(await table.rows(file), table.schema))
      fields.forEach(({ type }, i) => {
        const cell = row[i] ?? null;
        texts[i]?.push(
          canonical(icebergType(type), cell instanceof Uint8Array ? cell : jsonCell(type, cell)),
        );
      });
  return Object.fromEntries(fields.map(({ name }, i) => [name, checksum(texts[i] ?? [])]));
}
