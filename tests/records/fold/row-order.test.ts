import fc from 'fast-check';
import { expect, test } from 'vitest';
import { winnerOrder } from '../../../src/records/fold/row-order.js';
import { RowStore } from '../../../src/records/rows/row-store.js';
import { RowWriter } from '../../../src/records/rows/row-writer.js';
import { compareVariants, sameRecord } from '../../../src/records/winner-order.js';
import type { Value } from '../../../src/records/values/field-reader.js';
import { contract, goodRecord, judgeLine, keyColumn, shape } from '../log-model.js';

const valuesOf = (record: string): readonly Value[] => judgeLine(Buffer.from(record)) as readonly Value[];
const sameKey = goodRecord.map((record) =>
  JSON.stringify({ ...(JSON.parse(record) as object), event_id: 'k' }),
);

test('rows in columns compare as the rules compare their values; as equal only if they agree in every column', () => {
  const compareValues = compareVariants(contract);
  fc.assert(
    fc.property(sameKey.map(valuesOf), sameKey.map(valuesOf), (a, b) => {
      const writer = new RowWriter(shape, keyColumn, 2);
      writer.append(a);
      writer.append(b);
      const compareRows = winnerOrder(contract, new RowStore(shape, keyColumn, [writer.take()]));
      expect(Math.sign(compareRows(0, 1))).toBe(Math.sign(compareValues(a, b)));
      expect(Math.sign(compareRows(1, 0))).toBe(Math.sign(compareValues(b, a)));
      expect(compareRows(0, 1) === 0).toBe(sameRecord(a, b));
    }),
    { numRuns: 3000 },
  );
});
