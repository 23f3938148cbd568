// A specification that `definePipeline` has looked at: the only thing that a `Pipeline` is made of.

import type { PipelineSpec } from '../spec/pipeline-spec.js';

declare const checked: unique symbol;

/** What the machinery can carry. Only `checkSpec` gives one. */
export type CheckedSpec = PipelineSpec & { readonly [checked]: true };
