// The first and the last day of a snapshot's data: of the table that its pipeline names for that.

import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { noRange, partitionValue, rangeOf, type DateRange } from '../../pipeline/stage/partitions.js';
import type { TableSource } from '../../table/view.js';

/** As `run.event_range` has it; nulls where the table is empty or not there. */
export async function dateRangeIn(view: TableSource, pipeline: Pipeline): Promise<DateRange> {
  const definition = pipeline.table(pipeline.range ?? '')?.definition;
  const state = definition && (await view.table(definition.name));
  if (definition === undefined || state === undefined) return noRange;
  return rangeOf((await state.files()).map((file) => partitionValue(definition, file)));
}
