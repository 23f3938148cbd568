import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { decodeParquet } from '../../src/parquet/file.js';
import { bronzeTable } from '../../src/pipeline/books/bronze-lines.js';
import { encodeBronze, parseLog, refusedLines, startLogWorkers } from '../../src/records/hot-path.js';
import { contract, cutAt, judgeLine, line, schemaOf } from './log-model.js';

const pool = startLogWorkers(1);
afterAll(() => pool.close());

const facts = {
  schema: schemaOf(bronzeTable('bronze.events', 'lines')),
  batchId: 'b1',
  sourceFile: 'événements.ndjson',
  ingestDate: '2024-06-01',
};

async function bronzeOf(
  bytes: Uint8Array,
  firstLine = 1,
): Promise<{ files: EncodedDataFile[]; refused: unknown[] }> {
  const parsed = await parseLog(pool, { contract, pieces: cutAt(bytes, [7, 99]), firstLine });
  const files: EncodedDataFile[] = [];
  for await (const file of encodeBronze(pool, parsed, facts)) files.push(file);
  return { files, refused: [...refusedLines(parsed)] };
}

const rowsOf = (files: readonly EncodedDataFile[]): Record<string, unknown>[] =>
  files.flatMap(({ bytes }) =>
    decodeParquet(bytes)
      .toArray()
      .map((row: { toJSON(): Record<string, unknown> }) => row.toJSON()),
  );

const log = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n'))), fc.option(line, { nil: Buffer.alloc(0) }))
  .map(([lines, last]) => Buffer.concat([...lines.flatMap(([text, end]) => [text, Buffer.from(end)]), last]));

describe('bronze of a log', () => {
  test('puts the exact bytes back together, and says what became of every line', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (bytes) => {
        const { files, refused } = await bronzeOf(bytes, 41);
        const rows = rowsOf(files);
        const raw = Buffer.concat(rows.map((row) => row['raw'] as Uint8Array));
        const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
        expect(sha256(raw)).toBe(sha256(bytes));
        expect(rows.map((row) => Number(row['line_number']))).toEqual(rows.map((_, i) => 41 + i));
        const judged = rows.map((row) =>
          judgeLine(Buffer.from(Buffer.from(row['raw'] as Uint8Array).filter((byte) => byte !== 0x0a))),
        );
        expect(rows.map((row) => row['is_record'])).toEqual(judged.map((verdict) => verdict !== null));
        expect(rows.map((row) => row['reject_reason'])).toEqual(
          judged.map((verdict) => (typeof verdict === 'string' ? verdict : null)),
        );
        expect(refused).toMatchObject(
          rows.flatMap((row) =>
            row['reject_reason'] === null
              ? []
              : [{ lineNumber: Number(row['line_number']), reason: row['reject_reason'] }],
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('carries its batch in every row and in the file', async () => {
    const { files } = await bronzeOf(Buffer.from('{}\n\n'));
    expect(files).toMatchObject([{ rows: 2, batches: ['b1'], partition: { ingest_date: '2024-06-01' } }]);
    expect(rowsOf(files).map((row) => [row['batch_id'], row['source_file']])).toEqual([
      ['b1', 'événements.ndjson'],
      ['b1', 'événements.ndjson'],
    ]);
  });

  test('is no file for no line', async () => {
    expect((await bronzeOf(Buffer.alloc(0))).files).toEqual([]);
  });
});
