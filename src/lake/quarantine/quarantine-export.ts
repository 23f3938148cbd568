// The quarantine as a file that can be corrected and given back: each record whole, as bronze has it, with its place.

import type * as arrow from 'apache-arrow';
import { decodeParquet } from '../../parquet/file.js';
import { parseCorrections } from '../../pipeline/books/corrections.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { LakeView, TableState } from '../../table/view.js';
import { writeWhole } from '../read/export.js';
import type { OperationOptions } from '../operation-options.js';
import { type QuarantineOptions, chosenRows, type RefusedRow, type QuarantineExport } from './quarantine.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';

/** @throws LakeError `not-found` for a reason or a source that no refused record has; `invalid-input` where `out` cannot be written */
export async function exportQuarantine(
  parts: Parts,
  { out, signal, ...options }: QuarantineOptions & OperationOptions & { readonly out: string },
): Promise<QuarantineExport> {
  const view = await viewAt(parts, options.snapshot);
  const { pipeline } = pipelineOf(parts);
  const rows = await chosenRows(view, pipeline, options);
  const texts = await wholeTexts({ view, pipeline, rows }, signal);
  const written = await writeWhole(out, async (file) => {
    for (const row of rows) await file.write(`${JSON.stringify(exported(row, texts))}\n`);
  });
  return { snapshot: view.snapshot.snapshotId, records: rows.length, ...written };
}

const keyOf = (batchId: string, line: number): string => `${batchId}:${line}`;

/** The members that `replay --from` reads, then those for people. */
function exported(
  { source, batchId, line, file, reason, raw, ingestDate }: RefusedRow,
  texts: ReadonlyMap<string, string>,
): object {
  return {
    source,
    batch_id: batchId,
    line_number: line,
    source_file: file,
    reject_reason: reason,
    file,
    reason,
    ingest_date: ingestDate,
    raw: texts.get(keyOf(batchId, line)) ?? raw,
  };
}

/** Refused records of a snapshot. */
interface Refused {
  readonly view: LakeView;
  readonly pipeline: Pipeline;
  readonly rows: readonly RefusedRow[];
}

/** The records whole, by place: the quarantine shows only their beginning. */
async function wholeTexts(
  { view, pipeline, rows }: Refused,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(rows.map(({ batchId, line }) => keyOf(batchId, line)));
  const texts = new Map<string, string>();
  const find = (key: string, text: () => string): void => {
    if (wanted.has(key)) texts.set(key, text());
  };
  const sources = new Set(rows.map(({ source }) => source));
  for (const { contract, bronze } of pipeline.sources) {
    const state = sources.has(contract.source) ? await view.table(bronze.name) : undefined;
    if (state !== undefined) await eachRaw(state, signal, (key, raw) => find(key, () => recordText(raw)));
  }
  const state = await view.table(pipeline.books.corrections.name);
  if (state !== undefined)
    await eachRaw(state, signal, (key, raw) => find(key, () => correctedText(state.name, raw as Uint8Array)));
  return texts;
}

/** Every record of a table of what arrived, by its place. */
async function eachRaw(
  state: TableState,
  signal: AbortSignal | undefined,
  use: (key: string, raw: unknown) => void,
): Promise<void> {
  for (const file of await state.files()) {
    signal?.throwIfAborted();
    const table = decodeParquet(await state.read(file));
    const [batches, lines, raws] = ['batch_id', 'line_number', 'raw'].map((name) =>
      table.getChild(name)!,
    ) as [arrow.Vector, arrow.Vector, arrow.Vector];
    for (let row = 0; row < table.numRows; row++)
      use(keyOf(batches.get(row) as string, Number(lines.get(row))), raws.get(row));
  }
}

const recordText = (raw: unknown): string =>
  typeof raw === 'string'
    ? raw
    : Buffer.from(raw as Uint8Array)
        .toString('utf8')
        .replace(/\r?\n$/, '');

const correctedText = (table: string, raw: Uint8Array): string =>
  parseCorrections(table, raw)[0]?.correction?.text ?? '';
