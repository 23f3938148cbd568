// The records behind rows as bronze has them, with the batches and snapshots that brought them.

import { isoOfDays } from '../../common/calendar.js';
import { contractHash } from '../../records/contract-hash.js';
import { CORRECTIONS } from '../../pipeline/books/corrections.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { underRecorded } from '../../pipeline/define/pipeline-part.js';
import type { RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';
import { snapshotFolder } from '../../format/paths.js';
import type { Snapshot } from '../../format/snapshot.js';
import { runFacts } from '../../format/summary.js';
import { listSnapshots } from '../../table/snapshot-lookup.js';
import type { LakeView } from '../../table/view.js';
import { batchesOf } from '../history/batches.js';
import { findRecords } from './bronze-lookup.js';
import type { BronzeRecord } from './found-records.js';
import type { BatchOrigin, ExplainOptions, SourceRecord } from './explain-results.js';
import { distinctNames, nameText, type RecordName } from './record-names.js';
import { definitionUnder, pipelineOf, type Parts } from '../lake-context.js';

/** What decided the rows of a snapshot. */
export interface Rules {
  readonly pipeline: Pipeline;
}

/** The lake's rules if the snapshot's records were read under them; else those that a snapshot recorded. */
export async function rulesOf({ storage, settings, pipeline }: Parts, view: LakeView): Promise<Rules> {
  const under = (rows: RecordedSettings): Pipeline => definitionUnder(pipeline, rows);
  const today = under(settings.rows);
  if (await isUnder(view, today)) return { pipeline: today };
  for (const snapshot of await listSnapshots(storage, Infinity)) {
    const recorded = runFacts(snapshot).settings;
    const then = recorded && underRecorded(under, { ...settings.rows, ...recorded });
    if (then !== undefined && (await isUnder(view, then))) return { pipeline: then };
  }
  return { pipeline: today };
}

async function isUnder(view: LakeView, { sources }: Pipeline): Promise<boolean> {
  for (const { table, contract } of sources) {
    const state = await view.table(table.name);
    if (state?.file.contract !== undefined && state.file.contract !== contractHash(contract)) return false;
  }
  return true;
}

/** Records by what they are asked for; each source is searched once. */
export class RecordFinder {
  readonly #records: ReadonlyMap<string, readonly BronzeRecord[]>;

  private constructor(
    records: ReadonlyMap<string, readonly BronzeRecord[]>,
    /** Bytes that a search would read, where that is more than was allowed: there are no records then. */
    readonly unreadBytes?: number,
  ) {
    this.#records = records;
  }

  static async search(
    view: LakeView,
    { pipeline }: Rules,
    names: readonly RecordName[],
    { signal, readAtMost = Infinity }: Pick<ExplainOptions, 'signal' | 'readAtMost'>,
  ): Promise<RecordFinder> {
    const records = new Map<string, BronzeRecord[]>();
    const sources = new Set(names.map((name) => name.source));
    const bytes = await bytesToSearch(view, pipeline, sources);
    if (bytes > readAtMost) return new RecordFinder(records, bytes);
    for (const source of sources) {
      const keys = distinctNames(names.filter((name) => name.source === source)).map(({ key }) => key);
      const found = await findRecords({ view, pipeline, source, keys, ...(signal && { signal }) });
      for (const record of found)
        records.set(nameText(record), [...(records.get(nameText(record)) ?? []), record]);
    }
    return new RecordFinder(records);
  }

  recordsOf(names: readonly RecordName[]): readonly SourceRecord[] {
    return names.flatMap((name) => this.#records.get(nameText(name)) ?? []);
  }
}

/** Of the tables that keep what arrived of some sources. */
async function bytesToSearch(
  view: LakeView,
  { sources }: Pipeline,
  wanted: ReadonlySet<string>,
): Promise<number> {
  const searched = sources.filter(({ contract }) => wanted.has(contract.source));
  const states = await Promise.all(searched.map(({ bronze }) => view.table(bronze.name)));
  return states.reduce((sum, state) => sum + (state?.ref.bytes ?? 0), 0);
}

/** Batches by their ids. */
export async function originsOf(
  parts: Parts,
  view: LakeView,
  batchIds: readonly string[],
): Promise<Readonly<Record<string, BatchOrigin>>> {
  const { pipeline } = pipelineOf(parts);
  const wanted = new Set(batchIds);
  const batches = (await batchesOf(view, pipeline)).filter(({ batchId }) => wanted.has(batchId));
  const bringers = bringersOf(pipeline, await listSnapshots(parts.storage, Infinity));
  return Object.fromEntries(
    batches.map(({ batchId, source, fileName, ingestDate, bytes, records: count }) => {
      const snapshot = bringers.get(batchId);
      const brought = snapshot && { id: snapshot.snapshotId, committedAt: snapshot.committedAt };
      return [
        batchId,
        {
          batchId,
          source,
          sourceFile: fileName,
          file: fileName,
          ingestDate: isoOfDays(ingestDate),
          bytes,
          records: count,
          snapshot: brought ?? null,
        },
      ];
    }),
  );
}

/** The retained snapshot that read each batch first; `newestFirst` as `listSnapshots` gives them. */
function bringersOf(pipeline: Pipeline, newestFirst: readonly Snapshot[]): ReadonlyMap<string, Snapshot> {
  const bringers = new Map<string, Snapshot>();
  for (const snapshot of newestFirst.toReversed())
    for (const batchId of broughtBy(pipeline, snapshot))
      if (!bringers.has(batchId)) bringers.set(batchId, snapshot);
  return bringers;
}

/** What is made again from bronze lists batches that others brought: of those, corrections come when their table changes. */
function broughtBy({ books }: Pipeline, snapshot: Snapshot): readonly string[] {
  const { operation, snapshotId, tables } = snapshot;
  const { batches } = runFacts(snapshot);
  if (operation === 'ingest') return batches.filter(({ known }) => !known).map(({ batchId }) => batchId);
  const path = tables[books.corrections.name]?.path;
  if (operation !== 'replay' || path?.startsWith(`${snapshotFolder(snapshotId)}/`) !== true) return [];
  return batches.filter(({ source }) => source === CORRECTIONS).map(({ batchId }) => batchId);
}
