// What is printed: text that cannot drive a terminal, aligned tables, numbers, CSV, JSON.

import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { csvRecord } from '../../src/common/csv.js';
import { bytes, count, duration, figure } from '../../src/cli/output/figures.js';
import { ingestText } from '../../src/cli/output/reports/ingest.js';
import { writeRows, type NamedRowSet, type RowFormat } from '../../src/cli/output/rows.js';
import { screenOf } from '../../src/cli/output/screen.js';
import { plainStyle } from '../../src/cli/output/style.js';
import { ReaderGone, TextOutput } from '../../src/cli/output/text-output.js';
import { displayWidth, fit, visible, wrap } from '../../src/cli/output/terminal-text.js';
import { textTable } from '../../src/cli/output/text-table.js';
import type { ResultValue } from '../../src/lake/read/row-set.js';

describe('text from data', () => {
  test('controls, bidirectional marks and lone surrogates are spelled out', () => {
    expect(visible('a\u001b[31m\nb\u202ec\ud800\u0085')).toBe('a\\x1b[31m\\nb\\u202ec\\ud800\\u0085');
    expect(visible('Zoë 日本 👩‍💻 👩🏽‍💻 ❤️‍🔥')).toBe('Zoë 日本 👩‍💻 👩🏽‍💻 ❤️‍🔥');
    expect(visible('ab\u200dc\u200d')).toBe('ab\\u200dc\\u200d');
  });

  test('no text leaves a character that could drive a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Control}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['한국', 4],
    ['ﾊﾝ', 2],
  ])('%s takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  test('a cut text is never wider than it may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(displayWidth(fit(visible(text), width))).toBeLessThanOrEqual(width);
      }),
    );
    expect(fit('日本語', 4)).toBe('日…');
  });

  test('wrapping breaks at spaces and loses nothing', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
  });
});

describe('tables', () => {
  test('columns line up whatever the width of the characters, numbers at the right', () => {
    const lines = textTable(
      [{ header: 'name' }, { header: 'rows', align: 'right' }],
      [
        ['日本', '1'],
        ['cafe\u0301', '1,234'],
        ['x\ny', ''],
      ],
    );
    expect(lines).toEqual(['  name   rows', '  日本      1', '  cafe\u0301  1,234', '  x\\ny']);
  });
});

test('where nothing is cut, one long value does not widen every row', () => {
  const columns = [{ header: 'a', alignWidth: 3 }, { header: 'b' }];
  expect(
    textTable(
      columns,
      [
        ['x', '1'],
        ['abcdef', '2'],
      ],
      { indent: 0 },
    ),
  ).toEqual(['a    b', 'x    1', 'abcdef  2']);
});

test('numbers read easily', () => {
  expect([count(1234567), figure('-1234.50'), figure('96 / 819'), figure(null)]).toEqual([
    '1,234,567',
    '-1,234.50',
    '96 / 819',
    '–',
  ]);
  expect([bytes(0), bytes(999), bytes(1000), bytes(999_960), bytes(3.14e9)]).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.0 MB',
    '3.1 GB',
  ]);
  expect([duration(240), duration(9990), duration(125_000), duration(7_800_000)]).toEqual([
    '0.2 s',
    '10 s',
    '2 min 5 s',
    '2 h 10 min',
  ]);
});

test('colour is for terminals that want it', () => {
  const isPlain = (isTTY: boolean, env: Record<string, string>, noColor = false): boolean =>
    screen(isTTY, env, noColor).style.strong('x') === 'x';
  expect(isPlain(true, {})).toBe(false);
  expect([isPlain(false, {}), isPlain(true, { NO_COLOR: '1' }), isPlain(true, { TERM: 'dumb' })]).toEqual([
    true,
    true,
    true,
  ]);
  expect(isPlain(true, {}, true)).toBe(true);
});

const screen = (isTTY: boolean, env: Record<string, string> = {}, noColor = false) =>
  screenOf({ stream: { isTTY, columns: 80 }, env, noColor, key: 'secret' });

describe('a screen', () => {
  test('shows emphasis as codes, and none that came with data', () => {
    const { style, line } = screen(true);
    expect(line(style.strong(`a\u001b[31mb\u001b]0;x\u0007`))).toBe(
      '\u001b[1ma\\x1b[31mb\\x1b]0;x\\x07\u001b[22m',
    );
    expect(line('\u001bother:31mx')).toBe('\\x1bother:31mx');
  });

  test('gives data to programs as it is, and to a terminal spelled out, still JSON and still lines', () => {
    const text = `"\u009b31m \u202e \u007f \u{e0041}"\r\nb\tc\n`;
    expect(screen(false).data(text)).toBe(text);
    const shown = screen(true).data(text);
    expect(shown).toBe('"\\u009b31m \\u202e \\u007f \\udb40\\udc41"\r\nb\\tc\n');
    expect(JSON.parse(shown.split('\r')[0] ?? '')).toBe('\u009b31m \u202e \u007f \u{e0041}');
  });
});

test('on a terminal cells that may be cut are, as far as the line is too long; elsewhere none', () => {
  const columns = [{ header: 'a', maxWidth: 4 }, { header: 'b' }, { header: 'c', maxWidth: 2 }];
  const rows = [['abcdefgh', 'b', 'cdefgh']];
  const at = (width: number): string | undefined =>
    textTable(columns, rows, { indent: 0, style: { ...plainStyle, width } })[1];
  expect([at(Infinity), at(19), at(17), at(13), at(10)]).toEqual([
    'abcdefgh  b  cdefgh',
    'abcdefgh  b  cdefgh',
    'abcdefgh  b  cde…',
    'abcde…  b  c…',
    'abc…  b  c…',
  ]);
});

