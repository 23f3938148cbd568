// A source of a project, with its tables, as a source of the machinery.

import { extensionOf, patternFault } from '../../common/name-pattern.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Contract, WinnerStep } from '../../records/contract.js';
import { type FileSourceDocument, isChild, type ProjectDocument, type SourceDocument } from '../document.js';
import { parseRecordsPath } from '../fields/field-path.js';
import type { Problems } from '../problems.js';
import { recordContract } from '../record-contract.js';
import type { YamlText } from '../yaml-text.js';
import { arrayFields, childrenOf, childSpec, listOf, refuseStrays, tableOf } from './child-spec.js';

/** Where faults are told. */
interface Told {
  readonly places: YamlText;
  readonly problems: Problems;
}

/** The sources of a project, in its order. What the machinery cannot carry is a fault at its key. */
export function sourceSpecs(
  { sources, rates = {} }: Pick<ProjectDocument, 'sources' | 'rates'>,
  told: Told,
): readonly SourceSpec[] {
  refuseStrays(sources, told);
  return Object.entries(sources).flatMap(([source, document]): readonly SourceSpec[] => {
    if (isChild(document)) return [];
    const spec = sourceSpec(source, document, { rates, sources, told });
    return spec === undefined ? [] : [spec];
  });
}

interface Surroundings {
  readonly rates: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<string, SourceDocument>>;
  readonly told: Told;
}

function sourceSpec(
  source: string,
  document: FileSourceDocument,
  { rates, sources, told: { places, problems } }: Surroundings,
): SourceSpec | undefined {
  const problem = (key: string, message: string): void =>
    problems.add(places.placeOf(['sources', source, key]), `${source}.${key}: ${message}`);
  const files = filePatterns(document, problem);
  const format = files && formatOf(document, problem);
  const common = {
    rates,
    places,
    problems,
    isCsv: format === 'csv',
    nulls: document.nulls ?? [],
    zone: document.zone ?? 'UTC',
    unknown: document.unknown ?? 'keep',
  };
  const children = childrenOf(source, sources);
  const records = recordContract({ ...common, source, document }, arrayFields(children, document, common));
  if (files === undefined || format === undefined) return undefined;
  const key = listOf(document.key);
  const path = recordsPath(document, problem);
  const made = children.map((child) => childSpec(child, { document, records }, common));
  const contract: Contract = {
    ...records,
    source,
    relation: document.kind,
    format,
    files,
    key,
    ...(path === undefined ? {} : { records: path }),
    winner: winnerOf(
      document,
      records.fields.map((field) => field.name),
    ),
    ...(made.length === 0 ? {} : { children: made.map(({ contract: child }) => child) }),
  };
  const name = `silver.${source}`;
  const table: TableDefinition = {
    ...tableOf(name, contract, document.partition),
    ...(document.kind === 'log' ? { keyIndex: indexOf(document, contract) } : {}),
  };
  const tables = {
    contract,
    table,
    bronze: `bronze.${source}`,
    ...(made.length === 0 ? {} : { childTables: made.map((child) => child.table) }),
  };
  return document.kind === 'log'
    ? { kind: 'log', ...tables, conflicts: `silver.${document.conflicts ?? `${source}_conflicts`}` }
    : { kind: 'extract', ...tables };
}

type Tell = (key: string, message: string) => void;

/** Text columns by which rows are looked up. */
function indexOf({ index = [] }: FileSourceDocument, { columns, key }: Contract): readonly string[] {
  const texts = columns.filter(({ type }) => type === 'string').map(({ name }) => name);
  const keys = key.length === 1 ? key.filter((column) => texts.includes(column)) : [];
  return [...new Set([...keys, ...index])];
}

/** As it is written; then all other fields in their order: what is made of them cannot differ where they are equal. */
function winnerOf(
  { winner = [], key }: FileSourceDocument,
  fields: readonly string[],
): readonly WinnerStep[] {
  const written = winner.map((step): WinnerStep => {
    const [, has] = /^has (.*)$/.exec(step) ?? [];
    return has === undefined ? { column: step } : { has };
  });
  const said = new Set([
    ...listOf(key),
    ...written.flatMap((step) => ('column' in step ? [step.column] : [])),
  ]);
  return [...written, ...fields.filter((name) => !said.has(name)).map((column) => ({ column }))];
}

/** The patterns of a source's files; undefined where one is none. */
function filePatterns({ files }: FileSourceDocument, problem: Tell): readonly string[] | undefined {
  const faults = listOf(files).flatMap((pattern) => {
    const fault = patternFault(pattern);
    return fault === undefined ? [] : [`${fault}; found ${pattern}`];
  });
  for (const fault of faults) problem('files', `expected patterns like orders*.csv: ${fault}`);
  return faults.length === 0 ? listOf(files) : undefined;
}

/** Formats by the extension of a file. */
const FORMATS: Readonly<Record<string, NonNullable<FileSourceDocument['format']>>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

function formatOf({ format, csv, files }: FileSourceDocument, problem: Tell): Contract['format'] | undefined {
  const told = listOf(files).map((pattern) => FORMATS[extensionOf(pattern) ?? '']);
  const said = format ?? told[0];
  if (said === undefined || (format === undefined && told.some((each) => each !== said))) {
    const names = listOf(files).join(', ');
    problem('format', `expected csv, ndjson or json to be said, since ${names} does not tell one of them`);
    return undefined;
  }
  if (csv !== undefined && said !== 'csv') problem('csv', `the files are ${said}; expected no csv`);
  return said === 'json' ? 'json-array' : said;
}

/** Keys that lead to the array of records in a JSON file. */
function recordsPath({ records }: FileSourceDocument, problem: Tell): readonly string[] | undefined {
  if (records === undefined) return undefined;
  const steps = parseRecordsPath(records);
  const keys = steps?.filter((step) => typeof step === 'string');
  if (keys !== undefined && keys.length === steps?.length) return keys.length === 0 ? undefined : keys;
  problem('records', `expected a path of keys like data[] or result.items[], found ${records}`);
  return undefined;
}
