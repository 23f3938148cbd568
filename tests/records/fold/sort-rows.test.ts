import { expect, test } from 'vitest';
import { assertAscending } from '../../../src/records/fold/sort-rows.js';

function keys(...texts: string[]): { offsets: Int32Array; bytes: Uint8Array } {
  const ends = texts.map((_, i) => Buffer.byteLength(texts.slice(0, i + 1).join('')));
  return { offsets: Int32Array.from([0, ...ends]), bytes: Buffer.from(texts.join('')) };
}

test('keys that ascend strictly pass the check before writing', () => {
  expect(() => assertAscending(keys('a', 'ab', 'b', '\uffee', '😀'), 'p')).not.toThrow();
  expect(() => assertAscending(keys(), 'p')).not.toThrow();
});

test.each([
  ['a repeated key', ['a', 'b', 'b']],
  ['a key out of order', ['a', 'c', 'b']],
  ['a null key', ['', 'a']],
])('%s stops the run', (_, texts) => {
  expect(() => assertAscending(keys(...texts), 'partition d=1')).toThrow(
    expect.objectContaining({
      code: 'check-failed',
      message: expect.stringContaining('partition d=1') as string,
    }),
  );
});
