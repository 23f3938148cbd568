// Where numbers come from, as the headers of models say it.

import type {
  ColumnMaking,
  Explanations,
  Origin,
  TableExplanation,
} from '../../pipeline/define/spec/explanations.js';
import type { Problems } from '../problems.js';
import type { ModelFile, ProjectFiles } from '../read-project.js';
import type { MakingDocument, OriginDocument } from '../shown-document.js';
import { given } from './given.js';
import { modelPlace } from './problem-places.js';

type Written = readonly (string | OriginDocument)[];

/** What headers say; a name of `records` that is none of the project's `origins` is a problem at its place. */
export function explanations(
  { models, document: { origins = {} } }: Pick<ProjectFiles, 'models' | 'document'>,
  problems: Problems,
): Explanations {
  const originsOf = (file: ModelFile, path: readonly PropertyKey[], written: Written): readonly Origin[] =>
    written.flatMap((each, i): readonly Origin[] => {
      if (typeof each !== 'string') return [given(each) as Origin];
      const named = Object.hasOwn(origins, each) ? origins[each] : undefined;
      if (named !== undefined) return [given(named) as Origin];
      const known = Object.keys(origins).join(', ') || 'none';
      problems.add(
        modelPlace(file, [...path, i]),
        `records: there is no origin ${each} in lake.yaml; known are ${known}`,
      );
      return [];
    });
  const columns: Record<string, TableExplanation> = {};
  const records: Record<string, readonly Origin[]> = {};
  for (const file of models) {
    const { explain = {}, days, records: ways } = file.header;
    const makings = Object.entries(explain).map(([column, making]) => {
      const described = file.header.columns?.[column]?.description;
      const own = making.records && originsOf(file, ['explain', column, 'records'], making.records);
      return [column, columnMaking({ ...making, about: making.about ?? described }, own)] as const;
    });
    if (makings.length > 0)
      columns[file.table] = { ...given({ days }), columns: Object.fromEntries(makings) };
    if (ways !== undefined) records[file.table] = originsOf(file, ['records'], ways);
  }
  return { columns, records };
}

/** Where neither `sum` nor anything else is said, rows are counted. */
function columnMaking(making: MakingDocument, records: readonly Origin[] | undefined): ColumnMaking {
  const { sum, value, of, by, ratio, difference, flag } = making;
  const isOther = [sum, value, ratio, difference, flag].some((each) => each !== undefined);
  const about =
    making.about ??
    (sum === undefined ? `rows of ${of ?? 'the table'}` : `${sum} of ${of ?? 'the table'}, added up`);
  return {
    ...given({ ...making, about, records, by: typeof by === 'string' ? [by] : by }),
    ...given({ count: isOther ? undefined : 'rows' }),
  } as unknown as ColumnMaking;
}
