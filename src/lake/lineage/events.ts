// The words of OpenLineage 2-0-2: events of runs, and the facets that are put on them. Nothing here knows a lake.

/** Whoever reads an event finds the program by this; versions of a package are named by package URLs. */
const PRODUCER = 'pkg:npm/lake';

const SPEC = 'https://openlineage.io/spec';

/** Something said about a run, a job or a dataset; `_schemaURL` says in which words. */
export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}

/** Facets by name. */
export type Facets = Readonly<Record<string, Facet>>;

/** A table or a file. */
export interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets?: Facets;
}

/** A dataset that was read. */
export interface InputDataset extends Dataset {
  readonly inputFacets?: Facets;
}

/** A dataset that was written. */
export interface OutputDataset extends Dataset {
  readonly outputFacets?: Facets;
}

/** Where a run stands. */
export type EventType = 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';

/** One event as it is sent. */
export interface RunEvent {
  readonly eventType: EventType;
  /** ISO 8601 in UTC. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets?: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets?: Facets };
  readonly inputs: readonly InputDataset[];
  readonly outputs: readonly OutputDataset[];
}

/** An event without the words that all events share. */
export type RunEventContent = Pick<RunEvent, 'eventType' | 'eventTime' | 'run' | 'job'> &
  Partial<Pick<RunEvent, 'inputs' | 'outputs'>>;

/** The event with those words. */
export function runEvent({ inputs = [], outputs = [], ...content }: RunEventContent): RunEvent {
  const schemaURL = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;
  return { ...content, producer: PRODUCER, schemaURL, inputs, outputs };
}

/** The published versions of the facets that are used. */
const versions = {
  ColumnLineageDatasetFacet: '1-2-0',
  DataQualityAssertionsDatasetFacet: '1-1-0',
  DataQualityMetricsInputDatasetFacet: '1-0-3',
  DatasetVersionDatasetFacet: '1-0-1',
  ErrorMessageRunFacet: '1-0-1',
  InputStatisticsInputDatasetFacet: '1-0-0',
  JobTypeJobFacet: '2-0-4',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
  ParentRunFacet: '1-2-0',
  ProcessingEngineRunFacet: '1-1-1',
  SchemaDatasetFacet: '1-2-0',
  SQLJobFacet: '1-1-0',
  StorageDatasetFacet: '1-0-1',
  SymlinksDatasetFacet: '1-0-1',
} as const;

/** A facet in the published version of its schema. */
export function facet<T extends object>(name: keyof typeof versions, content: T): Facet & T {
  const _schemaURL = `${SPEC}/facets/${versions[name]}/${name}.json#/$defs/${name}`;
  return { _producer: PRODUCER, _schemaURL, ...content };
}
