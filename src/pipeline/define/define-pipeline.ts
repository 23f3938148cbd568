// The only way to a pipeline: from what is written to what the machinery uses, or an error that says all that is wrong.

import { declaredChecks, madeCheckNames } from '../checks/check-names.js';
import { Pipeline } from './pipeline.js';
import type { PipelineSpec } from './spec/pipeline-spec.js';
import { checkSpec, specProblems } from './validate/check-spec.js';
import type { CheckedSpec } from './validate/checked-spec.js';
import { specError, type Problem } from './validate/problems.js';

/**
 * A pipeline that the machinery can carry, every part of it: what it takes, it does right.
 * @throws LakeError `invalid-input` with every fault and its place, like `sources[1].table.key[0]: …`
 */
export function definePipeline(spec: PipelineSpec): Pipeline {
  const pipeline = new Pipeline(checkSpec(spec));
  const taken = takenNames(pipeline);
  if (taken.length > 0) throw specError(pipeline.name, taken);
  return pipeline;
}

/** Every fault for which `definePipeline` would refuse a specification, for those who can say where it was written. */
export function pipelineProblems(spec: PipelineSpec): readonly Problem[] {
  const found = specProblems(spec);
  return found.length > 0 ? found : takenNames(new Pipeline(spec as CheckedSpec));
}

/** Checks that the machinery makes have names, too: whoever sets a severity by a name must mean one check. */
function takenNames(pipeline: Pipeline): readonly Problem[] {
  const made = madeCheckNames(pipeline);
  const twice = made.filter((name, i) => made.indexOf(name) !== i);
  return [
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
}
