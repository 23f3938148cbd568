// What the laws of the machinery ask of a pipeline: the pipeline itself, and deliveries for it.

import type fc from 'fast-check';
import type { Pipeline } from '../../../src/pipeline/define/pipeline.js';
import type { RecordedSettings } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import type { Delivery } from '../../reference/reference.js';
import type { RowTruth } from './truth.js';

/** Runs of files, each in one directory. */
export type Runs = readonly (readonly Delivery[])[];

/** Settings of the smaller test pipelines: which kinds of records their rules accept. */
export interface Acceptance {
  /** Beside those that are accepted always. */
  readonly kinds: readonly string[];
}

/** Under which generated records of the kind `gift` are refused, and under which they are accepted. */
export const acceptance: { readonly strict: Acceptance; readonly lenient: Acceptance } = {
  strict: { kinds: [] },
  lenient: { kinds: ['gift'] },
};

export interface PipelineUnderLaw {
  readonly name: string;
  /** The pipeline under settings. */
  readonly under: (settings: RecordedSettings) => Pipeline;
  /** Settings under which some generated records are refused. */
  readonly strict: RecordedSettings;
  /** Settings under which more are accepted. */
  readonly lenient: RecordedSettings;
  /** Some runs, each with something to read; records of every kind, bad ones among them. */
  readonly deliveries: fc.Arbitrary<Runs>;
  /** Two ways to deliver the same log lines and the same sequences of extracts. */
  readonly twoWays: fc.Arbitrary<readonly [Runs, Runs]>;
  /** Rows of tables as they follow from what was delivered, by table; of tables without one nothing is known. */
  readonly truth?: (runs: Runs, pipeline: Pipeline) => RowTruth;
}
