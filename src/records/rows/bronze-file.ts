// A unit of lines as the bronze file that it becomes.

import type { EncodedDataFile } from '../../format/data-file.js';
import { encodeDataFile } from '../../parquet/encode.js';
import type { LineUnit } from '../scan/line-units.js';
import { bronzeTable, type BronzeFacts } from './bronze-rows.js';

/** The bronze file of a unit, encoded on this thread. */
export async function bronzeFile(unit: LineUnit, facts: BronzeFacts): Promise<EncodedDataFile> {
  const file = await encodeDataFile(bronzeTable(unit, facts), facts.schema);
  return { ...file, partition: { ingest_date: facts.ingestDate }, batches: [facts.batchId] };
}
