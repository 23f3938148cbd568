import { describe, expect, it } from 'vitest';
import { parseCounts } from '../../src/format/counts-text.js';

describe('counts in a column of text', () => {
  it('are read as they were written', () => {
    const counts = { invalid_json: 40, 'ä "b"': 0, replaced: Number.MAX_SAFE_INTEGER };
    expect(parseCounts(JSON.stringify(counts), 'bronze.runs')).toEqual(counts);
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{"a":null}',
    '{"a":"1"}',
    '{"a":-1}',
    '{"a":0.5}',
    '{"a":1e300}',
    '{"__proto__":1}',
    '{"a":{"b":1}}',
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
  ])('are refused with their place when they are anything else: %.20s', (text) => {
    expect(() => parseCounts(text, 'bronze.runs, column rejected_by_reason')).toThrowError(
      expect.objectContaining({
        code: 'corrupt',
        message: expect.stringMatching(/^bronze\.runs, column rejected_by_reason is damaged: /) as string,
      }),
    );
  });
});
