// What holds of any contract: both readers agree, and a log ends in the same rows however its lines were split, ordered and repeated.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../src/common/worker-pool.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import type { Contract } from '../../src/records/contract.js';
import { foldLog, parseLog, startLogWorkers, type ParsedLog } from '../../src/records/hot-path.js';
import { recordReader } from '../../src/records/record-reader.js';
import { rowShape } from '../../src/records/rows/row-block.js';
import { keyColumn } from '../../src/records/rows/row-keys.js';
import { RowWriter } from '../../src/records/rows/row-writer.js';
import { blockOf, rowInBlock } from '../../src/records/rows/row-store.js';
import { lineStatus, UnitCutter } from '../../src/records/scan/line-units.js';
import { compileScanner } from '../../src/records/scan/scanner.js';
import { UnitReader } from '../../src/records/scan/read-unit.js';
import { parseRawJson } from '../../src/records/values/raw-value.js';
import type { Value } from '../../src/records/values/field-reader.js';
import { compareVariants } from '../../src/records/winner-order.js';
import { generatedLog } from './generated-contracts.js';
import { valuesOfBlocks } from './log-model.js';

const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The values of each line, or the reason to refuse it, by the record reader alone. */
function judged(contract: Contract, lines: readonly string[]): readonly (string | readonly Value[])[] {
  const read = recordReader(contract);
  return lines.map((line) => {
    try {
      const outcome = read(parseRawJson(line));
      return outcome.ok ? outcome.values : outcome.reason;
    } catch {
      return 'invalid_json';
    }
  });
}

/** The same by the scanner, with the record reader behind it. */
function scanned(contract: Contract, lines: readonly string[]): readonly (string | readonly Value[])[] {
  const cutter = new UnitCutter(1);
  const [unit] = [...cutter.push(bytesOf(lines)), ...cutter.end()];
  const { status, reasons, block } = new UnitReader(contract).read(unit!);
  const accepted = valuesOfBlocks([block], rowShape(contract));
  return Array.from(
    new Uint8Array(status),
    (code) => reasons[code - lineStatus.refusedFrom] ?? accepted.shift()!,
  );
}

/** How many of the lines the scanner takes itself. */
function takenByScanner(contract: Contract, lines: readonly string[]): number {
  const shape = rowShape(contract);
  const scan = compileScanner(contract, new RowWriter(shape, keyColumn(shape, contract)));
  return lines.filter((line) => scan(Buffer.from(`${line}\n`), 0, Buffer.byteLength(line))).length;
}

/** Numbers in the form of the columns, whatever reader they come from. */
const plain = (outcomes: readonly (string | readonly Value[])[]): unknown[] =>
  outcomes.map((outcome) =>
    typeof outcome === 'string'
      ? outcome
      : outcome.map((value) => (typeof value === 'bigint' ? `${value}` : value)),
  );

describe('a contract of any fields', () => {
  it('is read by the scanner as by the record reader', () => {
    let [taken, accepted] = [0, 0];
    fc.assert(
      fc.property(generatedLog, ({ contract, lines }) => {
        const expected = judged(contract, lines);
        taken += takenByScanner(contract, lines);
        accepted += expected.filter((outcome) => typeof outcome !== 'string').length;
        expect(plain(scanned(contract, lines))).toEqual(plain(expected));
      }),
      { numRuns: 2000 },
    );
    // A fair share of what is accepted: the rest looks into nested values, or holds something that is not plain.
    expect(taken / accepted).toBeGreaterThan(0.15);
    expect(taken).toBeGreaterThan(1000);
  });
});

describe('a log of any contract', () => {
  let pool: WorkerPool;
  beforeAll(() => {
    pool = startLogWorkers(1);
  });
  afterAll(() => pool.close());

  const parsed = (contract: Contract, lines: readonly string[]): Promise<ParsedLog> =>
    parseLog(pool, { contract, firstLine: 1, pieces: one(bytesOf(lines)) });

  async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }

  /** The winners, in the order of the table. */
  async function winners(contract: Contract, batches: readonly (readonly string[])[]): Promise<unknown[]> {
    const table: TableDefinition = {
      name: 'silver.things',
      columns: contract.columns,
      sortOrder: contract.key,
      key: contract.key,
    };
    const logs = await Promise.all(batches.map((lines) => parsed(contract, lines)));
    const { state } = await foldLog(pool, { contract, table, parsed: logs, existing: null });
    const rows = state.blocks.map((block) => valuesOfBlocks([block], state.shape));
    return plain(Array.from(new Uint32Array(state.order), (row) => rows[blockOf(row)]![rowInBlock(row)]!));
  }

  /** The largest of each key, found one by one. */
  function expected(contract: Contract, lines: readonly string[]): unknown[] {
    const compare = compareVariants(contract);
    const best = new Map<string, readonly Value[]>();
    for (const values of judged(contract, lines)) {
      if (typeof values === 'string') continue;
      const key = String(values[0]);
      const rival = best.get(key);
      if (rival === undefined || compare(values, rival) > 0) best.set(key, values);
    }
    return plain([...best].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => values));
  }

  it('has the winner of each key, whatever the order, the batches and the repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        generatedLog.chain(({ contract, lines }) =>
          fc.record({
            contract: fc.constant(contract),
            lines: fc.constant(lines),
            shuffled: fc.shuffledSubarray([...lines, ...lines], {
              minLength: 2 * lines.length,
              maxLength: 2 * lines.length,
            }),
            cut: fc.nat(2 * lines.length),
          }),
        ),
        async ({ contract, lines, shuffled, cut }) => {
          const rows = expected(contract, lines);
          expect(await winners(contract, [lines])).toEqual(rows);
          expect(await winners(contract, [shuffled.slice(0, cut), shuffled.slice(cut)])).toEqual(rows);
        },
      ),
      { numRuns: 150 },
    );
  });
});
