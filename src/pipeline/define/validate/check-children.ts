// Children of sources: tables made of arrays in the records that stand.

import type { ChildContract, Contract } from '../../../records/contract.js';
import { parentFault } from '../../../records/elements.js';
import type { SourceSpec } from '../spec/pipeline-spec.js';
import { checkContract } from './check-contract.js';
import { checkTableAgrees } from './check-agreement.js';
import type { Place, Problems } from './problems.js';

/** Says what is wrong with the children of a source. */
export function checkChildren(
  { contract, childTables = [] }: SourceSpec,
  place: Place,
  problems: Problems,
): void {
  const { children = [] } = contract;
  problems.expect(
    children.length === childTables.length,
    [...place, 'childTables'],
    `expected a table for each of ${children.length} children, found ${childTables.length}`,
  );
  problems.expect(
    children.length === 0 || contract.format !== 'csv',
    [...place, 'contract', 'children'],
    `records of csv have no arrays; expected no children`,
  );
  children.forEach((child, c) => {
    const at = [...place, 'contract', 'children', c];
    checkContract(child, at, problems);
    checkArray(child, contract, { at, problems });
    checkFields(child, contract, { at, problems });
    const table = childTables[c];
    if (table !== undefined) checkTableAgrees(table, child, [...place, 'childTables', c], problems);
  });
}

interface Told {
  readonly at: Place;
  readonly problems: Problems;
}

/** The array is kept in a column of the parent, whatever stands there. */
function checkArray({ array, children }: ChildContract, parent: Contract, { at, problems }: Told): void {
  const field = parent.fields.find(({ name }) => name === array);
  const isKept =
    field?.type.kind === 'json' &&
    field.from.kind === 'path' &&
    field.default === undefined &&
    parent.columns.some(({ name }) => name === array);
  problems.expect(
    isKept,
    [...at, 'array'],
    `expected a column of ${parent.source} that keeps any JSON, found ${array}`,
  );
  problems.expect(children === undefined, [...at, 'children'], 'a child cannot have children of its own');
}

function checkFields({ fields }: ChildContract, parent: Contract, { at, problems }: Told): void {
  fields.forEach((field, f) => {
    if (field.from.kind !== 'parent') return;
    const fault = parentFault(field, field.from.column, parent);
    if (fault !== undefined) problems.add([...at, 'fields', f, 'from'], fault);
  });
}
