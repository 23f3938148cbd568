// `address.city`, `tags[0]`, `"a.b".c`: where a value stands in a JSON record.

import type { PathStep } from '../../records/field.js';

const STEP = /(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|([^."[\]]+))|\[(\d{1,6})\]/y;

/** The steps of a path; undefined for what is none. */
export function parsePath(text: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  let position = 0;
  while (position < text.length) {
    STEP.lastIndex = position;
    const match = STEP.exec(text);
    if (match === null) return undefined;
    const [, quoted, bare, place] = match;
    if (quoted !== undefined) {
      const key = unquoted(quoted);
      if (key === undefined) return undefined;
      steps.push(key);
    } else steps.push(bare ?? Number(place));
    position = STEP.lastIndex;
  }
  return steps.length === 0 ? undefined : steps;
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}

/** Where the records of a JSON file lie: `data[]`, `result.items[]`, `[]`; undefined for what is none. */
export function parseRecordsPath(text: string): readonly PathStep[] | undefined {
  if (text === '[]') return [];
  return text.endsWith('[]') ? parsePath(text.slice(0, -2)) : undefined;
}