test('CSV that is safe for spreadsheets has no formula, and every number', () => {
  const cells = [
    '=1+1',
    '+49 123',
    '-2+3',
    '@x',
    '\ty',
    '\rz',
    "'=1",
    'a=b',
    -3,
    '-12.5000',
    '+7',
    '-1e-7',
    '-',
  ];
  expect(csvRecord(cells, { safe: true })).toBe(
    `'=1+1,'+49 123,'-2+3,'@x,'\ty,"'\rz",'=1,a=b,-3,-12.5000,+7,-1e-7,'-\n`,
  );
});

test('CSV tells null from the empty text and quotes what needs it', () => {
  expect(csvRecord([null, '', 'a,b', 'say "x"', 'l1\nl2', 1.5, true, '\u001b'])).toBe(
    ',"","a,b","say ""x""","l1\nl2",1.5,true,\u001b\n',
  );
  expect(csvRecord(['a', null], { crlf: true })).toBe('a,\r\n');
});

function rowSet(rows: readonly (readonly ResultValue[])[]): NamedRowSet {
  async function* read(): AsyncGenerator<readonly ResultValue[]> {
    yield* rows;
    await Promise.resolve();
  }
  const columns = [
    { name: 'a', type: 'VARCHAR' },
    { name: 'a', type: 'BIGINT' },
  ];
  return { snapshot: 3, columns, rows: read() };
}

async function printed(
  rows: readonly (readonly ResultValue[])[],
  format: RowFormat,
  width = Infinity,
): Promise<string> {
  const stream = new PassThrough();
  const output = new TextOutput(stream, screen(false));
  await writeRows(output, rowSet(rows), format, { style: { ...plainStyle, width }, limit: 2, total: 3 });
  await output.flush();
  return String(stream.read() ?? '');
}

describe('rows', () => {
  const rows = [
    ['x\u001b', 1],
    [null, 22],
    ['z', 3],
  ];

  test('JSON is one document with unchanged data', async () => {
    for (const given of [rows, []]) {
      expect(JSON.parse(await printed(given, 'json'))).toEqual({
        snapshot: 3,
        columns: rowSet([]).columns,
        rows: given,
      });
    }
  });

  test('NDJSON is an object for each row, and columns of one name stay apart', async () => {
    expect(await printed(rows.slice(0, 2), 'ndjson')).toBe('{"a":"x\\u001b","a_1":1}\n{"a":null,"a_1":22}\n');
  });

  test('a table shows the first rows, says how many there are, and never holds the others', async () => {
    expect((await printed(rows, 'table')).split('\n')).toEqual([
      'a       a',
      '─────  ──',
      'x\\x1b   1',
      'null   22',
      '',
      '2 of 3 rows (--limit N shows more)',
      '',
    ]);
  });

  test('nested values are JSON, and as cells the text of it', async () => {
    const nested = [[[1, null], { 'x"': ['y'] }]];
    expect(await printed(nested, 'ndjson')).toBe('{"a":[1,null],"a_1":{"x\\"":["y"]}}\n');
    expect((await printed(nested, 'csv')).split(/\r?\n/)[1]).toBe('"[1,null]","{""x\\"""":[""y""]}"');
    expect((await printed(nested, 'table')).split('\n')[2]).toBe('[1,null]  {"x\\"":["y"]}');
  });

  test('on a narrow terminal whole columns go, by name', async () => {
    const [header, , , , , , note] = (await printed(rows, 'table', 6)).split('\n');
    expect(header).toBe('a');
    expect(note).toBe('1 mor…');
  });
});

test('a reader that has gone ends the output', async () => {
  const stream = new PassThrough();
  const output = new TextOutput(stream, screen(false));
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await new Promise(setImmediate);
  await output.write('x');
  await expect(output.flush()).rejects.toBeInstanceOf(ReaderGone);
});

describe('a slow run', () => {
  const textOf = (durationMs: number, engine: string, hasNative = false): readonly string[] =>
    ingestText(
      {
        snapshot: 2,
        parent: 1,
        changed: true,
        batches: [],
        passedOver: [],
        tables: {},
        checks: [],
        durationMs,
        engine,
      },
      { headline: [], firstLook: null, style: plainStyle, isVerbose: false, hasNative },
    );

  test('names the faster engine, in lines that fit a terminal', () => {
    const lines = textOf(60_000, 'duckdb-wasm 1.32.0 (DuckDB v1.4.3)');
    expect(lines.join('\n')).toContain('npm install @duckdb/node-api');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('names it alone to who has it', () => {
    const lines = textOf(60_000, 'duckdb-wasm 1.32.0 (DuckDB v1.4.3)', true).join('\n');
    expect(lines).toContain('--engine native');
    expect(lines).not.toContain('npm install');
  });

  test.each([
    [9_000, 'duckdb-wasm 1.32.0 (DuckDB v1.4.3)'],
    [60_000, 'duckdb-native 1.5.6-r.1 (DuckDB v1.5.6)'],
  ])('of %d ms with %s does not', (durationMs, engine) => {
    expect(textOf(durationMs, engine).join('\n')).not.toContain('npm install');
  });
});
