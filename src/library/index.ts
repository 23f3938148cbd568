// What the package `lake` gives to programs: open a lake, under the built-in pipeline, one of the program's own, or a project's.

import { LakeError } from '../common/errors.js';
import { openLake as openParts, openProject } from '../lake/open.js';
import type { OpenOptions } from '../lake/open-options.js';
import type { Lake } from '../lake/operations.js';
import type { Pipeline } from '../pipeline/define/pipeline.js';
import type { PipelinePart } from '../pipeline/define/pipeline-part.js';
import type { Project } from '../project/load/load-project.js';

export { isLakeError, LakeError, type ErrorCode, type ErrorDetails } from '../common/errors.js';
export { definePipeline } from '../pipeline/define/define-pipeline.js';
export type { Pipeline } from '../pipeline/define/pipeline.js';
export type {
  Check,
  Model,
  ModelInput,
  PipelineSpec,
  SourceSpec,
  Spread,
} from '../pipeline/define/spec/pipeline-spec.js';
export type { Contract } from '../records/contract.js';
export type { Field } from '../records/field.js';
export type { TableDefinition } from '../format/table-definition.js';
export type { Lake } from '../lake/operations.js';
export type { IngestOptions, IngestReport } from '../lake/ingest/ingest.js';
export type { Project } from '../project/load/load-project.js';

/** Which lake, and what fills it. */
export interface LakeOptions extends Pick<OpenOptions, 'engine' | 'log'> {
  /** The lake's folder; that of the project unless given. Made by the first ingest. */
  readonly location?: string;
  /** A pipeline of the program's own. */
  readonly pipeline?: Pipeline;
  /** A project from `loadProject`; its settings hold, but nothing that starts or sends something. */
  readonly project?: Project;
}

/**
 * A project's folder as a pipeline.
 * @throws LakeError `not-found` without a `lake.yaml`; `invalid-input` with every fault of every file, by file, line and column
 */
export const loadProject = (folder: string): Promise<Project> => openProject(folder);

/**
 * Opens a lake on the local disk. Close it when it is no longer needed.
 * @throws LakeError `invalid-input` without a folder, or with both a pipeline and a project
 */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const { location = options.project?.lake, pipeline, project, ...others } = options;
  if (location === undefined)
    throw new LakeError('invalid-input', 'openLake: expected a location, the folder of the lake.');
  if (pipeline !== undefined && project !== undefined)
    throw new LakeError('invalid-input', 'openLake: expected a pipeline or a project, found both.');
  if (pipeline !== undefined) return openParts({ location, pipeline: partOf(pipeline), ...others });
  if (project === undefined) return openParts({ location, ...others });
  const { projectSettings } = await import('../lake/settings/project-settings.js');
  const { settings, settingsFile, untrusted } = await projectSettings(project, {});
  return openParts({ location, pipeline: project, settings, settingsFile, untrusted, ...others });
}

/** A definition without settings of its own: it is the same under any. */
const partOf = (pipeline: Pipeline): PipelinePart => ({
  name: pipeline.name,
  settings: { defaults: pipeline.settings, shape: {}, read: () => pipeline.settings },
  under: () => pipeline,
});
