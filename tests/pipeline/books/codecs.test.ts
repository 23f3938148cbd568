// What is entered in a book comes out of it as it was, in whatever order its columns lie.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchCodec, type Batch } from '../../../src/pipeline/books/batch-book.js';
import { bookTables, defaultBookNames } from '../../../src/pipeline/books/book-tables.js';
import { bronzeTable, extractLineCodec, type BronzeLine } from '../../../src/pipeline/books/bronze-lines.js';
import { columnsOf, fromRows, toRows, type Codec } from '../../../src/pipeline/books/codec.js';
import { correctionCodec, type CorrectionEntry } from '../../../src/pipeline/books/correction-book.js';
import { quarantineCodec, type Quarantined } from '../../../src/pipeline/books/quarantine-book.js';
import { runCodec, type RunFigures } from '../../../src/pipeline/books/run-book.js';
import type { ColumnDefinition } from '../../../src/format/table-definition.js';
import type { Schema } from '../../../src/format/schema.js';
import { rowsToTable, tableToRows } from '../../../src/parquet/rows.js';

const text = fc.string({ unit: 'grapheme' });
const count = fc.nat();
const date = fc.integer({ min: 0, max: 40_000 });
const line = { batchId: text, sourceFile: text, lineNumber: count, isRecord: fc.boolean(), ingestDate: date };
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });

/** Any but the one that no object of JSON may have here. */
const reason = text.filter((name) => name !== '__proto__');

const batches: fc.Arbitrary<Batch> = fc.record({
  batchId: text,
  batchOrder: count,
  source: text,
  fileName: text,
  byteOffset: count,
  bytes: count,
  sha256: text,
  readBytes: count,
  readSha256: text,
  prefixBytes: count,
  prefixSha256: text,
  physicalLines: count,
  records: count,
  accepted: count,
  ingestDate: date,
  rejectedByReason: fc.dictionary(reason, count, { noNullPrototype: true }),
});
const lines: fc.Arbitrary<BronzeLine> = fc.record({ ...line, raw: text, reason: orNull(text) });
const corrections: fc.Arbitrary<CorrectionEntry> = fc.record({
  ...line,
  raw: fc.uint8Array(),
  reason: orNull(text),
  source: orNull(text),
  replacesBatchId: orNull(text),
  replacesLineNumber: orNull(count),
});
const refused: fc.Arbitrary<Quarantined> = fc.record({
  source: text,
  sourceFile: text,
  batchId: text,
  lineNumber: count,
  reason: text,
  raw: text,
  ingestDate: date,
  element: orNull(count),
});
const figures: fc.Arbitrary<RunFigures> = fc.record({
  run: count,
  ingest_date: date,
  batches: count,
  bytes: count,
  records: count,
  accepted: count,
  rejected: count,
  rejected_by_reason: text,
  records_by_source: text,
  log_records: count,
  duplicates: count,
  conflicts: count,
  new_rows: count,
  late_rows: count,
  unknown_fields: count,
  newest_date: orNull(date),
  freshness_days: orNull(count),
  holes: count,
});

/** Through Parquet's own form, in a schema whose fields lie in any order. */
function law<Entry>(codec: Codec<Entry>, entries: fc.Arbitrary<Entry>): void {
  const columns = columnsOf(codec);
  const shuffled = fc.shuffledSubarray([...columns], { minLength: columns.length });
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 5 }), shuffled, (written, order) => {
      const schema = schemaOf(order);
      const table = rowsToTable(toRows(codec, written, schema), schema);
      const read = fromRows(codec, tableToRows(table, schema), schema);
      expect(read.map((entry) => ({ ...entry }))).toEqual(written.map((entry) => ({ ...entry })));
    }),
    { numRuns: 50 },
  );
}

const schemaOf = (columns: readonly ColumnDefinition[]): Schema => ({
  schemaId: 0,
  fields: columns.map((column, at) => ({ id: at + 1, ...column })),
});

describe('an entry comes back as it was', () => {
  it('of batches', () => law(batchCodec, batches));
  it('of lines that arrived', () => law(extractLineCodec, lines));
  it('of corrections', () => law(correctionCodec, corrections));
  it('of the quarantine', () => law(quarantineCodec, refused));
  it('of runs', () => law(runCodec(['holes']), figures));
});

describe('the tables of books', () => {
  const { batches: batchTable, runs } = bookTables(defaultBookNames, {
    counted: ['holes'],
    hasElements: false,
  });

  it('say what a batch refused, which no entry has twice', () => {
    const { fields } = schemaOf(batchTable.columns);
    const [batch] = fc.sample(batches, { numRuns: 1, seed: 1 });
    const [row] = toRows(batchCodec, [{ ...batch!, records: 7, accepted: 5 }], { fields });
    expect(row?.[fields.findIndex(({ name }) => name === 'rejected')]).toBe(2);
  });

  it('end with the figures that a pipeline counts', () => {
    expect(runs.columns.at(-1)).toEqual({ name: 'holes', type: 'long', required: true });
  });

  it('keep bytes of lines and text of records', () => {
    const rawOf = (keptAs: 'lines' | 'records') =>
      bronzeTable('a.b', keptAs).columns.find(({ name }) => name === 'raw')?.type;
    expect([rawOf('lines'), rawOf('records')]).toEqual(['binary', 'string']);
  });
});
