// Which columns of its inputs each column of a model is made of. The engine says so (tests/pipelines/column-lineage.test.ts
// asks it); column-lineage.json beside this file keeps the answer.

import { readFileSync } from 'node:fs';
import type { ColumnLineage } from '../../pipeline/define/spec/lineage.js';

let kept: ColumnLineage | undefined;

/** The answer as it is kept, read once. */
export function columnLineage(): ColumnLineage {
  kept ??= JSON.parse(
    readFileSync(new URL('./column-lineage.json', import.meta.url), 'utf8'),
  ) as ColumnLineage;
  return kept;
}
