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

/** What headers say; names of origins and rows that the project does not have are problems at their places. */
export function explanations(files: ExplainedFiles, problems: Problems): Explanations {
  const columns: Record<string, TableExplanation> = {};
  const records: Record<string, readonly Origin[]> = {};
  for (const file of files.models) {
    const named = namesIn(file, files.document, problems);
    const { explain = {}, days, records: ways } = file.header;
    const makings = Object.entries(explain).map(([column, written]) => {
      const making = named.rows(column, written);
      const described = file.header.columns?.[column]?.description;
      const own = making.records && named.origins(['explain', column, 'records'], making.records);
      return [column, columnMaking({ ...making, about: making.about ?? described }, own)] as const;
    });
    if (makings.length > 0)
      columns[file.table] = { ...given({ days }), columns: Object.fromEntries(makings) };
    if (ways !== undefined) records[file.table] = named.origins(['records'], ways);
  }
  return { columns, records };
}

type ExplainedFiles = Pick<ProjectFiles, 'models' | 'document'>;

/** What a header's names of `lake.yaml` stand for. */
function namesIn(file: ModelFile, { origins, rows }: ExplainedFiles['document'], problems: Problems) {
  /** Undefined for a name that is none, which is told. */
  const find = <Named>(
    all: Readonly<Record<string, Named>> = {},
    { name, key, kind, path }: Reference,
  ): Named | undefined => {
    if (Object.hasOwn(all, name)) return all[name];
    const known = Object.keys(all).join(', ') || 'none';
    problems.add(modelPlace(file, path), `${key}: there ${kind} ${name} in lake.yaml; known are ${known}`);
    return undefined;
  };
  return {
    /** Ways to records, by name or as they are. */
    origins: (path: readonly PropertyKey[], written: Written): readonly Origin[] =>
      written.flatMap((each, i): readonly Origin[] => {
        const reference = { key: 'records', kind: 'is no origin', path: [...path, i] };
        const origin = typeof each === 'string' ? find(origins, { ...reference, name: each }) : each;
        return origin === undefined ? [] : [given(origin) as Origin];
      }),

    /** A making with the rows that it names; its own keys go before theirs. */
    rows: (column: string, { rows: name, ...making }: MakingDocument): Omit<MakingDocument, 'rows'> => {
      if (name === undefined) return making;
      const path = ['explain', column, 'rows'];
      const other = (['ratio', 'difference', 'flag'] as const).find((key) => making[key] !== undefined);
      if (other === undefined)
        return { ...find(rows, { name, key: 'rows', kind: 'are no rows', path }), ...making };
      const message = `rows: ${column} is made by ${other}, and so of no rows of its own`;
      problems.add(modelPlace(file, path), message);
      return making;
    },
  };
}

/** A name in a header: the key that holds it, what it is not where there is none, and its place. */
interface Reference {
  readonly name: string;
  readonly key: string;
  readonly kind: string;
  readonly path: readonly PropertyKey[];
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
