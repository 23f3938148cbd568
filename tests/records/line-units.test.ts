import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { unitLines } from '../../src/records/scan/line-units.js';
import { parseLog, refusedLines, startLogWorkers } from '../../src/records/hot-path.js';
import type { ParsedLog } from '../../src/records/hot-path.js';
import { contract, cutAt, judgeLine, line, valuesOfBlocks } from './log-model.js';

const pool = startLogWorkers(1);
afterAll(() => pool.close());

const parse = (bytes: Buffer, places: readonly number[] = [], firstLine = 1): Promise<ParsedLog> =>
  parseLog(pool, { contract, pieces: cutAt(bytes, places), firstLine });

/** Everything that a parsed log says. */
function facts(parsed: ParsedLog): unknown {
  const { rows, lines, ...counts } = parsed;
  const units = lines.map((unit) => [
    ...[unit.firstLine, unit.lines, unit.reasons],
    ...[Buffer.from(unit.source, 0, unit.bytes).toString('hex'), [...new Uint32Array(unit.starts)]],
    [...new Uint8Array(unit.status)],
  ]);
  return { counts, units, rows: valuesOfBlocks(rows), refused: [...refusedLines(parsed)] };
}

const log = fc
  .tuple(
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r\r\n'))),
    fc.option(line, { nil: Buffer.alloc(0) }),
  )
  .map(([lines, last]) => Buffer.concat([...lines.flatMap(([text, end]) => [text, Buffer.from(end)]), last]));

const good = (id: string): string =>
  `{"event_id":"${id}","event_type":"login","timestamp":"2024-03-05T10:00:00Z","schema_version":1}`;

