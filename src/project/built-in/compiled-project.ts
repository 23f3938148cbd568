// A project that goes with the program: its folder was read, and the engine asked about it, when the program was built. A
// command then starts without a parser of YAML and without an engine.

import { readFileSync } from 'node:fs';
import { compiledUrl } from '../../common/compiled-url.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart, RowSettings } from '../../pipeline/define/pipeline-part.js';
import type { ProjectFacts } from '../load/model-facts.js';
import type { SpecFiles } from '../load/project-spec.js';
import { type SoundProject, underRecordedSettings } from '../load/under-settings.js';
import { valueText } from '../value-text.js';
import { namedSettings } from '../named-settings.js';

/** What a build writes of a project's folder, as JSON. */
export interface CompiledProject {
  readonly document: SpecFiles['document'];
  readonly models: readonly Omit<SpecFiles['models'][number], 'places'>[];
  readonly checks: readonly Omit<SpecFiles['checks'][number], 'places'>[];
  readonly facts: ProjectFacts;
}

/** The file of a compiled project, below the folder of what was compiled. */
const compiledFile = (name: string): string => `pipelines/${name}.json`;

/** A project that goes with the program, by its name; it is read when something is asked of it. */
export function builtInProject(name: string): PipelinePart {
  let settings: RowSettings | undefined;
  let project: SoundProject | undefined;
  let byDefault: Pipeline | undefined;
  const read = (): SoundProject => (project ??= readCompiled(name));
  const part: PipelinePart = {
    name,
    get settings() {
      return (settings ??= namedSettings(read().files.document));
    },
    under: (recorded) =>
      JSON.stringify(recorded) === JSON.stringify(part.settings.defaults)
        ? (byDefault ??= underRecordedSettings(read(), part.settings.defaults))
        : underRecordedSettings(read(), recorded),
  };
  return part;
}

function readCompiled(name: string): SoundProject {
  const url = compiledUrl(import.meta.url, `../../${compiledFile(name)}`);
  const { document, models, checks, facts } = JSON.parse(readFileSync(url, 'utf8')) as CompiledProject;
  const placed = <T extends object>(file: T): T & { readonly places: undefined } => ({
    ...file,
    places: undefined,
  });
  return {
    files: {
      document,
      places: valueText(document, `${name}/lake.yaml`),
      models: models.map(placed),
      checks: checks.map(placed),
    },
    facts,
  };
}
