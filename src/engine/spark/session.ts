// A session on a Spark Connect server: its settings, its temporary views, the results of its queries.
// Message and field numbers: https://github.com/apache/spark/tree/v4.0.1/sql/connect/common/src/main/protobuf

import { randomUUID } from 'node:crypto';
import type { SparkAddress } from './address.js';
import { GrpcChannel } from './grpc.js';
import {
  bytesField,
  bytesOf,
  fieldsOf,
  mapField,
  message,
  numberField,
  textOf,
  type Message,
} from './protobuf.js';

/** Rows that Spark is asked for, as a relation of its plans. */
export type Relation = Message;

/** The rows of a statement in Spark's own SQL. */
export const sqlRelation = (sql: string): Relation => bytesField(10, bytesField(1, sql));

/** The rows of Parquet files of the same columns. */
export const parquetRelation = (urls: readonly string[]): Relation =>
  bytesField(2, bytesField(2, message(bytesField(1, 'parquet'), ...urls.map((url) => bytesField(4, url)))));

/** Named columns of a relation; those with a field id carry it into Parquet files. */
export const selectRelation = (
  rows: Relation,
  columns: readonly { readonly name: string; readonly id?: number }[],
): Relation =>
  bytesField(3, message(bytesField(1, rows), ...columns.map((column) => bytesField(3, columnOf(column)))));

function columnOf({ name, id }: { readonly name: string; readonly id?: number }): Message {
  const value = bytesField(2, bytesField(1, `\`${name.replaceAll('`', '``')}\``));
  if (id === undefined) return value;
  const metadata = JSON.stringify({ 'parquet.field.id': id });
  return bytesField(6, message(bytesField(1, value), bytesField(2, name), bytesField(3, metadata)));
}

/** Where Parquet files are written. */
interface WriteOptions {
  readonly url: string;
  /** Columns that name folders. */
  readonly folders?: readonly string[];
}

interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined;
}

const service = '/spark.connect.SparkConnectService';
const INTERRUPT_OPERATION = 3;
const ERROR_IF_EXISTS = 3;

/** A session; each has views and settings of its own. Failures are GrpcErrors. */
export class SparkSession {
  readonly #channel: GrpcChannel;
  readonly #id = randomUUID();
  readonly #user: Message;

  constructor(address: SparkAddress) {
    this.#channel = new GrpcChannel(address);
    this.#user = bytesField(2, message(bytesField(1, address.user), bytesField(2, address.user)));
  }

  /** The server's version, as it says it. */
  async version(): Promise<string> {
    const [answer] = await this.#ask('AnalyzePlan', bytesField(10, new Uint8Array(0)));
    return textOf(bytesOf(answer, 8), 1) ?? '';
  }

  /** Changes settings of this session. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.#ask('Config', bytesField(3, bytesField(1, mapField(1, settings))));
  }

  /** Settings of this session as they are now; those that the server does not tell are left out. */
  async settings(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const get = message(...names.map((name) => bytesField(1, name)));
    const [answer] = await this.#ask('Config', bytesField(3, bytesField(2, get)));
    const found = new Map<string, string>();
    for (const [field, pair] of fieldsOf(answer ?? message())) {
      if (field !== 2 || !(pair instanceof Uint8Array)) continue;
      const [name, value] = [textOf(pair, 1), textOf(pair, 2)];
      if (name !== undefined && value !== undefined) found.set(name, value);
    }
    return found;
  }

  /** Makes a relation visible as a temporary view, in place of what had the name. */
  async createView(name: string, relation: Relation): Promise<void> {
    const view = message(bytesField(1, relation), bytesField(2, name), numberField(4, 1));
    const plan = bytesField(2, bytesField(3, view));
    for await (const answer of this.#execute(plan, randomUUID(), {})) void answer;
  }

  /** Writes the rows of a relation as Parquet files into a folder that is not there yet. */
  async write(
    relation: Relation,
    { url, folders = [] }: WriteOptions,
    { signal }: ExecuteOptions = {},
  ): Promise<void> {
    const target = message(
      bytesField(1, relation),
      bytesField(2, 'parquet'),
      bytesField(3, url),
      numberField(5, ERROR_IF_EXISTS),
      ...folders.map((name) => bytesField(7, name)),
      mapField(9, { compression: 'zstd' }),
    );
    const operation = randomUUID();
    let isDone = false;
    try {
      for await (const answer of this.#execute(bytesField(2, bytesField(2, target)), operation, { signal }))
        void answer;
      isDone = true;
    } finally {
      if (!isDone) this.#interrupt(operation);
    }
  }

  /** The rows of a relation as Arrow IPC streams; ends the statement when the reader leaves, or by the signal. */
  async *rows(relation: Relation, { signal }: ExecuteOptions = {}): AsyncGenerator<Uint8Array> {
    const operation = randomUUID();
    let isDone = false;
    try {
      for await (const answer of this.#execute(bytesField(1, relation), operation, { signal }))
        for (const [field, value] of fieldsOf(answer)) {
          const ipc = field === 2 && value instanceof Uint8Array ? bytesOf(value, 2) : undefined;
          if (ipc !== undefined) yield ipc;
        }
      isDone = true;
    } finally {
      if (!isDone) this.#interrupt(operation);
    }
  }

  #execute(plan: Message, operation: string, { signal }: ExecuteOptions): AsyncGenerator<Uint8Array> {
    const body = message(
      bytesField(1, this.#id),
      this.#user,
      bytesField(3, plan),
      bytesField(4, 'lake'),
      bytesField(6, operation),
    );
    return this.#channel.call(`${service}/ExecutePlan`, { body, signal });
  }

  /** Tells the server that nobody waits any more; nobody waits for its answer either. It may have ended by itself. */
  #interrupt(operation: string): void {
    const what = message(numberField(4, INTERRUPT_OPERATION), bytesField(6, operation));
    this.#ask('Interrupt', what).catch(() => undefined);
  }

  async #ask(method: string, what: Message): Promise<readonly Uint8Array[]> {
    const body = message(bytesField(1, this.#id), this.#user, what);
    const answers: Uint8Array[] = [];
    for await (const answer of this.#channel.call(`${service}/${method}`, { body })) answers.push(answer);
    return answers;
  }

  /** Ends the session and everything under way in it. */
  async close(): Promise<void> {
    await this.#ask('ReleaseSession', new Uint8Array(0)).catch(() => undefined);
    this.#channel.close();
  }
}
