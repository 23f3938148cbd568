// The reference itself is judged by the golden cases, and by cases of its own where these are silent.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenCases } from '../golden/cases.js';
import type { GoldenCase } from '../golden/cases.js';
import { reference } from './reference.js';
import type { Delivery, ReferenceLake } from './reference.js';

function readDirectory(dir: string): readonly Delivery[] {
  return readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) }));
}

const lakeOf = ({ batchDirs }: GoldenCase): ReferenceLake => reference(batchDirs.map(readDirectory));

describe('golden cases', () => {
  it.each(goldenCases())('$name gives the gold tables: $why', (golden) => {
    const { tables } = lakeOf(golden);
    for (const [table, { rows }] of Object.entries(golden.gold)) {
      expect(tables[`gold.${table}`], table).toEqual(rows);
    }
  });

  it.each(goldenCases().filter(({ counts }) => Object.keys(counts).length > 0))(
    '$name counts what is read, accepted and refused',
    (golden) => {
      const { sources, silver } = lakeOf(golden).counts;
      expect({ ...sources, silver }).toEqual(golden.counts);
    },
  );
});
