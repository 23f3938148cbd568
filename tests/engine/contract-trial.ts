// An engine on trial: started, asked, ended.

import type * as arrow from 'apache-arrow';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { LakeError } from '../../src/common/errors.js';
import { isLakeError } from '../../src/common/errors.js';
import type { Engine, RelationFile, RelationSource } from '../../src/engine/engine.js';
import { readResult } from '../../src/engine/read-result.js';
import { encodeParquet } from '../../src/parquet/file.js';
import { columns, cellsOf } from './contract-rows.js';

export interface EngineLimits {
  readonly memoryLimitBytes?: number;
}

/** A new engine, started for a suite. */
export type StartEngine = (limits?: EngineLimits) => Engine | Promise<Engine>;

/** An engine that is tried, and what its tests ask of it. */
export type Trial = ReturnType<typeof trialOf>;

/** Starts an engine before the tests of a suite, and ends it after them. */
export function trialOf(start: StartEngine) {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });
  const folder = mkdtempSync(join(tmpdir(), 'lake-engine-test-'));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const rows = async (sql: string, on: Engine = engine): Promise<readonly (readonly unknown[])[]> =>
    cellsOf(await readResult(await on.query(sql)));
  /** Bytes as they are, anything else as text. */
  const texts = async (relation: string): Promise<readonly (readonly unknown[])[]> => {
    const values = columns.map(({ name, type }) =>
      type === 'binary' ? `"${name}"` : `${engine.dialect.text(`"${name}"`)} AS "text of ${name}"`,
    );
    const found = await rows(`SELECT ${values.join(', ')} FROM ${relation} ORDER BY "count"`);
    return found.map((row) =>
      row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)),
    );
  };
  const endless = (): string => {
    const { numbers } = engine.dialect;
    return `SELECT SUM(a.n % 7 + b.n % 3) AS n FROM (${numbers(10_000_000)}) AS a CROSS JOIN (${numbers(100_000)}) AS b`;
  };
  const failure = async (work: Promise<unknown>): Promise<LakeError> => {
    const error: unknown = await work.then(
      () => 'no error',
      (reason: unknown) => reason,
    );
    if (!isLakeError(error)) throw new Error(`not a LakeError: ${String(error)}`);
    return error;
  };
  const queryFailure = (sql: string, on: Engine = engine): Promise<LakeError> => failure(rows(sql, on));

  let files = 0;
  /** A file of these rows that lies on the disk, or that only its bytes tell. */
  const fileOf = (table: arrow.Table, place: 'disk' | 'nowhere' = 'disk'): RelationFile => {
    const bytes = encodeParquet(table);
    const path = join(folder, `${files++}.parquet`);
    if (place === 'disk') writeFileSync(path, bytes);
    return {
      path,
      sizeBytes: bytes.length,
      read: () => Promise.resolve(bytes.slice()),
      locate: () => Promise.resolve(place === 'disk' ? path : undefined),
    };
  };
  const filesSource = (of: readonly RelationFile[], wanted = columns): RelationSource => ({
    kind: 'files',
    columns: wanted,
    files: of,
  });

  return {
    /** There once the tests run. */
    get engine(): Engine {
      return engine;
    },
    folder,
    rows,
    texts,
    endless,
    failure,
    queryFailure,
    fileOf,
    filesSource,
  };
}
