// The first and the last day of a snapshot's data: of the table that its pipeline names for that.

import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { noRange, rangeOf, type DateRange } from '../../pipeline/stage/partitions.js';
import type { LakeView } from '../../table/view.js';

/** As `run.event_range` has it; nulls where the table is empty or not there. No manifest is read for it. */
export async function dateRangeIn(view: Pick<LakeView, 'table'>, pipeline: Pipeline): Promise<DateRange> {
  const definition = pipeline.table(pipeline.range ?? '')?.definition;
  const state = definition && (await view.table(definition.name));
  const name = definition?.partition?.name;
  if (name === undefined || state === undefined) return noRange;
  const ranges = state.file.manifests.map(({ partitions }) => partitions[name]);
  return rangeOf(ranges.flatMap((range) => [range?.min ?? [], range?.max ?? []].flat()));
}
