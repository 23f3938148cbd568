// DuckDB-WASM as the engine, on a thread of its own: the caller's thread stays free. It reaches no file: those of a
// relation are read for it, and the columns that are wanted lie in its memory.

import type * as arrow from 'apache-arrow';
import { threadProgram } from '../../common/compiled-url.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import { readIpc } from '../../parquet/ipc.js';
import { duckDbDialect } from '../duckdb-sql.js';
import type {
  Capabilities,
  Engine,
  FilesSource,
  QueryResult,
  RelationFile,
  RelationSource,
  StatementOptions,
} from '../engine.js';
import type { RelationColumns, RelationScan } from '../query-scans.js';
import { inTurn, type Turns } from '../turns.js';
import type { Portion, Rows, StopFlag } from './session.js';
import { EngineThread } from './thread.js';

/** Of the installed package, and the DuckDB that it says it is. */
const versions = { package: '1.32.0', duckDb: 'v1.4.3' };

/** How long a request may take, and how much memory the engine may. */
interface DuckDbWasmOptions {
  /** A request that takes longer is given up, and the engine with it. Ten minutes unless said. */
  readonly timeoutMs?: number;
  /** Memory for relations and for the work on them; about 3.1 GiB unless said, and no more. */
  readonly memoryLimitBytes?: number;
  /** Relations are kept compressed: they take about a quarter of the memory, and longer to make. */
  readonly packs?: boolean | undefined;
}

/** DuckDB's own default of its 4 GiB. */
const DEFAULT_MEMORY_BYTES = 3.1 * 2 ** 30;

/** Parquet bytes handed to the engine at once. */
const LOAD_BYTES = 32 << 20;

/**
 * Starts DuckDB and returns at once; the first request waits until it is there. It has 4 GiB of memory at most and no
 * other place to put data. It cannot reach files, the network, or extensions (Parquet goes through `parquet/`).
 */
export function startDuckDbWasm(options: DuckDbWasmOptions = {}): Engine {
  return new DuckDbWasm(options);
}

class DuckDbWasm implements Engine {
  readonly name = `duckdb-wasm ${versions.package} (DuckDB ${versions.duckDb})`;
  readonly dialect = duckDbDialect;
  readonly capabilities: Capabilities;
  readonly #thread: EngineThread;
  readonly #turns: Turns = inTurn();
  /** What is in memory of relations of files. */
  readonly #loaded = new Map<string, LoadedFiles>();

  constructor({ timeoutMs, memoryLimitBytes, packs }: DuckDbWasmOptions) {
    const memory = memoryLimitBytes ?? DEFAULT_MEMORY_BYTES;
    this.capabilities = {
      readsFiles: false,
      threads: 1,
      memoryLimitBytes: memory,
      spills: false,
      describes: true,
    };
    const program = threadProgram(import.meta.url, './worker.js');
    this.#thread = new EngineThread(program, { memoryLimitBytes, packs }, timeoutMs);
  }

  register(relation: string, source: RelationSource): Promise<void> {
    return this.#turns(async () => {
      if (source.kind === 'files') return this.#load(relation, source);
      this.#loaded.delete(relation);
      if (source.kind === 'select') return this.#thread.ask('show', { relation, sql: source.sql });
      await this.#thread.ask('create', { relation, columns: source.columns });
      for await (const ipc of source.streams) await this.#append(relation, { kind: 'arrow', ipc });
    });
  }

  keep(relation: string, sql: string, options: StatementOptions = {}): Promise<void> {
    return this.#turns(() => {
      this.#loaded.delete(relation);
      return stoppable(options, (flag) => this.#thread.ask('keep', { relation, sql, flag }));
    });
  }

  reset(): Promise<void> {
    return this.#turns(() => {
      this.#loaded.clear();
      return this.#thread.ask('clear', {});
    });
  }

  async query(sql: string, { signal }: StatementOptions = {}): Promise<QueryResult> {
    const flag = stopFlag(signal);
    const first = await this.#turns(() => this.#thread.ask<FirstPortion>('open', { sql, flag }));
    return resultOf(this.#thread, first);
  }

  relationsOf(sql: string): Promise<readonly string[]> {
    return this.#turns(() => this.#thread.ask('relationsOf', { sql }));
  }

  scansOf(sql: string, relations: RelationColumns): Promise<readonly RelationScan[]> {
    return this.#turns(() => this.#thread.ask('scansOf', { sql, relations }));
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  /** Reads the files that are not in memory yet; from nothing when some that are there are not wanted any more. */
  async #load(relation: string, { columns, files, read }: FilesSource): Promise<void> {
    const names = columnsToRead(columns, read);
    const shape = JSON.stringify([columns, names]);
    const wanted = new Set(files.map(({ path }) => path));
    const old = this.#loaded.get(relation);
    const grows = old?.shape === shape && [...old.paths].every((path) => wanted.has(path));
    const loaded = grows ? old : { shape, paths: new Set<string>() };
    this.#loaded.delete(relation); // until it is there
    if (!grows) await this.#thread.ask('create', { relation, columns });
    for (const portion of portions(files.filter(({ path }) => !loaded.paths.has(path)))) {
      const contents = await Promise.all(portion.map((file) => file.read()));
      await this.#append(relation, { kind: 'parquet', files: contents, columns: names });
    }
    for (const path of wanted) loaded.paths.add(path);
    this.#loaded.set(relation, loaded);
  }

  #append(relation: string, rows: Rows): Promise<void> {
    const { moved, transfer } = movable(rows);
    return this.#thread.ask('append', { relation, rows: moved }, transfer);
  }
}

