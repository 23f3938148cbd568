// The book of corrections: corrected records as they arrived, each with the refused record that it replaces.

import type { TableDefinition } from '../../format/table-definition.js';
import { lineColumns, lineTable, type BronzeLine } from './bronze-lines.js';
import { nullable, type Codec } from './codec.js';

/** A line of a corrections file; without a source, and what it replaces, where the line is blank. */
export interface CorrectionEntry extends BronzeLine {
  readonly source: string | null;
  readonly replacesBatchId: string | null;
  readonly replacesLineNumber: number | null;
}

/** Lines of corrections as rows. */
export const correctionCodec: Codec<CorrectionEntry> = {
  columns: [
    ...lineColumns('binary'),
    nullable('source', 'string', (line) => line.source),
    nullable('replaces_batch_id', 'string', (line) => line.replacesBatchId),
    nullable('replaces_line_number', 'long', (line) => line.replacesLineNumber),
  ],
  entryOf: (cells) => ({
    batchId: cells.text('batch_id'),
    sourceFile: cells.text('source_file'),
    lineNumber: cells.number('line_number'),
    raw: cells.cell('raw') as Uint8Array,
    isRecord: cells.cell('is_record') === true,
    reason: cells.textOrNull('reject_reason'),
    ingestDate: cells.number('ingest_date'),
    source: cells.textOrNull('source'),
    replacesBatchId: cells.textOrNull('replaces_batch_id'),
    replacesLineNumber: cells.numberOrNull('replaces_line_number'),
  }),
};

/** The table of corrections. */
export const correctionTable = (name: string): TableDefinition => lineTable(name, correctionCodec.columns);
