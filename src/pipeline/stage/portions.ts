// Logs that are more than a run may hold: taken in unit by unit, so that lines go to bronze and rows to the disk at once.

import { isoOfDays } from '../../common/calendar.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import {
  encodeBronze,
  LogPortions,
  refusedLines,
  type BronzeOptions,
  type ParsedLog,
  type ScratchFile,
  type TakenUnit,
} from '../../records/hot-path.js';
import type { EncodedDataFile } from '../../format/data-file.js';
import type { LogSource } from '../define/pipeline.js';
import type { LogIntake, NamedLog } from '../read/log-intake.js';
import type { ReadBatch } from '../read/read-batch.js';
import { openScratchFile } from './scratch-file.js';
import type { StagedTables } from './staged-tables.js';

/** How much of its logs a run holds in memory. */
export interface PortionLimits {
  /** Logs of so many bytes together are held whole; what comes beyond is worked on in portions. */
  readonly logBytes: number;
  /** Rows of a portion. */
  readonly rows: number;
}

/** With these ten million lines in one file take 2.1 GB with DuckDB on the machine, and up to 2.8 GB with the one in WebAssembly. */
export const defaultPortions: PortionLimits = { logBytes: 256 << 20, rows: 500_000 };

/** What portions are worked on with. */
interface PortionsOptions {
  readonly tables: StagedTables;
  readonly pool: () => WorkerPool;
  readonly limits: PortionLimits;
  /** Lines are new to bronze; otherwise they come from there. */
  readonly writesBronze: boolean;
}

/** What the bronze rows of a log's lines say beside them. */
export const bronzeOf = (
  { batchId, fileName, ingestDate, source }: NamedLog,
  tables: StagedTables,
): BronzeOptions => ({
  batchId,
  sourceFile: fileName,
  ingestDate: isoOfDays(ingestDate),
  schema: tables.schema(source.bronze),
});

/** The portions of one run; close them in the end. */
export class RunPortions implements LogIntake {
  readonly #options: PortionsOptions;
  readonly #logs = new Map<string, LogPortions>();
  readonly #files: ScratchFile[] = [];
  /** Bronze that is being written, in order. */
  #bronze: Promise<void> = Promise.resolve();
  #heldBytes = 0;
  #isUsed = false;

  constructor(options: PortionsOptions) {
    this.#options = options;
  }

  mustTake(logBytes: number): boolean {
    const { limits } = this.#options;
    this.#isUsed ||= this.#heldBytes + logBytes > limits.logBytes;
    if (!this.#isUsed) this.#heldBytes += logBytes;
    return this.#isUsed;
  }

  takeAll(): void {
    this.#isUsed = true;
  }

  mayHold(logBytes: number): boolean {
    return !this.#isUsed && this.#heldBytes + logBytes <= this.#options.limits.logBytes;
  }

  async take(log: NamedLog, unit: TakenUnit): Promise<void> {
    const { pool, tables, writesBronze } = this.#options;
    if (writesBronze) {
      const written = this.#bronze;
      const encoded = encodedLines(unit, pool(), bronzeOf(log, tables));
      this.#bronze = written.then(async () =>
        tables.add(log.source.bronze, isoOfDays(log.ingestDate), await encoded),
      );
      encoded.catch(() => undefined); // thrown by what waits for it
      this.#bronze.catch(() => undefined); // thrown when the next unit or the end waits for it
      await written;
    }
    await this.#log(log.source).add([unit.rows]);
  }

  async takeHeld(batch: ReadBatch): Promise<ReadBatch> {
    if (batch.kind === 'corrections') {
      for (const [source, { rows }] of batch.logs) await this.#log(source).add(rows);
      const logs = new Map(Array.from(batch.logs, ([source, log]) => [source, withoutUnits(log)]));
      return { ...batch, logs };
    }
    if (batch.kind !== 'log') return batch;
    const { source, parsed } = batch;
    for (const [u, lines] of parsed.lines.entries())
      await this.take({ ...batch.batch, source }, { lines, rows: parsed.rows[u]! });
    return { ...batch, parsed: withoutUnits(parsed) };
  }

  #log(source: LogSource): LogPortions {
    const { contract, table } = source;
    const known = this.#logs.get(table.name);
    if (known !== undefined) return known;
    const { pool, limits } = this.#options;
    const openScratch = async (): Promise<ScratchFile> => {
      const file = await openScratchFile();
      this.#files.push(file);
      return file;
    };
    const portions = new LogPortions({ pool, contract, table, portionRows: limits.rows, openScratch });
    this.#logs.set(table.name, portions);
    return portions;
  }

  /** What was taken of a log, if anything was, when all of its lines are in bronze. */
  async taken({ table }: LogSource): Promise<LogPortions | undefined> {
    await this.#bronze;
    return this.#logs.get(table.name);
  }

  /** Gives room on the disk back. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#bronze]);
    for (const file of this.#files) await file.close();
  }
}

/** What a log said without the lines and rows that were taken. */
const withoutUnits = (parsed: ParsedLog): ParsedLog => ({
  ...parsed,
  rows: [],
  lines: [],
  refused: [...refusedLines(parsed)],
});

/** The bronze of one unit; if it is not encoded yet, that begins at once. */
async function encodedLines(
  unit: TakenUnit,
  pool: WorkerPool,
  facts: BronzeOptions,
): Promise<readonly EncodedDataFile[]> {
  if ('bronze' in unit) return [unit.bronze];
  const files: EncodedDataFile[] = [];
  for await (const file of encodeBronze(pool, { lines: [unit.lines] }, facts)) files.push(file);
  return files;
}
