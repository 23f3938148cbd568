// Sources: files that one of them claims, tables that agree with their contracts and lie as their kind needs.

import type { ColumnDefinition } from '../../../format/table-definition.js';
import { CORRECTIONS } from '../../books/corrections.js';
import { checkContract } from './check-contract.js';
import { checkTable, checkTableName, checkUnique, columnNamed } from './check-tables.js';
import type { Place, Problems } from './problems.js';
import { IS_WINNER } from '../spec/source-tables.js';
import type { LogSpec, SourceSpec } from '../spec/pipeline-spec.js';

/** Says what is wrong with sources. */
export function checkSources(sources: readonly SourceSpec[], problems: Problems): void {
  checkUnique(
    sources.map(({ contract }) => contract.source),
    (i) => ['sources', i, 'contract', 'source'],
    problems,
  );
  sources.forEach((source, i) => {
    checkSource(source, ['sources', i], problems);
    sources.slice(0, i).forEach((other) => {
      problems.expect(
        !claimsSameFiles(source, other),
        ['sources', i, 'contract', 'files'],
        `a file could be of ${other.contract.source} (${pattern(other)}) and of ${source.contract.source} (${pattern(source)}); expected patterns that share none`,
      );
    });
  });
}

function checkSource(source: SourceSpec, place: Place, problems: Problems): void {
  const { kind, contract, table } = source;
  checkContract(contract, [...place, 'contract'], problems);
  checkTable(table, [...place, 'table'], problems);
  checkTableName(source.bronze, [...place, 'bronze'], problems);
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
    contract.format === 'ndjson' || kind === 'extract',
    [...place, 'contract', 'format'],
    `a log is ndjson; found ${contract.format}`,
  );
  problems.expect(
    sameColumns(table.columns, contract.columns),
    [...place, 'table', 'columns'],
    'expected the columns of the contract, in its order',
  );
  problems.expect(
    table.key.join() === contract.key.join(),
    [...place, 'table', 'key'],
    `expected the key of the contract, ${contract.key.join(', ')}, found ${table.key.join(', ') || 'none'}`,
  );
  problems.expect(
    table.sortOrder.join() === table.key.join(),
    [...place, 'table', 'sortOrder'],
    `rows of a source are sorted by their key, ${table.key.join(', ')}; found ${table.sortOrder.join(', ') || 'none'}`,
  );
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

const sameColumns = (a: readonly ColumnDefinition[], b: readonly ColumnDefinition[]): boolean => {
  const facts = (columns: readonly ColumnDefinition[]): string =>
    JSON.stringify(columns.map(({ name, type, required }) => [name, type, required]));
  return facts(a) === facts(b);
};

const pattern = ({ contract: { files } }: SourceSpec): string => `${files.prefix}*.${files.extension}`;

/** Names are `prefix*.extension`, so that two patterns meet where one prefix begins the other and one extension ends the other. */
function claimsSameFiles(
  { contract: { files: a } }: SourceSpec,
  { contract: { files: b } }: SourceSpec,
): boolean {
  const isEnd = (long: string, short: string): boolean => long === short || long.endsWith(`.${short}`);
  const prefixesMeet = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return prefixesMeet && (isEnd(a.extension, b.extension) || isEnd(b.extension, a.extension));
}
