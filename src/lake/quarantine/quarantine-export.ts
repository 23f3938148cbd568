// The quarantine as a file that can be corrected and given back: each record whole, as bronze has it, with its place.

import type * as arrow from 'apache-arrow';
import { decodeParquet } from '../../parquet/file.js';
import { parseCorrections } from '../../pipeline/books/corrections.js';
import { bronzeCorrections } from '../../pipelines/saas/tables.js';
import type { LakeView, TableState } from '../../table/view.js';
import { writeWhole } from '../read/export.js';
import type { OperationOptions } from '../operation-options.js';
import { type QuarantineOptions, chosenRows, type RefusedRow, type QuarantineExport } from './quarantine.js';
import { viewAt, type Parts } from '../lake-context.js';

export async function exportQuarantine(
  parts: Parts,
  { out, signal, ...options }: QuarantineOptions & OperationOptions & { readonly out: string },
): Promise<QuarantineExport> {
  const view = await viewAt(parts, options.snapshot);
  const rows = await chosenRows(view, options);
  const texts = await wholeTexts(view, rows, signal);
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
    ...{ source, batch_id: batchId, line_number: line, file, reason, ingest_date: ingestDate },
    raw: texts.get(keyOf(batchId, line)) ?? raw,
  };
}

/** The records that the quarantine shows only the beginning of, by place. */
async function wholeTexts(
  view: LakeView,
  rows: readonly RefusedRow[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(rows.map(({ batchId, line }) => keyOf(batchId, line)));
  const texts = new Map<string, string>();
  const names = new Set([...rows.map(({ source }) => `bronze.${source}`), bronzeCorrections.name]);
  for (const name of names) {
    const state = await view.table(name);
    if (state !== undefined) await findTexts(state, wanted, texts, signal);
  }
  return texts;
}

async function findTexts(
  state: TableState,
  wanted: ReadonlySet<string>,
  texts: Map<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isCorrections = state.name === bronzeCorrections.name;
  for (const file of await state.files()) {
    signal?.throwIfAborted();
    const table = decodeParquet(await state.read(file));
    const [batches, lines, raws] = ['batch_id', 'line_number', 'raw'].map((name) =>
      table.getChild(name)!,
    ) as [arrow.Vector, arrow.Vector, arrow.Vector];
    for (let row = 0; row < table.numRows; row++) {
      const key = keyOf(batches.get(row) as string, Number(lines.get(row)));
      if (!wanted.has(key)) continue;
      const raw: unknown = raws.get(row);
      texts.set(key, isCorrections ? correctedText(raw as Uint8Array) : recordText(raw));
    }
  }
}

const recordText = (raw: unknown): string =>
  typeof raw === 'string'
    ? raw
    : Buffer.from(raw as Uint8Array)
        .toString('utf8')
        .replace(/\r?\n$/, '');

const correctedText = (raw: Uint8Array): string =>
  parseCorrections(bronzeCorrections.name, raw)[0]?.correction?.text ?? '';
