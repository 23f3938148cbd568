// The golden cases: what lies in a data directory, delivery after delivery, and what the lake must make of it.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { Cell } from '../reference/tables.js';

export interface GoldenTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface GoldenCase {
  readonly name: string;
  /** Says what the case is there for. */
  readonly why: string;
  /** Data directories, to be ingested one after the other. */
  readonly batchDirs: readonly string[];
  /** `read`, `accepted` and reasons by source, and rows of some silver tables; empty: not told. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By name without the layer. */
  readonly gold: Readonly<Record<string, GoldenTable>>;
}

const root = fileURLToPath(new URL('.', import.meta.url));

function batchNumber(name: string): number {
  return Number(name.slice('batch-'.length));
}

function readCase(name: string): GoldenCase {
  const dir = join(root, name);
  const expected = JSON.parse(readFileSync(join(dir, 'expected.json'), 'utf8')) as Pick<
    GoldenCase,
    'why' | 'counts' | 'gold'
  >;
  const batches = readdirSync(dir).filter((entry) => entry.startsWith('batch-'));
  batches.sort((a, b) => batchNumber(a) - batchNumber(b));
  return { name, ...expected, batchDirs: batches.map((batch) => join(dir, batch)) };
}

export function goldenCases(): readonly GoldenCase[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .sort()
    .map(readCase);
}
