// A pipeline as the machinery uses it. There is no other way to one than `definePipeline`, so that whoever has one may
// rely on it: names are unique, what is named is there, models come after their inputs, every table has one role.

import type { TableDefinition } from '../../format/table-definition.js';
import type { ChildContract, Contract } from '../../records/contract.js';
import { bookTables, defaultBookNames, type Books } from '../books/book-tables.js';
import { bronzeTable } from '../books/bronze-lines.js';
import type { CheckedSpec } from './validate/checked-spec.js';
import type { Chart } from './spec/charts.js';
import type { Explanations } from './spec/explanations.js';
import type { Figure } from './spec/headline.js';
import type { ColumnLineage } from './spec/lineage.js';
import { conflictsTable } from './spec/source-tables.js';
import type {
  Check,
  DailySeries,
  Model,
  RangeCheck,
  RecordedSettings,
  RunLog,
  SourceSpec,
} from './spec/pipeline-spec.js';

/** What is made of an array in a source's records: `table` has one row per element of those that stand. */
export interface Child {
  readonly contract: ChildContract;
  readonly table: TableDefinition;
}

/** What every source has. */
interface CommonSource {
  readonly contract: Contract;
  readonly bronze: TableDefinition;
  readonly table: TableDefinition;
  readonly children: readonly Child[];
}

/** A log: all records count; `table` has one row per key, `conflicts` the losing variants beside the winners. */
export interface LogSource extends CommonSource {
  readonly kind: 'log';
  readonly conflicts: TableDefinition;
}

/** A log of lines: they are read as they come, from where a file grew, and bronze keeps their bytes. Files of other logs are read whole. */
interface LineLog extends LogSource {
  readonly contract: Contract & { readonly format: 'ndjson' };
}

/** Whether a source is a log of lines. */
export const isLineLog = (source: Source): source is LineLog => isOfLines(source);

const isOfLines = ({ kind, contract }: Pick<SourceSpec, 'kind' | 'contract'>): boolean =>
  kind === 'log' && contract.format === 'ndjson';

/** An extract: the newest delivery of a key decides. */
export interface ExtractSource extends CommonSource {
  readonly kind: 'extract';
}

/** Where records come from. */
export type Source = LogSource | ExtractSource;

/** What a table is for. Code finds tables by this, never by their names or layers. */
export type TableRole =
  /** What arrived of a source. */
  | { readonly kind: 'bronze'; readonly source: Source }
  /** A source's records, one row per key. */
  | { readonly kind: 'records'; readonly source: Source }
  /** The variants of a log's conflicting keys. */
  | { readonly kind: 'conflicts'; readonly source: LogSource }
  /** The elements of an array in a source's records. */
  | { readonly kind: 'elements'; readonly source: Source; readonly child: Child }
  | { readonly kind: keyof Books }
  | { readonly kind: 'model'; readonly model: Model };

/** A table of a pipeline. */
interface PipelineTable {
  readonly definition: TableDefinition;
  readonly role: TableRole;
}

/** Sources, tables, models and checks that fit together, with what is shown of them. See `definePipeline`. */
export class Pipeline {
  /** As it was written. */
  readonly spec: CheckedSpec;
  /** Snapshots record it: a lake belongs to one pipeline. */
  readonly name: string;
  /** In the order in which their batches are numbered. */
  readonly sources: readonly Source[];
  /** What of the settings decided the contracts; part of every run's summary. */
  readonly settings: RecordedSettings;
  /** The machinery's own tables. */
  readonly books: Books;
  /** In an order in which every model comes after its inputs. */
  readonly models: readonly Model[];
  readonly checks: readonly Check[];
  readonly ranges: readonly RangeCheck[];
  readonly runs: RunLog;
  readonly series: readonly DailySeries[];
  /** Tables whose rows may go in an ingest, since that is good news. */
  readonly mayShrink: readonly string[];
  /** The log's table whose first and last partition `run.event_range` gives; null: there is no such range. */
  readonly range: string | null;
  /** Which columns the models' columns are made of, as far as anybody said. */
  readonly lineage: ColumnLineage;
  /** The figures that say how the business stands, in the order in which they are shown. */
  readonly headline: readonly Figure[];
  /** What reports draw, in the order of the page. */
  readonly charts: readonly Chart[];
  /** Where the numbers come from. */
  readonly explanations: Explanations;
  /** The table that a newcomer should look at first; null: none in particular. */
  readonly firstLook: string | null;
  readonly #tables: ReadonlyMap<string, PipelineTable>;

