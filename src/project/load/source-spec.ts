// A source of a project, with its tables, as a source of the machinery.

import type { TableDefinition } from '../../format/table-definition.js';
import type { SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Contract, WinnerStep } from '../../records/contract.js';
import { partitionCall } from '../column-call.js';
import { type FileSourceDocument, isChild, type ProjectDocument, type SourceDocument } from '../document.js';
import { parseRecordsPath } from '../field-path.js';
import type { Problems } from '../problems.js';
import { recordContract } from '../record-contract.js';
import type { YamlText } from '../yaml-text.js';
import { partitionOf } from './model-spec.js';

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
  return Object.entries(sources).flatMap(([source, document]): readonly SourceSpec[] => {
    if (isChild(document)) {
      told.problems.add(
        told.places.placeOf(['sources', source, 'parent']),
        `${source}: tables of nested arrays cannot be made yet; leave the source out, its records stay whole in bronze`,
      );
      return [];
    }
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
  const files = filePattern(document, problem);
  const format = files && formatOf(document, files.extension, problem);
  const children = Object.fromEntries(
    Object.entries(sources).flatMap(([name, child]) =>
      isChild(child) && child.parent === source ? [[name, child] as const] : [],
    ),
  );
  const records = recordContract(
    {
      source,
      document,
      rates,
      places,
      problems,
      isCsv: format === 'csv',
      nulls: document.nulls ?? [],
      zone: document.zone ?? 'UTC',
      parentColumns: [],
    },
    children,
  );
  if (files === undefined || format === undefined) return undefined;
  const key = listOf(document.key);
  const path = recordsPath(document, problem);
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
  };
  const name = `silver.${source}`;
  const call = document.partition === undefined ? undefined : partitionCall(document.partition);
  const table: TableDefinition = {
    name,
    columns: contract.columns,
    ...(call === undefined ? {} : { partition: partitionOf(call) }),
    sortOrder: key,
    key,
    ...(document.kind === 'log' ? { keyIndex: indexOf(document, contract) } : {}),
  };
  const common = { contract, table, bronze: `bronze.${source}` };
  return document.kind === 'log'
    ? { kind: 'log', ...common, conflicts: `silver.${document.conflicts ?? `${source}_conflicts`}` }
    : { kind: 'extract', ...common };
}

type Tell = (key: string, message: string) => void;

/** Text columns by which rows are looked up. */
function indexOf({ index = [] }: FileSourceDocument, { columns, key }: Contract): readonly string[] {
  const texts = columns.filter(({ type }) => type === 'string').map(({ name }) => name);
  const keys = key.length === 1 ? key.filter((column) => texts.includes(column)) : [];
  return [...new Set([...keys, ...index])];
}

const listOf = (names: string | readonly string[] | undefined): readonly string[] =>
  typeof names === 'string' ? [names] : (names ?? []);

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

function filePattern({ files }: FileSourceDocument, problem: Tell): Contract['files'] | undefined {
  const patterns = typeof files === 'string' ? [files] : files;
  const parsed = patterns.map((pattern) => /^([^*?[\]{}/\\]*)\*\.([A-Za-z0-9]+)$/.exec(pattern));
  const [first] = parsed;
  const [, prefix = '', extension = ''] = first ?? [];
  const isOne = parsed.every(
    (each) =>
      each?.[1] === prefix && (each[2] === extension || (extension === 'ndjson' && each[2] === 'jsonl')),
  );
  if (first && isOne) return { prefix, extension: extension === 'jsonl' ? 'ndjson' : extension };
  problem('files', `expected one pattern like orders*.csv, found ${patterns.join(', ')}`);
  return undefined;
}

/** Formats by the extension of a file. */
const FORMATS: Readonly<Record<string, NonNullable<FileSourceDocument['format']>>> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

function formatOf(
  { format, kind, csv }: FileSourceDocument,
  extension: string,
  problem: Tell,
): Contract['format'] | undefined {
  const said = format ?? FORMATS[extension.toLowerCase()];
  if (said === undefined) {
    problem('format', `expected csv, ndjson or json, since the extension ${extension} does not tell`);
    return undefined;
  }
  if (kind === 'log' && said !== 'ndjson')
    problem(
      'kind',
      `a log of ${said} files cannot be read yet: logs are ndjson; an extract may be of any format`,
    );
  if (csv !== undefined && said !== 'csv') problem('csv', `the files are ${said}; expected no csv`);
  if (csv?.header === false) problem('csv', 'a CSV without a header cannot be read yet');
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
