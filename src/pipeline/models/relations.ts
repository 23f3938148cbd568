// Tables as relations of the engine: what is loaded of each, and loading what is missing. One per run.

import type { DataFile } from '../../format/data-file.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Engine } from '../../engine/engine.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { partitionValue } from '../stage/partitions.js';

/** Which partitions of a relation are there: all, or these. */
type Loaded = 'all' | Set<string>;

/** Parquet bytes handed to the engine at once. */
const LOAD_BYTES = 32 << 20;

export class Relations {
  readonly #engine: Engine;
  readonly #tables: StagedTables;
  readonly #loaded = new Map<string, Loaded>();

  constructor(engine: Engine, tables: StagedTables) {
    this.#engine = engine;
    this.#tables = tables;
  }

  /** Makes a table (or these partitions of it) visible under its name, as the run will leave it. */
  async ensure(definition: TableDefinition, partitions: ReadonlySet<string> | 'all'): Promise<void> {
    const loaded = await this.#relation(definition);
    if (loaded === 'all') return;
    const wanted = (await this.#tables.files(definition.name)).filter((file) => {
      const value = partitionValue(definition, file);
      return !loaded.has(value) && (partitions === 'all' || partitions.has(value));
    });
    await this.load(definition.name, definition, wanted);
    if (partitions === 'all') this.#loaded.set(definition.name, 'all');
    else for (const value of partitions) loaded.add(value);
  }

  /** An empty relation of that name, of which every partition counts as loaded. */
  async reset(definition: TableDefinition): Promise<void> {
    await this.#engine.create(definition.name, definition.columns);
    this.#loaded.set(definition.name, 'all');
  }

  /** Says that these partitions of the relation are in place, whatever the files hold. */
  async markLoaded(definition: TableDefinition, partitions: Iterable<string>): Promise<void> {
    const loaded = await this.#relation(definition);
    if (loaded !== 'all') for (const value of partitions) loaded.add(value);
  }

  /** Appends data files to a relation, in portions. */
  async load(relation: string, definition: TableDefinition, files: readonly DataFile[]): Promise<void> {
    const columns = definition.columns.map(({ name }) => name);
    for (const portion of portions(files)) {
      const bytes = await Promise.all(portion.map((file) => this.#tables.read(file)));
      await this.#engine.append(relation, { kind: 'parquet', files: bytes, columns });
    }
  }

  /** Appends a table's data files outside of these partitions to a relation of any name. */
  async loadOthers(
    relation: string,
    definition: TableDefinition,
    except: ReadonlySet<string>,
  ): Promise<void> {
    const files = await this.#tables.files(definition.name);
    await this.load(
      relation,
      definition,
      files.filter((file) => !except.has(partitionValue(definition, file))),
    );
  }

  async #relation(definition: TableDefinition): Promise<Loaded> {
    const loaded = this.#loaded.get(definition.name);
    if (loaded !== undefined) return loaded;
    await this.#engine.create(definition.name, definition.columns);
    const none = new Set<string>();
    this.#loaded.set(definition.name, none);
    return none;
  }
}

function portions(files: readonly DataFile[]): readonly (readonly DataFile[])[] {
  const all: DataFile[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    if (bytes + file.bytes > LOAD_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(file);
    bytes += file.bytes;
  }
  return all;
}
