// Counts by name as they stand in a column of text: JSON that was read back from a lake, and may come from anyone.

import { z } from 'zod';
import { count, recordOf } from './json-shapes.js';
import { parseJson, parseValue } from './metadata.js';

const counts = recordOf(z.string(), count);

/**
 * Counts by name: `{"invalid_json":40}`.
 * @param place what the error names: the table and its column
 * @throws LakeError `corrupt` for text that is no JSON, nests too deep, or holds anything but counts
 */
export function parseCounts(text: string, place: string): Readonly<Record<string, number>> {
  return parseValue(counts, parseJson(new TextEncoder().encode(text), place), place);
}
