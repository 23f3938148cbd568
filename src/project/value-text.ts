// A value that no person wrote as a text, where one is expected: what a run recorded, what was compiled.

import type { YamlText } from './yaml-text.js';

/** The value as a text whose every part stands at its beginning. */
export function valueText(value: unknown, file: string): YamlText {
  const place = { file, line: 1, column: 1 };
  return { value, placeOf: () => place, placeOfKey: () => place };
}
