// A project's folder as a pipeline: its files, what the engine says of its statements, and the one way to a `Pipeline`.

import { join } from 'node:path';
import { nearMiss } from '../../common/near-miss.js';
import type { StartEngine } from '../../engine/choose-engine.js';
import type { RelationColumns } from '../../engine/query-scans.js';
import { checkNames, limitNames } from '../../pipeline/checks/check-names.js';
import { definePipeline, pipelineProblems } from '../../pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import type { RecordedSettings, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import { settingFaults } from '../named-settings.js';
import { Problems } from '../problems.js';
import { type ProjectFiles, readProject } from '../read-project.js';
import { cachedFacts } from './facts-cache.js';
import { askEngine, type ProjectFacts, type ProjectStatements } from './model-facts.js';
import { referencedTables } from './model-spec.js';
import { placeInProject } from './problem-places.js';
import { projectSpec, statementNames } from './project-spec.js';
import { sourceSettings } from './recorded-sources.js';
import { sourceSpecs } from './source-spec.js';
import { underRecordedSettings } from './under-settings.js';

/** A project that can be run: a pipeline as a part of a lake, and where the project lies. */
export interface Project extends PipelinePart {
  /** Absolute. */
  readonly folder: string;
  /** What is ingested unless paths are given. */
  readonly data: string;
  /** Where the project's lake lies unless another is named. */
  readonly lake: string;
  /** Its files as they are written. */
  readonly files: ProjectFiles;
  /** What the engine says of its statements. */
  readonly facts: ProjectFacts;
}

/** What loading a project may use. */
interface LoadOptions {
  /** The engine that says which tables and columns statements read and give. */
  readonly startEngine: StartEngine;
  /** A folder in which that is kept, so that it is asked only after a change; nowhere unless said. */
  readonly cache?: string;
}

/**
 * Reads a project's folder and makes a pipeline of it.
 * @throws LakeError `not-found` without a `lake.yaml`; `invalid-input` with every fault of every file, by file, line and column
 */
export async function loadProject(folder: string, options: LoadOptions): Promise<Project> {
  const files = await readProject(folder);
  const problems = new Problems();
  const { document, places } = files;
  const sources = sourceSpecs(document, { places, problems });
  for (const { key, message } of settingFaults(document))
    problems.add(places.placeOf(['settings', key]), `settings.${key}: ${message}`);
  problems.throwIfAny(); // without a table every statement that reads it would be wrong, too
  const facts = await projectFacts(files, sources, options);
  tellFaults(facts, files, problems);
  problems.throwIfAny();
  const settings = sourceSettings(files);
  const spec = projectSpec({ files, sources, facts, settings, problems });
  problems.throwIfAny();
  for (const { place, message } of pipelineProblems(spec))
    problems.add(placeInProject(place, spec, files), message);
  problems.throwIfAny();
  const pipeline = definePipeline(spec);
  refuseUnknownNames(pipeline, files, problems);
  problems.throwIfAny();
  return {
    name: document.name,
    folder: files.folder,
    data: join(files.folder, 'data'),
    lake: join(files.folder, 'lake'),
    files,
    facts,
    settings: { defaults: settings, shape: {}, read: () => settings },
    under: (recorded) =>
      isSame(recorded, settings) ? pipeline : underRecordedSettings({ files, facts }, recorded),
  };
}

/** What the engine says of the statements, or said of the same ones before. */
async function projectFacts(
  files: ProjectFiles,
  sources: readonly SourceSpec[],
  { startEngine, cache }: LoadOptions,
): Promise<ProjectFacts> {
  const statements: ProjectStatements = {
    sources: Object.fromEntries(sources.flatMap(readableTables)),
    referenced: Object.assign({}, ...files.models.map(referencedTables)) as Record<string, string>,
    models: files.models.map(({ table, sql, header }) => ({ name: table, sql, key: header.key ?? [] })),
    others: statementNames(files),
  };
  return cachedFacts(cache, statements, async () => {
    const engine = await startEngine();
    try {
      return await askEngine(engine, statements);
    } finally {
      await engine.close();
    }
  });
}

const readableTables = ({
  table,
  childTables = [],
}: SourceSpec): readonly (readonly [string, RelationColumns[string]])[] =>
  [table, ...childTables].map(({ name, columns }) => [name, columns]);

/** Faults of statements, at the lines of their files. */
function tellFaults({ faults }: ProjectFacts, files: ProjectFiles, problems: Problems): void {
  for (const { name, line, column, message } of faults) {
    const file =
      files.models.find(({ table }) => table === name) ??
      files.checks.find((check) => `checks.${check.name}` === name);
    if (file !== undefined)
      problems.add({ file: file.file, line: file.firstLine + line - 1, column }, message);
    else
      problems.add(
        files.places.placeOf(name.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))),
        message,
      );
  }
}

/** A mistyped name of a check or a metric would be a setting without effect. */
function refuseUnknownNames(
  pipeline: Pipeline,
  { document, places }: ProjectFiles,
  problems: Problems,
): void {
  const refuse = (key: 'checks' | 'limits', known: readonly string[]): void => {
    for (const name of Object.keys(document[key] ?? {}).filter((each) => !known.includes(each))) {
      const near = nearMiss(name, known);
      const hint = near === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean ${near}?`;
      problems.add(places.placeOfKey([key, name]), `${key}: there is none of the name ${name}; ${hint}`);
    }
  };
  refuse('checks', checkNames(pipeline));
  refuse('limits', limitNames(pipeline));
}

const isSame = (a: RecordedSettings, b: RecordedSettings): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
