// The laws hold for the reference itself, and a lake that breaks one is found out.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reference } from '../reference/reference.js';
import type { BatchRow, Delivery, ReferenceLake, Rows } from '../reference/reference.js';
import { accounting, agreement, convergence, idempotence, INGEST_DATE } from './laws.js';
import type { LakeUnderTest } from './laws.js';

function batchCells(batch: BatchRow): readonly unknown[] {
  const { read = 0, accepted = 0, ...reasons } = batch.counts;
  return [
    ...[
      batch.batchId,
      batch.batchOrder,
      batch.source,
      batch.fileName,
      batch.byteOffset,
      batch.bytes,
      batch.sha256,
    ],
    ...[batch.readBytes, batch.readSha256, batch.prefixBytes, batch.prefixSha256, batch.physicalLines],
    ...[read, accepted, read - accepted, JSON.stringify(reasons), batch.ingestDate],
  ];
}

type Bug = (
  table: string,
  rows: Rows,
  runs: readonly (readonly Delivery[])[],
) => readonly (readonly unknown[])[];

/** The reference as a lake, with a bug in what it answers. */
function lakeWith(bug: Bug = (_table, rows) => rows): () => Promise<LakeUnderTest> {
  return () => {
    const runs: (readonly Delivery[])[] = [];
    let truth: ReferenceLake | undefined;
    const rows = (table: string): readonly (readonly unknown[])[] => {
      truth ??= reference(runs, { ingestDate: INGEST_DATE });
      return table === 'bronze.batches'
        ? truth.batches.map(batchCells)
        : bug(table, truth.tables[table] ?? [], runs);
    };
    return Promise.resolve({
      ingest: (files) => {
        runs.push(files);
        truth = undefined;
        return Promise.resolve();
      },
      rows: (table) => Promise.resolve(rows(table)),
      contentHash: (table) =>
        Promise.resolve(
          createHash('sha256')
            .update(JSON.stringify(rows(table)))
            .digest('hex'),
        ),
    });
  };
}

const laws = { convergence, idempotence, agreement, accounting };

describe('the reference', () => {
  it.each(Object.entries(laws))('keeps the law of %s', async (_name, law) => {
    await law({ open: lakeWith(), numRuns: 60 });
  });
});

describe('a lake that breaks a law is found out', () => {
  it('convergence: silver that remembers how many runs there were', async () => {
    const open = lakeWith((table, rows, runs) =>
      table === 'silver.users' ? rows.slice(0, runs.length) : rows,
    );
    await expect(convergence({ open, numRuns: 100, seed: 1 })).rejects.toThrow('differs in silver.users');
  });

  it('idempotence: a rerun that is refused once more', async () => {
    const open = lakeWith((table, rows, runs) =>
      table === 'silver.quarantine' ? [...rows, [runs.length]] : rows,
    );
    await expect(idempotence({ open, numRuns: 20, seed: 1 })).rejects.toThrow('silver.quarantine');
  });

  it('agreement: payments that lose refunds', async () => {
    const open = lakeWith((table, rows) =>
      table === 'silver.payments' ? rows.filter(([, kind]) => kind !== 'refund') : rows,
    );
    await expect(agreement({ open, numRuns: 100, seed: 1 })).rejects.toThrow('silver.payments after run');
  });

  it('accounting: a quarantine with a hole', async () => {
    const open = lakeWith((table, rows) => (table === 'silver.quarantine' ? rows.slice(1) : rows));
    await expect(accounting({ open, numRuns: 100, seed: 1 })).rejects.toThrow('in quarantine');
  });
});