/** Rows that are only counted need some column. */
function columnsToRead(
  columns: readonly ColumnDefinition[],
  read: readonly string[] | undefined,
): readonly string[] {
  const names = columns.map(({ name }) => name);
  const wanted = names.filter((name) => read?.includes(name) !== false);
  return wanted.length > 0 ? wanted : names.slice(0, 1);
}

interface LoadedFiles {
  readonly shape: string;
  readonly paths: Set<string>;
}

function* portions(files: readonly RelationFile[]): Generator<readonly RelationFile[]> {
  let portion: RelationFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (portion.length > 0 && bytes + file.sizeBytes > LOAD_BYTES) {
      yield portion;
      [portion, bytes] = [[], 0];
    }
    portion.push(file);
    bytes += file.sizeBytes;
  }
  if (portion.length > 0) yield portion;
}

// Results

interface FirstPortion {
  readonly result: number;
  readonly portion: Portion;
}

function resultOf(thread: EngineThread, { result, portion: first }: FirstPortion): QueryResult {
  const table = readIpc(first.ipc);
  return {
    schema: table.schema,
    async *[Symbol.asyncIterator](): AsyncGenerator<arrow.RecordBatch> {
      let { batches } = table;
      let { isLast } = first;
      try {
        for (;;) {
          const next = isLast ? undefined : thread.ask<Portion>('fetch', { result });
          next?.catch(() => undefined); // thrown when it is wanted
          yield* batches.filter(({ numRows }) => numRows > 0);
          if (next === undefined) return;
          const portion = await next;
          [batches, isLast] = [readIpc(portion.ipc).batches, portion.isLast];
        }
      } finally {
        if (!isLast) await thread.ask('leave', { result }).catch(() => undefined);
      }
    },
  };
}

// Stopping

/** One for all statements that a signal stops: it is listened to once, however many they are. */
const flags = new WeakMap<AbortSignal, StopFlag>();

/** Memory that the thread looks at while it works, or nothing where nobody will stop it, or a browser shares none. */
function stopFlag(signal: AbortSignal | undefined): StopFlag | undefined {
  if (signal === undefined || typeof SharedArrayBuffer === 'undefined') return undefined;
  const known = flags.get(signal);
  if (known !== undefined) return known;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  flags.set(signal, flag);
  const stop = (): void => void Atomics.store(flag, 0, 1);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return flag;
}

const stoppable = <T>(
  { signal }: StatementOptions,
  work: (flag: StopFlag | undefined) => Promise<T>,
): Promise<T> => work(stopFlag(signal));

// Buffers

/** Rows whose buffers can be moved to another thread: a view of a part of a buffer, or of shared memory, is copied. */
function movable(rows: Rows): { readonly moved: Rows; readonly transfer: readonly ArrayBuffer[] } {
  if (rows.kind === 'arrow') {
    const ipc = alone(rows.ipc);
    return { moved: { ...rows, ipc }, transfer: [ipc.buffer] };
  }
  const files = rows.files.map(alone);
  return { moved: { ...rows, files }, transfer: files.map(({ buffer }) => buffer) };
}

function alone(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const ownsAll = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return ownsAll ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
