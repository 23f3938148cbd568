// The way back to bronze: every record that arrived under some keys, where it stands, and what became of it.

import type { Pipeline, Source } from '../../pipeline/define/pipeline.js';
import { keyText, type RecordKey } from '../../records/record-key.js';
import type { TableSource } from '../../table/view.js';
import { withRoles } from './bronze-roles.js';
import { searchBronze } from './bronze-search.js';
import type { BronzeRecord } from './found-records.js';

/** What is looked for, and where. */
interface Lookup {
  readonly view: TableSource;
  /** Under the settings that the snapshot's rows were made under. */
  readonly pipeline: Pipeline;
  /** The source's name. */
  readonly source: string;
  readonly keys: readonly RecordKey[];
  readonly signal?: AbortSignal;
}

/**
 * The records of a source under these keys, refused ones included: by key in the order asked for, then as they arrived.
 * Logs are searched as bytes, so a million lines take seconds; ask for all keys at once.
 */
export async function findRecords(lookup: Lookup): Promise<readonly BronzeRecord[]> {
  const { view, pipeline, source, keys, signal } = lookup;
  if (keys.length === 0) return [];
  const definition = sourceNamed(pipeline, source);
  const place = new Map(keys.map((key, at) => [keyText(key), at]));
  const found = await searchBronze({
    view,
    pipeline,
    source: definition,
    wanted: new Set(place.keys()),
    ...(signal && { signal }),
  });
  const placeOf = (key: RecordKey): number => place.get(keyText(key)) ?? 0;
  return withRoles(definition.contract, found).toSorted((a, b) => placeOf(a.key) - placeOf(b.key));
}

function sourceNamed({ sources }: Pipeline, name: string): Source {
  const source = sources.find(({ contract }) => contract.source === name);
  if (source === undefined) throw new Error(`the pipeline has no source ${name}`);
  return source;
}
