// Sources: files that one of them claims, tables that agree with their contracts and lie as their kind needs.

import { patternFault, patternsMeet } from '../../../common/name-pattern.js';
import { CORRECTIONS } from '../../books/corrections.js';
import { checkContract } from './check-contract.js';
import { checkTableAgrees } from './check-agreement.js';
import { checkChildren } from './check-children.js';
import { checkTableName, checkUnique, columnNamed } from './check-tables.js';
import type { Place, Problems } from './problems.js';
import { IS_WINNER } from '../spec/source-tables.js';
import type { LogSpec, SourceSpec } from '../spec/pipeline-spec.js';

/** Says what is wrong with sources. */
export function checkSources(sources: readonly SourceSpec[], problems: Problems): void {
  const children = sources.flatMap(({ contract }, i) =>
    (contract.children ?? []).map((child, c) => ({
      contract: child,
      place: ['sources', i, 'contract', 'children', c, 'source'],
    })),
  );
  checkUnique(
    [...sources, ...children].map(({ contract }) => contract.source),
    (i) => (i < sources.length ? ['sources', i, 'contract', 'source'] : children[i - sources.length]!.place),
    problems,
  );
  sources.forEach((source, i) => {
    checkSource(source, ['sources', i], problems);
    sources
      .slice(0, i)
      .forEach((other) => refuseShared(source, other, ['sources', i, 'contract', 'files'], problems));
  });
}

function checkSource(source: SourceSpec, place: Place, problems: Problems): void {
  const { kind, contract, table } = source;
  checkContract(contract, [...place, 'contract'], problems);
  checkTableAgrees(table, contract, [...place, 'table'], problems);
  checkTableName(source.bronze, [...place, 'bronze'], problems);
  contract.files.forEach((pattern, f) => {
    const fault = patternFault(pattern);
    if (fault !== undefined) problems.add([...place, 'contract', 'files', f], `${pattern}: ${fault}`);
  });
  problems.expect(
    contract.source !== CORRECTIONS,
    [...place, 'contract', 'source'],
    `${CORRECTIONS} is the machinery's own source; expected another name`,
  );
  problems.expect(
    contract.relation === kind,
    [...place, 'contract', 'relation'],
    `expected ${kind}, as the source is, found ${contract.relation}`,
  );
  problems.expect(
    contract.key.length > 0 || kind === 'log',
    [...place, 'contract', 'key'],
    'expected at least one column: of an extract the newest delivery of a key decides. A log does without: its equal records count once',
  );
  checkChildren(source, place, problems);
  if (source.kind === 'log') checkLog(source, place, problems);
}

function checkLog({ table, conflicts }: LogSpec, place: Place, problems: Problems): void {
  checkTableName(conflicts, [...place, 'conflicts'], problems);
  problems.expect(
    columnNamed(table, IS_WINNER) === undefined,
    [...place, 'table', 'columns'],
    `${IS_WINNER} is the machinery's own column of ${conflicts}; expected another name`,
  );
}

/** A file is of one source: no name may be of patterns of two. */
function refuseShared(
  { contract }: SourceSpec,
  { contract: other }: SourceSpec,
  place: Place,
  problems: Problems,
): void {
  for (const pattern of contract.files)
    for (const theirs of other.files)
      if (patternsMeet(pattern, theirs))
        problems.add(
          place,
          `a file could be of ${other.source} (${theirs}) and of ${contract.source} (${pattern}); expected patterns that share none`,
        );
}
