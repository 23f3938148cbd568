// A definition as text and back, for readers elsewhere: JSON, in which a whole number beyond a double's is `{"$whole": "…"}`.

import { definePipeline } from './define-pipeline.js';
import type { Pipeline } from './pipeline.js';
import type { PipelineSpec } from './spec/pipeline-spec.js';

/** A pipeline's definition as text. */
export const definitionText = ({ spec }: Pipeline): string =>
  JSON.stringify(spec, (_, value: unknown) =>
    typeof value === 'bigint' ? { $whole: String(value) } : value,
  );

/** The pipeline that such text defines. @throws LakeError `invalid-input` for a definition that is none; SyntaxError for no JSON */
export const pipelineOfText = (text: string): Pipeline =>
  definePipeline(
    JSON.parse(text, (_, value: unknown) => {
      const whole = isWhole(value) ? value.$whole : undefined;
      return whole === undefined ? value : BigInt(whole);
    }) as PipelineSpec,
  );

const isWhole = (value: unknown): value is { readonly $whole: string } =>
  typeof value === 'object' &&
  value !== null &&
  '$whole' in value &&
  typeof value.$whole === 'string' &&
  /^-?\d+$/.test(value.$whole);