describe('parsing a log', () => {
  test('does not depend on how its bytes are cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.array(fc.nat(), { maxLength: 8 }), async (bytes, places) => {
        expect(facts(await parse(bytes, places))).toEqual(facts(await parse(bytes)));
      }),
      { numRuns: 150 },
    );
  });

  test('accounts for every line', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (bytes) => {
        const parsed = await parse(bytes);
        const texts = bytes.toString('latin1').split('\n');
        if (texts.at(-1) === '') texts.pop();
        const judged = texts.map((text) => judgeLine(Buffer.from(text, 'latin1')));
        const refused = judged.flatMap((verdict, i) =>
          typeof verdict === 'string' ? [[i + 1, verdict]] : [],
        );
        expect(valuesOfBlocks(parsed.rows)).toEqual(
          judged.filter((verdict) => typeof verdict === 'object' && verdict !== null),
        );
        expect([...refusedLines(parsed)].map(({ lineNumber, reason }) => [lineNumber, reason])).toEqual(
          refused,
        );
        expect(parsed.physicalLines).toBe(texts.length);
        expect(parsed.records).toBe(judged.filter((verdict) => verdict !== null).length);
        expect(parsed.records).toBe(
          parsed.accepted + Object.values(parsed.rejected).reduce((sum, count) => sum + count, 0),
        );
        expect(parsed.unterminatedBytes).toBe(bytes.length - (bytes.lastIndexOf('\n') + 1));
      }),
      { numRuns: 150 },
    );
  });

  test('LF, CR LF and one CR before the end of the file end a line; other CRs are data', async () => {
    const parsed = await parse(
      Buffer.from(`${good('a')}\r\n${good('b')}\n\r\n${good('c')}\r\r\n${good('d\r')}\n${good('e')}\r`),
    );
    expect(valuesOfBlocks(parsed.rows).map(([id]) => id)).toEqual(['a', 'b', 'c', 'e']);
    expect(parsed).toMatchObject({ physicalLines: 6, records: 5, rejected: { invalid_json: 1 } });
  });

  test('a byte order mark is skipped at the start of any line, once', async () => {
    const parsed = await parse(
      Buffer.from(`\ufeff${good('a')}\n\ufeff\n\ufeff${good('b')}\n\ufeff\ufeff${good('c')}\n`),
    );
    expect(parsed).toMatchObject({
      physicalLines: 4,
      records: 3,
      accepted: 2,
      rejected: { invalid_json: 1 },
    });
  });

  test('blank lines are none, however long; other lines over 1 MiB are refused and kept', async () => {
    const pad = (bytes: number): string => good('a').replace('}', `${' '.repeat(bytes - good('a').length)}}`);
    const parsed = await parse(
      Buffer.from(
        `${' '.repeat(3_000_000)}\n${pad(1_048_576)}\r\n${pad(1_048_577)}\n${'x'.repeat(2_000_000)}`,
      ),
    );
    expect(parsed).toMatchObject({
      physicalLines: 4,
      records: 3,
      accepted: 1,
      rejected: { line_too_long: 2 },
    });
    expect([...refusedLines(parsed)].map(({ lineNumber, raw }) => [lineNumber, raw.length])).toEqual([
      [3, 4096],
      [4, 4096],
    ]);
  });

  test('what the quarantine shows is text, cut at 4,096 code points', async () => {
    const parsed = await parse(
      Buffer.concat([Buffer.from('😀'.repeat(5000)), Buffer.from([0x0a, 0x61, 0xff, 0x0d, 0x0a])]),
      [],
      7,
    );
    expect([...refusedLines(parsed)]).toEqual([
      { lineNumber: 7, reason: 'invalid_json', raw: '😀'.repeat(4096) },
      { lineNumber: 8, reason: 'invalid_utf8', raw: 'a\ufffd' },
    ]);
  });

  test('a unit holds a constant number of lines', async () => {
    const parsed = await parse(Buffer.from(`${'{}\n'.repeat(unitLines)}${good('z')}\n`), [1000, 5555]);
    expect(parsed.lines.map(({ firstLine, lines }) => [firstLine, lines])).toEqual([
      [1, unitLines],
      [unitLines + 1, 1],
    ]);
    expect(parsed).toMatchObject({ accepted: 1, rejected: { missing_event_id: unitLines } });
  });

  test('nothing is no line', async () => {
    expect(await parse(Buffer.alloc(0))).toMatchObject({
      bytes: 0,
      physicalLines: 0,
      records: 0,
      rows: [],
      lines: [],
    });
  });

  test('counts fields that the contract does not know', async () => {
    const line = good('a').replace('}', ',"x":1,"y":{}}');
    const field = { records: 2, lineNumber: 1 };
    expect(await parse(Buffer.from(`${line}\n${line}\n`))).toMatchObject({
      accepted: 2,
      unknownFields: [
        { ...field, field: 'x', example: '1' },
        { ...field, field: 'y', example: '{}' },
      ],
      nulledFields: [],
    });
  });

  test('counts values that became null, with the first of them', async () => {
    const other = (value: string): string => `${good('a').slice(0, -1)},"user_id":${value}}`;
    const lines = [good('a'), other('"u"'), other('12345678901234567890'), other('{"id":1}'), other('null')];
    const parsed = await parse(Buffer.from(`${lines.join('\n')}\n`), [], 10);
    const field = { field: 'user_id', records: 2, lineNumber: 12, example: '12345678901234567890' };
    expect(parsed).toMatchObject({ accepted: 5, nulledFields: [field], unknownFields: [] });
  });

  test('counts fields over all of its units, and tells only so many apart', async () => {
    const lines = Array.from({ length: unitLines + 500 }, (_, i) =>
      good('a').replace('}', `,"k${i % 1000}":1}`),
    );
    const { unknownFields } = await parse(Buffer.from(`${lines.join('\n')}\n`));
    expect(unknownFields).toHaveLength(200);
    expect(unknownFields.find(({ field }) => field === 'k7')?.records).toBe(66); // of the first unit; then it is one of the others;
    expect(unknownFields.reduce((sum, { records }) => sum + records, 0)).toBe(lines.length);
  });
});
