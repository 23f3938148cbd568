// Sources that are made of an array in the records of another, with their tables.

import { nearMiss } from '../../common/near-miss.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { ChildContract, RecordContract } from '../../records/contract.js';
import type { Field } from '../../records/field.js';
import { partitionCall } from '../column-call.js';
import {
  type ChildSourceDocument,
  type FileSourceDocument,
  isChild,
  type SourceDocument,
} from '../document.js';
import { parsePath } from '../fields/field-path.js';
import type { Problems } from '../problems.js';
import { recordContract } from '../record-contract.js';
import type { FieldContext } from '../fields/field-part.js';
import type { YamlText } from '../yaml-text.js';
import { partitionOf } from './model-spec.js';

type Sources = Readonly<Record<string, SourceDocument>>;

/** A source of a parent, by its name. */
interface NamedChild {
  readonly source: string;
  readonly document: ChildSourceDocument;
}

/** What a child takes from the source that it is made of, and where faults are told. */
type ParentContext = Omit<FieldContext, 'source' | 'document' | 'parent'>;

/** One name or a list as a list. */
export const listOf = (names: string | readonly string[] | undefined): readonly string[] =>
  typeof names === 'string' ? [names] : (names ?? []);

/** The children of a source in the order of the file. */
export const childrenOf = (parent: string, sources: Sources): readonly NamedChild[] =>
  Object.entries(sources).flatMap(([source, document]) =>
    isChild(document) && document.parent === parent ? [{ source, document }] : [],
  );

/** Tells of children whose parent is no source with files. */
export function refuseStrays(
  sources: Sources,
  { places, problems }: { readonly places: YamlText; readonly problems: Problems },
): void {
  for (const [source, document] of Object.entries(sources)) {
    if (!isChild(document)) continue;
    const parent = Object.hasOwn(sources, document.parent) ? sources[document.parent] : undefined;
    const problem = (message: string): void =>
      problems.add(places.placeOf(['sources', source, 'parent']), `${source}.parent: ${message}`);
    if (parent === undefined) {
      const names = Object.keys(sources).filter((name) => name !== source);
      const near = nearMiss(document.parent, names);
      const hint =
        near === undefined ? `there are ${names.join(', ') || 'no others'}` : `did you mean ${near}?`;
      problem(`there is no source ${document.parent}; ${hint}`);
    } else if (isChild(parent))
      problem(
        `${document.parent} is itself made of ${parent.parent}; expected a source with files, since arrays within elements get no table of their own. Keep such an array as a field of the type json`,
      );
  }
}

/** The parent's own field of JSON that has the child's array; undefined where none has. */
function ownField(path: string, parent: FileSourceDocument): string | undefined {
  const steps = JSON.stringify(parsePath(path));
  const found = Object.entries(parent.fields).find(
    ([name, { type, from, default: whenNull }]) =>
      type === 'json' &&
      whenNull === undefined &&
      JSON.stringify(from === undefined ? [name] : parsePath(from)) === steps,
  );
  return found?.[0];
}

/** Fields that the parent needs to keep the arrays of its children: of the child's name, where it has none of its own. */
export function arrayFields(
  children: readonly NamedChild[],
  parent: FileSourceDocument,
  { isCsv, nulls, places, problems }: ParentContext,
): readonly Field[] {
  return children.flatMap(({ source, document }) => {
    const problem = (key: string, message: string): void =>
      problems.add(places.placeOf(['sources', source, key]), `${source}.${key}: ${message}`);
    const names = [parent.fields, parent.dates, parent.convert].flatMap((each) => Object.keys(each ?? {}));
    if (isCsv)
      problem(
        'parent',
        `records of ${document.parent} are rows of a CSV, which have no arrays; expected a source of JSON`,
      );
    const steps = parsePath(document.path);
    if (steps !== undefined && ownField(document.path, parent) !== undefined) return [];
    if (names.includes(source))
      problems.add(
        places.placeOfKey(['sources', source]),
        `${source}: ${document.parent} has a column of that name, in which the array is to be kept; expected another name`,
      );
    if (steps === undefined) {
      problem('path', `expected a path like items or order.items, found "${document.path}"`);
      return [];
    }
    return [arrayField(source, steps, nulls)];
  });
}

/** Takes whatever stands there and refuses no record for it. */
const arrayField = (
  name: string,
  steps: NonNullable<ReturnType<typeof parsePath>>,
  nulls: readonly string[],
): Field => ({
  name,
  from: { kind: 'path', steps },
  type: { kind: 'json' },
  isStrict: false,
  blank: 'null',
  nulls,
  when: [],
  since: [],
  reasons: {},
});

/** The contract and the table of a child. */
export function childSpec(
  { source, document }: NamedChild,
  {
    document: written,
    records: parent,
  }: { readonly document: FileSourceDocument; readonly records: RecordContract },
  context: ParentContext,
): { readonly contract: ChildContract; readonly table: TableDefinition } {
  const records = recordContract({ ...context, source, document, parent });
  const array = ownField(document.path, written) ?? source;
  const contract = { ...records, source, array, key: listOf(document.key) };
  return { contract, table: tableOf(`silver.${source}`, contract, document.partition) };
}

/** The table of a contract's accepted records. */
export function tableOf(
  name: string,
  { columns, key }: Pick<ChildContract, 'columns' | 'key'>,
  partition: string | undefined,
): TableDefinition {
  const call = partition === undefined ? undefined : partitionCall(partition);
  return {
    name,
    columns,
    ...(call === undefined ? {} : { partition: partitionOf(call) }),
    // Rows without a key are told apart by all of their columns.
    sortOrder: key.length > 0 ? key : columns.map(({ name: column }) => column),
    key,
  };
}
