// What a run commits of the tables that it made: which of them changed, and under which rules and models their rows are.

import { createHash } from 'node:crypto';
import { contractHash } from '../../records/contract-hash.js';
import type { TableChange, TableRead } from '../../table/commit.js';
import type { LakeView } from '../../table/view.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import type { Staged } from './staged-table.js';

/** The changes of a commit. `fingerprintOf` is asked for the models that made their tables in this run. */
export function changesOf(
  tables: readonly Staged[],
  pipeline: Pipeline,
  fingerprintOf: (model: Model) => Promise<string>,
): Promise<readonly TableChange[]> {
  const changed = tables.map((table) => ({ table, contract: contractBehind(table, pipeline) }));
  return Promise.all(
    changed
      .filter(({ table, contract }) => isTouched(table) || isOther(contract, table))
      .map(
        async ({ table: { definition, removed, added, model, state }, contract = state?.file.contract }) => {
          const isOfElements = pipeline.roleOf(definition.name)?.kind === 'elements';
          const before = isOfElements ? OF_ELEMENTS : state?.file.fingerprint;
          const fingerprint = model === undefined ? before : await fingerprintOf(model);
          return {
            definition,
            removed: [...removed],
            added,
            ...(contract !== undefined && { contract }),
            ...(fingerprint !== undefined && { fingerprint }),
          };
        },
      ),
  );
}

/** What tables of elements have in place of a model's fingerprint: they are made of other tables, too. */
const OF_ELEMENTS = 'elements';

/** Tables of the base that were made of others and that nothing makes any more: they leave the snapshot. */
export async function abandonedTables(base: LakeView | null, pipeline: Pipeline): Promise<readonly string[]> {
  if (base === null) return [];
  const others = base.tables.filter((name) => pipeline.table(name) === undefined);
  const states = await Promise.all(others.map((name) => base.table(name)));
  return others.filter((_, i) => states[i]?.file.fingerprint !== undefined);
}

/** A table that is new, or whose files or origin changed. */
const isTouched = ({ state, partitions, model }: Staged): boolean =>
  state === undefined || partitions.size > 0 || model !== undefined;

/** A table that came out as it was, under other rules: it says so, or the next run would refuse it. */
const isOther = (contract: string | undefined, { state }: Staged): boolean =>
  contract !== undefined && contract !== state?.file.contract;

/** The rules and settings behind a table's rows: of its source, or of all sources that it is made of. */
function contractBehind({ definition }: Staged, pipeline: Pipeline): string | undefined {
  const hashes = pipeline.sourcesBehind(definition.name).map(({ contract }) => contractHash(contract));
  if (hashes.length === 0) return undefined;
  return hashes.length === 1 ? hashes[0] : createHash('sha256').update(hashes.join()).digest('hex');
}

/** Everything but the raw records: other writers may merge their files meanwhile. */
export function readsOf(tables: readonly string[], { sources }: Pipeline): readonly TableRead[] {
  const raw = new Set(sources.map(({ bronze }) => bronze.name));
  return tables.filter((table) => !raw.has(table)).map((table) => ({ table }));
}
