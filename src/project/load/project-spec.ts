// The specification of a project's pipeline, put together of its files and of what the engine says of them.

import type { PipelineSpec, RecordedSettings, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Problems } from '../problems.js';
import type { CheckFile, ProjectFiles } from '../read-project.js';
import type { ProjectFacts, Statement } from './model-facts.js';
import { modelSpec } from './model-spec.js';
import { boundChecks, fileChecks, keyChecks, sourceChecks } from './check-spec.js';
import { explanations } from './explanation-spec.js';
import { charts, figures } from './shown-spec.js';
import { dailySeries, runLog, seriesStatement } from './watched-spec.js';

/** The files of a project that say what its pipeline is. */
export type SpecFiles = Pick<ProjectFiles, 'document' | 'places' | 'models' | 'checks'>;

/** What a specification is made of. */
interface SpecParts {
  readonly files: SpecFiles;
  readonly sources: readonly SourceSpec[];
  readonly facts: ProjectFacts;
  /** Recorded with every run. */
  readonly settings: RecordedSettings;
  readonly problems: Problems;
}

const checkName = ({ name }: CheckFile): string => `checks.${name}`;

/** Checks, figures and series as statements; their names lead to their places. */
export const statementNames = ({
  checks,
  document: { headline = [], series = {} },
}: Pick<ProjectFiles, 'checks' | 'document'>): readonly Statement[] => [
  ...checks.map((check) => ({ name: checkName(check), sql: check.sql })),
  ...headline.flatMap(({ sql }, i) => (sql === undefined ? [] : [{ name: `headline.${i}.sql`, sql }])),
  ...Object.entries(series).flatMap(([name, { sql }]) =>
    sql === undefined ? [] : [{ name: seriesStatement(name), sql }],
  ),
];

/** The specification; what does not go together in headers and `lake.yaml` is added to the problems. */
export function projectSpec({ files, sources, facts, settings, problems }: SpecParts): PipelineSpec {
  const { document } = files;
  const models = facts.models.flatMap((known) => {
    const file = files.models.find(({ table }) => table === known.table);
    return file === undefined ? [] : [modelSpec(file, known, problems)];
  });
  const range = rangeTable({ files, sources, problems });
  const tablesOf = (statement: string): readonly string[] =>
    (facts.others[statement] ?? []).filter((table) => !table.startsWith('run.'));
  const ofSources = sourceChecks(document, sources, { places: files.places, problems });
  const last = models.findLast(({ table }) => table.name.startsWith('gold.')) ?? models.at(-1);
  const firstLook = document.first_look ?? last?.table.name;
  return {
    name: document.name,
    settings,
    sources,
    models,
    checks: [
      ...keyChecks(models),
      ...ofSources.checks,
      ...fileChecks(files.checks, (check) => tablesOf(checkName(check))),
    ],
    ranges: [...ofSources.ranges, ...boundChecks(files.models, models)],
    runs: runLog(files, problems),
    series: dailySeries(files, tablesOf, problems),
    mayShrink: files.models.filter(({ header }) => header.may_shrink === true).map(({ table }) => table),
    lineage: Object.fromEntries(facts.models.map(({ table, lineage }) => [table, lineage])),
    ...(range === undefined ? {} : { range }),
    headline: figures(document.headline),
    charts: charts(document.charts),
    explanations: explanations(files, problems),
    ...(firstLook === undefined ? {} : { firstLook }),
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
