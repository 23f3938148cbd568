// From rows of silver to the records behind them, with the batches and snapshots that brought those.

import { isoOfDays } from '../../common/calendar.js';
import { contractHash } from '../../records/contract-hash.js';
import { keyText, type RecordKey } from '../../records/record-key.js';
import { CORRECTIONS } from '../../pipeline/books/corrections.js';
import type { Pipeline } from '../../pipeline/define/definition.js';
import type { RunSummary } from '../../pipeline/run/summary.js';
import type { Origin, SilverRow } from '../../pipelines/saas/explain/explanation.js';
import { inPortions } from '../../pipelines/saas/explain/origins.js';
import { saasPipeline } from '../../pipelines/saas/pipeline.js';
import { bronzeCorrections } from '../../pipelines/saas/tables.js';
import type { SaasSettings } from '../../pipelines/saas/settings.js';
import { snapshotFolder } from '../../format/paths.js';
import type { Snapshot } from '../../format/snapshot.js';
import { listSnapshots } from '../../table/snapshot-lookup.js';
import type { LakeView } from '../../table/view.js';
import { batchesOf } from '../history/batches.js';
import { findRecords } from './bronze-lookup.js';
import type { BronzeRecord } from './found-records.js';
import type { BatchOrigin, SourceRecord } from './explain-results.js';
import type { ExplainSession } from './explain-session.js';
import type { Parts } from '../lake-context.js';

/** What decided the rows of a snapshot. */
export interface Rules {
  readonly pipeline: Pipeline;
  readonly settings: SaasSettings;
}

/** The lake's rules if the snapshot's records were read under them; else those that a snapshot recorded. */
export async function rulesOf({ storage, settings }: Parts, view: LakeView): Promise<Rules> {
  const today = rulesUnder(settings.rows);
  if (await isUnder(view, today)) return today;
  for (const { summary } of await listSnapshots(storage, Infinity)) {
    const recorded = summary['settings'] as SaasSettings | undefined;
    const rules = recorded && rulesUnder({ ...settings.rows, ...recorded });
    if (rules !== undefined && (await isUnder(view, rules))) return rules;
  }
  return today;
}

const rulesUnder = (settings: SaasSettings): Rules => ({ pipeline: saasPipeline(settings), settings });

async function isUnder(view: LakeView, { pipeline, settings }: Rules): Promise<boolean> {
  for (const { table, contract } of pipeline.sources) {
    const state = await view.table(table.name);
    if (state?.file.contract !== undefined && state.file.contract !== contractHash(contract, settings))
      return false;
  }
  return true;
}

/** A record that is asked for. */
export interface RecordName {
  readonly source: string;
  readonly key: RecordKey;
}

/** The keys of the records behind each row, in the order of the rows. */
export async function namesBehind(
  session: ExplainSession,
  rows: readonly SilverRow[],
  origins: readonly Origin[],
): Promise<readonly (readonly RecordName[])[]> {
  const names = rows.map((): RecordName[] => []);
  for (const origin of origins) {
    for (const [at, key] of await keysBehind(session, rows, origin))
      names[at]?.push({ source: origin.source, key });
  }
  return names.map(distinct);
}

async function keysBehind(
  session: ExplainSession,
  rows: readonly SilverRow[],
  origin: Origin,
): Promise<readonly (readonly [at: number, key: RecordKey])[]> {
  const keyIn = (row: SilverRow): RecordKey | null => {
    const key = origin.columns.map((column) => row[column] ?? null);
    return key.every((part) => part !== null) ? key.map(String) : null;
  };
  const found: (readonly [number, RecordKey])[] = [];
  const add = (at: number, row: SilverRow): void => {
    const key = keyIn(row);
    if (key !== null) found.push([at, key]);
  };
  if (origin.kind === 'columns') rows.forEach((row, at) => add(at, row));
  else
    for (const { positions, statement } of inPortions(origin, rows))
      for (const row of await session.rows(statement)) add(positions[Number(row['row_number'])] ?? 0, row);
  return found;
}

const nameText = ({ source, key }: RecordName): string => `${source} ${keyText(key)}`;

const distinct = (names: readonly RecordName[]): readonly RecordName[] => [
  ...new Map(names.map((name) => [nameText(name), name])).values(),
];

/** Records by what they are asked for; each source is searched once. */
export class RecordFinder {
  readonly #records: ReadonlyMap<string, readonly BronzeRecord[]>;

  private constructor(records: ReadonlyMap<string, readonly BronzeRecord[]>) {
    this.#records = records;
  }

  static async search(
    view: LakeView,
    { pipeline, settings }: Rules,
    names: readonly RecordName[],
    signal?: AbortSignal,
  ): Promise<RecordFinder> {
    const records = new Map<string, BronzeRecord[]>();
    for (const source of new Set(names.map((name) => name.source))) {
      const keys = distinct(names.filter((name) => name.source === source)).map(({ key }) => key);
      const found = await findRecords(view, pipeline, settings, source, keys, { ...(signal && { signal }) });
      for (const record of found)
        records.set(nameText(record), [...(records.get(nameText(record)) ?? []), record]);
    }
    return new RecordFinder(records);
  }

  recordsOf(names: readonly RecordName[]): readonly SourceRecord[] {
    return names.flatMap((name) => this.#records.get(nameText(name)) ?? []);
  }
}

/** Batches by their ids. */
export async function originsOf(
  { storage }: Parts,
  view: LakeView,
  batchIds: readonly string[],
): Promise<Readonly<Record<string, BatchOrigin>>> {
  const wanted = new Set(batchIds);
  const batches = (await batchesOf(view)).filter(({ batchId }) => wanted.has(batchId));
  const bringers = bringersOf(await listSnapshots(storage, Infinity));
  return Object.fromEntries(
    batches.map(({ batchId, source, fileName, ingestDate, bytes, records: count }) => {
      const snapshot = bringers.get(batchId);
      const brought = snapshot && { id: snapshot.snapshotId, committedAt: snapshot.committedAt };
      return [
        batchId,
        {
          ...{ batchId, source, file: fileName, ingestDate: isoOfDays(ingestDate), bytes, records: count },
          snapshot: brought ?? null,
        },
      ];
    }),
  );
}

/** The retained snapshot that read each batch first; `newestFirst` as `listSnapshots` gives them. */
function bringersOf(newestFirst: readonly Snapshot[]): ReadonlyMap<string, Snapshot> {
  const bringers = new Map<string, Snapshot>();
  for (const snapshot of newestFirst.toReversed())
    for (const batchId of broughtBy(snapshot)) if (!bringers.has(batchId)) bringers.set(batchId, snapshot);
  return bringers;
}

/** What is made again from bronze lists batches that others brought: of those, corrections come when their table changes. */
function broughtBy({ operation, summary, snapshotId, tables }: Snapshot): readonly string[] {
  const batches = (summary['batches'] ?? []) as RunSummary['batches'];
  if (operation === 'ingest') return batches.filter(({ known }) => !known).map(({ batchId }) => batchId);
  const path = tables[bronzeCorrections.name]?.path;
  if (operation !== 'replay' || path?.startsWith(`${snapshotFolder(snapshotId)}/`) !== true) return [];
  return batches.filter(({ source }) => source === CORRECTIONS).map(({ batchId }) => batchId);
}
