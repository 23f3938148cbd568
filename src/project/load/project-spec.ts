// The specification of a project's pipeline, put together of its files and of what the engine says of them.

import type { PipelineSpec, RecordedSettings, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Problems } from '../problems.js';
import type { CheckFile, ProjectFiles } from '../read-project.js';
import type { ProjectFacts, Statement } from './model-facts.js';
import { modelSpec } from './model-spec.js';
import { boundChecks, charts, explanations, figures, fileChecks, keyChecks } from './shown-spec.js';

/** What a specification is made of. */
export interface SpecParts {
  readonly files: ProjectFiles;
  readonly sources: readonly SourceSpec[];
  readonly facts: ProjectFacts;
  /** Recorded with every run. */
  readonly settings: RecordedSettings;
  readonly problems: Problems;
}

const checkName = ({ name }: CheckFile): string => `checks.${name}`;

/** Checks and figures as statements; their names lead to their places. */
export const statementNames = ({ checks, document }: ProjectFiles): readonly Statement[] => [
  ...checks.map((check) => ({ name: checkName(check), sql: check.sql })),
  ...(document.headline ?? []).map(({ sql }, i) => ({ name: `headline.${i}.sql`, sql })),
];

/** The specification; what does not go together in headers and `lake.yaml` is added to the problems. */
export function projectSpec({ files, sources, facts, settings, problems }: SpecParts): PipelineSpec {
  const { document } = files;
  const models = facts.models.flatMap((known) => {
    const file = files.models.find(({ table }) => table === known.table);
    return file === undefined ? [] : [modelSpec(file, known, problems)];
  });
  const range = rangeTable({ files, sources, problems });
  const tablesOf = (check: CheckFile): readonly string[] =>
    (facts.others[checkName(check)] ?? []).filter((table) => !table.startsWith('run.'));
  const firstLook = models.findLast(({ table }) => table.name.startsWith('gold.')) ?? models.at(-1);
  return {
    name: document.name,
    settings,
    sources,
    models,
    checks: [...keyChecks(models), ...fileChecks(files.checks, tablesOf)],
    ranges: boundChecks(files.models, models),
    ...(range === undefined ? {} : { range }),
    headline: figures(document.headline),
    charts: charts(document.charts, { files, problems }),
    explanations: explanations(files.models),
    ...(firstLook === undefined ? {} : { firstLook: firstLook.table.name }),
  };
}

/** The table of `range: layer.table.column`; the column is the one by whose days its rows lie. */
function rangeTable({
  files: { document, places },
  sources,
  problems,
}: Pick<SpecParts, 'files' | 'sources' | 'problems'>): string | undefined {
  if (document.range === undefined) return undefined;
  const [layer = '', name = '', column = ''] = document.range.split('.');
  const table = `${layer}.${name}`;
  const source = sources.find((each) => each.table.name === table);
  const problem = (message: string): undefined => {
    problems.add(places.placeOf(['range']), `range: ${message}`);
    return undefined;
  };
  if (source === undefined) return problem(`there is no source with the table ${table}`);
  if (source.table.partition?.source !== column)
    return problem(`expected the column by which ${table} is partitioned, found ${column}`);
  return table;
}
