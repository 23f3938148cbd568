// Tables as relations of the engine, as the run leaves them: what is shown of each, and where its rows are. One per run.

import type { DataFile } from '../../format/data-file.js';
import type { ColumnDefinition, TableDefinition } from '../../format/table-definition.js';
import type { Engine, RelationFile, FilesSource } from '../../engine/engine.js';
import { partitionValue } from '../stage/partitions.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { held } from './held-names.js';
import type { Extent } from './spread.js';

/** Rows that the run made and the engine holds. */
interface MadeRows {
  readonly relation: string;
  /** Whether all rows of a partition are among them. */
  readonly covers: (partition: string) => boolean;
}

/** What is shown of a table under its name. */
interface Shown {
  readonly made?: MadeRows;
  /** Of the files that are shown beside what was made; they only grow in number. */
  readonly paths: ReadonlySet<string>;
  /** The relation is there as this says. */
  readonly isCurrent: boolean;
}

const nothing: Shown = { paths: new Set(), isCurrent: false };

/** Nothing beyond what is shown already. */
export const noMore: Extent = () => false;

/**
 * A run's tables in the engine: shows partitions of them on demand, each file once, with the rows that the run made.
 */
export class Relations {
  readonly #engine: Engine;
  readonly #tables: StagedTables;
  readonly #shown = new Map<string, Shown>();

  constructor(engine: Engine, tables: StagedTables) {
    this.#engine = engine;
    this.#tables = tables;
  }

  /** Shows a table under its name: what the run made of it, what was shown before, and these partitions. */
  async show(definition: TableDefinition, extent: Extent): Promise<void> {
    const shown = this.#shown.get(definition.name) ?? nothing;
    const files = (await this.#filesOf(definition, shown.made)).filter(
      (file) => extent === 'all' || shown.paths.has(file.path) || extent(partitionValue(definition, file)),
    );
    const paths = new Set(files.map(({ path }) => path));
    if (shown.isCurrent && paths.size === shown.paths.size) return;
    await this.#register(definition, shown.made, this.filesSource(files, definition.columns));
    this.#shown.set(definition.name, { ...shown, paths, isCurrent: true });
  }

  /** Gives what is shown of a table another name. */
  showAs({ name, columns }: TableDefinition, as: string): Promise<void> {
    return this.#engine.register(as, { kind: 'select', sql: unionOf(this.#engine, columns, [name]) });
  }

  /** Says that `relation` holds the rows of some partitions as the run leaves them, whatever the files hold. */
  replace(definition: TableDefinition, relation: string, covers: Extent): void {
    const { paths } = this.#shown.get(definition.name) ?? nothing;
    const made = { relation, covers: covers === 'all' ? () => true : covers };
    this.#shown.set(definition.name, { made, paths, isCurrent: false });
  }

  /** Data files as the rows of a relation. */
  filesSource(files: readonly DataFile[], columns: readonly ColumnDefinition[]): FilesSource {
    const file = (each: DataFile): RelationFile => ({
      path: each.path,
      sizeBytes: each.bytes,
      read: () => this.#tables.read(each),
      locate: () => this.#tables.locate(each),
    });
    return { kind: 'files', columns, files: files.map(file) };
  }

  async #filesOf({ name }: TableDefinition, made: MadeRows | undefined): Promise<readonly DataFile[]> {
    if (made === undefined) return this.#tables.files(name);
    const definition = this.#tables.definition(name);
    const before = await this.#tables.filesBefore(name);
    return before.filter((file) => !made.covers(partitionValue(definition, file)));
  }

  async #register(
    { name, columns }: TableDefinition,
    made: MadeRows | undefined,
    files: FilesSource,
  ): Promise<void> {
    if (made === undefined) return this.#engine.register(name, files);
    const parts = [made.relation];
    if (files.files.length > 0) {
      const rest = held(name, 'rest');
      await this.#engine.register(rest, files);
      parts.push(rest);
    }
    await this.#engine.register(name, { kind: 'select', sql: unionOf(this.#engine, columns, parts) });
  }
}

/** The rows of relations of the same columns, one after the other. */
export function unionOf(
  { dialect }: Engine,
  columns: readonly Pick<ColumnDefinition, 'name'>[],
  relations: readonly string[],
): string {
  const names = columns.map(({ name }) => dialect.quoted(name)).join(', ');
  return relations
    .map((relation) => `SELECT ${names} FROM ${dialect.relation(relation)}`)
    .join(' UNION ALL ');
}
