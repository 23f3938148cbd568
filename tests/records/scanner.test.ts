import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineStatus, UnitCutter } from '../../src/records/scan/line-units.js';
import { UnitReader } from '../../src/records/scan/read-unit.js';
import { compileScanner } from '../../src/records/scan/scanner.js';
import { RowWriter } from '../../src/records/rows/row-writer.js';
import { recordReader } from '../../src/records/record-reader.js';
import type { Value } from '../../src/records/values/field-reader.js';
import { parseRawJson } from '../../src/records/values/raw-value.js';
import { plainConverter, plainTimestamp } from '../../src/records/values/plain-values.js';
import { convert, parseTimestamp } from '../../src/records/values/values.js';
import { contract, judgeLine, keyColumn, line, shape, valuesOfBlocks } from './log-model.js';
import { eventsContract, defaultSettings } from '../pipelines/built-in-saas.js';

const reader = new UnitReader(contract);

/** What the reader makes of one line: null, a reason, or values. */
function readLine(bytes: Buffer): null | string | readonly Value[] {
  const cutter = new UnitCutter(1);
  const units = [...cutter.push(bytes), ...cutter.end()];
  const unit = units[0];
  if (unit === undefined) return null;
  const { status, reasons, block } = reader.read(unit);
  const [code = 0] = new Uint8Array(status);
  if (code === lineStatus.blank) return null;
  return reasons[code - lineStatus.refusedFrom] ?? valuesOfBlocks([block])[0]!;
}

const writer = new RowWriter(shape, keyColumn);
const scan = compileScanner(contract, writer);

function scanned(text: string): readonly Value[] | null {
  const bytes = Buffer.from(`${text}\n`);
  return scan(bytes, 0, bytes.length - 1) ? valuesOfBlocks([writer.take()])[0]! : null;
}

describe('the scanner', () => {
  test('with the rules behind it reads every line as the rules alone do', () => {
    fc.assert(
      fc.property(line, (bytes) => {
        expect(readLine(bytes)).toEqual(judgeLine(bytes));
      }),
      { numRuns: 8000 },
    );
  });

  test('takes a good share of plain lines itself, and then as the rules would', () => {
    const rules = recordReader(contract);
    let taken = 0;
    fc.assert(
      fc.property(line, (bytes) => {
        const values = scanned(bytes.toString());
        if (values === null) return;
        taken++;
        const outcome = rules(parseRawJson(bytes.toString()));
        expect(outcome).toMatchObject({ ok: true, values, unknownFields: [], nulledFields: [] });
      }),
      { numRuns: 8000 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  test.each([
    [
      '{"event_id": "a", "user_id": "u", "event_type": "login", "timestamp": "2024-03-04T09:00:00Z", "schema_version": 1}',
    ],
    [
      '{"event_id":"a","event_type":"purchase","timestamp":"2024-03-04 09:00:00.25","schema_version":2,"amount":49.99,"currency":"EUR","tax":4.0}',
    ],
    [
      '{"schema_version":1,"event_id":"a","user_id":null,"event_type":"refund","timestamp":"2024-03-04T09:00:00","amount":5,"refers_to_event_id":"b"}',
    ],
  ])('takes the plain line %s', (text) => {
    expect(scanned(text)).toEqual(judgeLine(Buffer.from(text)));
  });

  test('leaves what the settings narrow to the rules', () => {
    const narrow = eventsContract({
      ...defaultSettings,
      eventDates: { from: '2024-03-05', to: '2024-03-05' },
    });
    const other = new RowWriter(shape, keyColumn);
    const scanNarrow = compileScanner(narrow, other);
    const at = (time: string): boolean => {
      const bytes = Buffer.from(
        `{"event_id":"a","event_type":"login","timestamp":"${time}","schema_version":1}\n`,
      );
      return scanNarrow(bytes, 0, bytes.length - 1);
    };
    expect(at('2024-03-05T00:00:00Z')).toBe(true);
    expect(at('2024-03-05T23:59:59.999999Z')).toBe(true);
    expect(at('2024-03-06T00:00:00Z')).toBe(false);
    expect(at('2024-03-04T23:59:59Z')).toBe(false);
  });
});

describe('plain values', () => {
  test('every day of a century is the day that the rules read', () => {
    for (let day = Date.UTC(2000, 0, 1); day < Date.UTC(2100, 0, 1); day += 86_400_000) {
      const text = new Date(day).toISOString();
      expect(plainTimestamp(Buffer.from(text), 0, text.length)).toBe(parseTimestamp(text));
    }
  });

  test('money converts exactly or not at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...Object.values(defaultSettings.rates), 1e-7, 100, 0.333333),
          fc.double({ min: 1e-6, max: 100, noNaN: true }),
        ),
        fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 999_999_999_999_999 })),
        (rate, scaled) => {
          const converted = plainConverter(rate)(scaled);
          if (!Number.isNaN(converted)) expect(BigInt(converted)).toBe(convert(BigInt(scaled), rate));
        },
      ),
      { numRuns: 5000 },
    );
  });
});
