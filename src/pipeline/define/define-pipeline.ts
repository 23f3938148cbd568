// The only way to a pipeline: from what is written to what the machinery uses, or an error that says all that is wrong.

import { declaredChecks, madeCheckNames } from '../checks/check-names.js';
import { checkSpec } from './validate/check-spec.js';
import { Pipeline } from './pipeline.js';
import { specError } from './validate/problems.js';
import type { PipelineSpec } from './spec/pipeline-spec.js';

/**
 * A pipeline that the machinery can carry, every part of it: what it takes, it does right.
 * @throws LakeError `invalid-input` with every fault and its place, like `sources[1].table.key[0]: …`
 */
export function definePipeline(spec: PipelineSpec): Pipeline {
  const pipeline = new Pipeline(checkSpec(spec));
  refuseTakenNames(pipeline);
  return pipeline;
}

/** Checks that the machinery makes have names, too: whoever sets a severity by a name must mean one check. */
function refuseTakenNames(pipeline: Pipeline): void {
  const made = madeCheckNames(pipeline);
  const twice = made.filter((name, i) => made.indexOf(name) !== i);
  const problems = [
    ...declaredChecks(pipeline)
      .filter(({ name }) => made.includes(name))
      .map(({ name, place }) => ({
        place,
        message: `${name} is a check of the machinery; expected another name`,
      })),
    ...twice.map((name) => ({
      place: [],
      message: `two checks of the machinery would be called ${name}; expected other names of sources or tables`,
    })),
  ];
  if (problems.length > 0) throw specError(pipeline.name, problems);
}
