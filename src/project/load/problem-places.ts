// Where a fault of a specification stands in the files that it was made of.

import type { Place as SpecPlace } from '../../pipeline/define/validate/problems.js';
import type { PipelineSpec, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Place } from '../problems.js';
import type { CheckFile, ModelFile, ProjectFiles } from '../read-project.js';
import type { YamlPath } from '../yaml-text.js';

/** A key of a file's header; the statement's first line where there is no header. */
export function modelPlace({ file, places, firstLine }: ModelFile | CheckFile, path: YamlPath): Place {
  return places?.placeOf(path) ?? { file, line: firstLine, column: 1 };
}

/** The place in the project's files of a place in the specification that was made of them. */
export function placeInProject(place: SpecPlace, spec: PipelineSpec, files: ProjectFiles): Place {
  const [list, at, ...rest] = place;
  const { places } = files;
  if (list === 'sources' && typeof at === 'number')
    return places.placeOf(sourcePlace(spec.sources[at], rest));
  if (list === 'models' && typeof at === 'number') {
    const model = spec.models?.[at];
    const file = files.models.find(({ table }) => table === model?.table.name);
    if (file !== undefined)
      return modelPlace(
        file,
        modelPath(
          rest,
          model?.inputs.map(({ table }) => table),
        ),
      );
  }
  if (list === 'explanations' && typeof rest[0] === 'string') {
    const file = files.models.find(({ table }) => table === rest[0]);
    if (file !== undefined) return modelPlace(file, ['explain', ...rest.slice(2)]);
  }
  if (list === 'checks' && typeof at === 'number') {
    const file = files.checks.find(({ name }) => name === spec.checks?.[at]?.name);
    if (file !== undefined) return modelPlace(file, rest);
  }
  return places.placeOf(place);
}

/** A place in the specification of a source, or of one of its children. */
function sourcePlace(source: SourceSpec | undefined, rest: SpecPlace): YamlPath {
  const { source: name = '', children = [] } = source?.contract ?? {};
  const [part, second, third, ...inner] = rest;
  const ofContract = part === 'contract' && second === 'children';
  const child = children[Number(ofContract ? third : part === 'childTables' ? second : NaN)]?.source;
  if (child === undefined) return ['sources', name, ...sourcePath(rest)];
  return ['sources', child, ...sourcePath(ofContract ? ['contract', ...inner] : ['table', third ?? ''])];
}

/** What of a source's specification which of its keys decides. */
function sourcePath([part, key]: SpecPlace): YamlPath {
  const said =
    part === 'table' ? ['partition', 'key'] : part === 'contract' ? ['files', 'key', 'winner'] : [];
  return typeof key === 'string' && said.includes(key) ? [key] : [];
}

function modelPath([part, ...rest]: SpecPlace, inputs: readonly string[] = []): YamlPath {
  if (part === 'table')
    return rest[0] === 'sortOrder'
      ? ['sort']
      : ['key', 'partition', 'renamed'].includes(String(rest[0]))
        ? [String(rest[0])]
        : [];
  return part === 'inputs' && typeof rest[0] === 'number' ? ['reads', inputs[rest[0]] ?? ''] : [];
}