  /** Call `definePipeline`. */
  constructor(spec: CheckedSpec) {
    const { nulls = [], sums = [], metrics = [] } = spec.runs ?? {};
    this.spec = spec;
    this.name = spec.name;
    this.settings = spec.settings ?? {};
    this.sources = spec.sources.map(sourceOf);
    this.books = bookTables(
      { ...defaultBookNames, ...spec.books },
      {
        counted: [...nulls, ...sums].map(({ column }) => column),
        hasElements: this.sources.some(({ children }) => children.length > 0),
      },
    );
    this.models = spec.models ?? [];
    this.checks = spec.checks ?? [];
    this.ranges = spec.ranges ?? [];
    this.runs = { nulls, sums, metrics };
    this.series = spec.series ?? [];
    this.mayShrink = spec.mayShrink ?? [];
    this.range = spec.range ?? null;
    this.lineage = spec.lineage ?? {};
    this.headline = spec.headline ?? [];
    this.charts = spec.charts ?? [];
    this.explanations = spec.explanations ?? { columns: {}, records: {} };
    this.firstLook = spec.firstLook ?? null;
    this.#tables = new Map(tablesOf(this).map((table) => [table.definition.name, table]));
  }

  /** Every table, in one order. */
  get tables(): readonly PipelineTable[] {
    return [...this.#tables.values()];
  }

  /** The definitions of every table, in the same order. */
  get definitions(): readonly TableDefinition[] {
    return this.tables.map(({ definition }) => definition);
  }

  /** Undefined: the pipeline has no table of that name. */
  table(name: string): PipelineTable | undefined {
    return this.#tables.get(name);
  }

  /** What a table is for; undefined for one that the pipeline does not have. */
  roleOf(name: string): TableRole | undefined {
    return this.#tables.get(name)?.role;
  }

  /**
   * The sources whose records decide a table's rows: its own, those of the tables that it is made of, all for the
   * quarantine. None for what keeps what arrived, whatever the rules: bronze, batches, runs, corrections.
   */
  sourcesBehind(table: string): readonly Source[] {
    const role = this.roleOf(table);
    if (role?.kind === 'records' || role?.kind === 'conflicts' || role?.kind === 'elements')
      return [role.source];
    if (role?.kind === 'quarantine') return this.sources;
    if (role?.kind !== 'model') return [];
    const behind = new Set(role.model.inputs.flatMap((input) => this.sourcesBehind(input.table)));
    return this.sources.filter((source) => behind.has(source));
  }
}

function sourceOf(spec: SourceSpec): Source {
  const { contract, table, childTables = [] } = spec;
  const children = childTables.flatMap((own, i): readonly Child[] => {
    const child = contract.children?.[i];
    return child === undefined ? [] : [{ contract: child, table: own }];
  });
  const keptAs = isOfLines(spec) ? 'lines' : 'records';
  const common = { contract, bronze: bronzeTable(spec.bronze, keptAs), table, children };
  return spec.kind === 'log'
    ? { kind: 'log', ...common, conflicts: conflictsTable(spec.conflicts, table) }
    : { kind: 'extract', ...common };
}

function tablesOf({
  sources,
  books,
  models,
}: Pick<Pipeline, 'sources' | 'books' | 'models'>): readonly PipelineTable[] {
  const book = (kind: keyof Books): PipelineTable => ({ definition: books[kind], role: { kind } });
  return [
    book('batches'),
    book('runs'),
    ...sources.flatMap(tablesOfSource),
    book('corrections'),
    book('quarantine'),
    ...models.map((model): PipelineTable => ({ definition: model.table, role: { kind: 'model', model } })),
  ];
}

function tablesOfSource(source: Source): readonly PipelineTable[] {
  const { bronze, table } = source;
  const own: readonly PipelineTable[] = [
    { definition: bronze, role: { kind: 'bronze', source } },
    { definition: table, role: { kind: 'records', source } },
  ];
  const elements = source.children.map((child): PipelineTable => ({
    definition: child.table,
    role: { kind: 'elements', source, child },
  }));
  if (source.kind === 'extract') return [...own, ...elements];
  return [...own, { definition: source.conflicts, role: { kind: 'conflicts', source } }, ...elements];
}
