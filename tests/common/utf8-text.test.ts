import { expect, it } from 'vitest';
import { utf8Text } from '../../src/common/utf8-text.js';

it('is what was written, without its mark', () => {
  expect(utf8Text('a file', Buffer.from('\ufeffGrüße, 二\u0000'))).toBe('Grüße, 二\u0000');
});

const wrong: readonly [string, number[]][] = [
  ['a byte of no character', [0x27, 0xff, 0x27]],
  ['half a character at the end', [0x61, 0xc3]],
  ['half of a pair', [0xed, 0xa0, 0x80]],
  ['a letter of Latin 1', [0x67, 0xe4, 0x61]],
];
it.each(wrong)('is not made of %s', (_, bytes) => {
  expect(() => utf8Text('standard input', Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({
      code: 'invalid-input',
      message: 'standard input: expected UTF-8, found other bytes. Save it as UTF-8 and try again.',
    }) as Error,
  );
});
