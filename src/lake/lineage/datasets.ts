// What a run read and wrote, as OpenLineage datasets: source files, and tables by the folders that they lie in.

import { resolve } from 'node:path';
import type { ColumnStats } from '../../format/stats.js';
import { tableFolder } from '../../format/paths.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { CheckResult } from '../../pipeline/checks/check-results.js';
import type { ReadBatch } from '../../pipeline/read/read-batch.js';
import type { TableWritten } from '../../pipeline/run/summary.js';
import type { ColumnLineage } from '../../pipeline/define/spec/lineage.js';
import type { LakeView } from '../../table/view.js';
import { fullPath } from '../open-storage.js';
import { facet, type Dataset, type Facets, type InputDataset, type OutputDataset } from './events.js';

/** OpenLineage's name for what lies in a file system. */
const FILES = 'file';

/** Where tables are: the lake's folder, and the namespace in which they have their own names (`silver.events`). */
export interface Place {
  readonly location: string;
  readonly namespace: string;
  /** What the pipeline says of its columns. */
  readonly lineage: ColumnLineage;
}

/** The file that a batch came from; what was read of it, unless the lake knew it. */
export function fileRead({ kind, file, batch }: ReadBatch): InputDataset {
  const dataset = { namespace: FILES, name: resolve(file.path) };
  if (kind === 'known') return dataset;
  const read = { rowCount: batch.records, size: batch.bytes, fileCount: 1 };
  return { ...dataset, inputFacets: { inputStatistics: facet('InputStatisticsInputDatasetFacet', read) } };
}

const tableName = ({ location }: Place, table: string): string => fullPath(location, tableFolder(table));

/** A table that the run has nothing to say of but that it was read. */
export function table(place: Place, name: string): Dataset {
  const identifiers = [{ namespace: place.namespace, name, type: 'TABLE' }];
  return {
    namespace: FILES,
    name: tableName(place, name),
    facets: { symlinks: facet('SymlinksDatasetFacet', { identifiers }) },
  };
}

/** A table as the run left it. */
export function tableAt(place: Place, definition: TableDefinition, snapshot: number): Dataset {
  const dataset = table(place, definition.name);
  return { ...dataset, facets: { ...dataset.facets, ...facetsOf(place, definition, snapshot) } };
}

function facetsOf(place: Place, definition: TableDefinition, snapshot: number): Facets {
  const fields = definition.columns.map(({ name, type }, at) => ({ name, type, ordinal_position: at + 1 }));
  const lineage = columnFacet(place, definition);
  return {
    schema: facet('SchemaDatasetFacet', { fields }),
    version: facet('DatasetVersionDatasetFacet', { datasetVersion: String(snapshot) }),
    storage: facet('StorageDatasetFacet', { storageLayer: 'lake', fileFormat: 'parquet' }),
    ...(lineage && { columnLineage: lineage }),
  };
}

/** Undefined for a table that no model makes. */
function columnFacet(place: Place, { name }: TableDefinition): Facets[string] | undefined {
  const lineage = place.lineage[name];
  if (lineage === undefined) return undefined;
  const input = (type: 'DIRECT' | 'INDIRECT') => (column: string) => {
    const [layer, of, field = ''] = column.split('.');
    const transformations = [{ type }];
    return { namespace: FILES, name: tableName(place, `${layer}.${of}`), field, transformations };
  };
  const fields = Object.entries(lineage.columns).map(([column, from]) => [
    column,
    { inputFields: from.map(input('DIRECT')) },
  ]);
  return facet('ColumnLineageDatasetFacet', {
    fields: Object.fromEntries(fields) as Readonly<Record<string, object>>,
    dataset: lineage.rows.map(input('INDIRECT')),
  });
}

/** A table that the run wrote, with what it added. */
export function tableWritten(
  place: Place,
  definition: TableDefinition,
  snapshot: number,
  { rowsAdded, bytesAdded, filesAdded }: TableWritten,
): OutputDataset {
  const written = { rowCount: rowsAdded, size: bytesAdded, fileCount: filesAdded };
  return {
    ...tableAt(place, definition, snapshot),
    outputFacets: { outputStatistics: facet('OutputStatisticsOutputDatasetFacet', written) },
  };
}

/** A table that checks looked at: what they found, and of a published one how many rows and nulls it has. */
export async function tableChecked(
  dataset: Dataset,
  checks: readonly CheckResult[],
  state: Awaited<ReturnType<LakeView['table']>>,
): Promise<InputDataset> {
  const metrics = state === undefined ? undefined : await metricsOf(state);
  return {
    ...dataset,
    inputFacets: {
      dataQualityAssertions: facet('DataQualityAssertionsDatasetFacet', {
        assertions: checks.map(assertionOf),
      }),
      ...(metrics && { dataQualityMetrics: metrics }),
    },
  };
}

function assertionOf({ name, severity, status, value, expected, reason }: CheckResult): object {
  return {
    assertion: name,
    success: status === 'pass',
    severity,
    description: reason,
    expected: String(expected),
    actual: String(value),
  };
}

async function metricsOf(
  state: NonNullable<Awaited<ReturnType<LakeView['table']>>>,
): Promise<Facets[string]> {
  const files = await state.files();
  const nulls = (stats: readonly (ColumnStats | undefined)[]): number =>
    stats.reduce((sum, each) => sum + (each?.nulls ?? 0), 0);
  const columns = state.schema.fields.map(({ id, name }) => [
    name,
    { nullCount: nulls(files.map((file) => file.columns[String(id)])) },
  ]);
  const { rows, bytes } = state.ref;
  return facet('DataQualityMetricsInputDatasetFacet', {
    rowCount: rows,
    bytes,
    fileCount: files.length,
    columnMetrics: Object.fromEntries(columns) as Readonly<Record<string, object>>,
  });
}
