// A project's pipeline under settings that decide rows: those of its own files, those that a settings file came to, and those
// that a snapshot recorded, in either form.

import { LakeError } from '../../common/errors.js';
import { definePipeline, pipelineProblems } from '../../pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelineSpec, RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';
import { underNamed } from '../named-settings.js';
import { PROJECT_FILE } from '../find-project.js';
import { Problems } from '../problems.js';
import type { ProjectFacts } from './model-facts.js';
import { type SpecFiles, projectSpec } from './project-spec.js';
import { recordedSources } from './recorded-sources.js';
import { sourceSpecs } from './source-spec.js';

/** Files that are well-formed and go together, and what the engine says of their statements. */
export interface SoundProject {
  readonly files: SpecFiles;
  readonly facts: ProjectFacts;
}

/**
 * The pipeline as settings had it. Sources as they were written give the pipeline of these sources alone, for how records were
 * judged then; everything else is today's.
 * @throws LakeError `invalid-input` for settings that are none of this project
 */
export function underRecordedSettings(project: SoundProject, recorded: RecordedSettings): Pipeline {
  return 'sources' in recorded
    ? underSources(project.files.document.name, recorded)
    : underNamedSettings(project, recorded);
}

function underSources(name: string, recorded: RecordedSettings): Pipeline {
  const problems = new Problems();
  const sources = recordedSources(recorded, problems);
  problems.throwIfAny();
  const spec: PipelineSpec = { name, sources, settings: recorded };
  if (pipelineProblems(spec).length > 0)
    throw new LakeError('invalid-input', `${PROJECT_FILE}: these are no settings of this project.`);
  return definePipeline(spec);
}

function underNamedSettings({ files, facts }: SoundProject, recorded: RecordedSettings): Pipeline {
  const problems = new Problems();
  const { document, settings } = underNamed(files.document, recorded);
  const sources = sourceSpecs(document, { places: files.places, problems });
  problems.throwIfAny();
  const spec = projectSpec({ files: { ...files, document }, sources, facts, settings, problems });
  problems.throwIfAny();
  return definePipeline(spec);
}
