// A log from its stream of bytes to parsed units, while it is still being read.

import type { WorkerPool } from '../../common/worker-pool.js';
import { lineStatus, textEnd, UnitCutter } from './line-units.js';
import type { SourceUnit } from './line-units.js';
import { LogTotals } from './log-totals.js';
import type { ParsedLog, ParsedUnit, ParseLogOptions, RefusedLine } from '../log-types.js';
import type { UnitResult } from './read-unit.js';
import type { ParseTask } from '../worker.js';

/** Units that are with a worker or wait for one, where the log is taken unit by unit; beside one for each thread. */
const unitsAhead = 4;

/** Reads a log to its end. Line rules: pipeline §1 and §3. */
export async function parseLog(pool: WorkerPool, options: ParseLogOptions): Promise<ParsedLog> {
  const { contract, firstLine, take } = options;
  const cutter = new UnitCutter(firstLine);
  const parsed: Promise<ParsedUnit & { readonly result: UnitResult }>[] = [];
  const units = new LogUnits(take);
  const parse = (unit: SourceUnit): void => {
    const task: ParseTask = { contract, unit };
    const result = pool.run<UnitResult>('parse', task).then((found) => ({
      lines: { ...unit, status: found.status, reasons: found.reasons },
      rows: found.block,
      result: found,
    }));
    result.catch(() => undefined); // reported below, when its turn comes
    parsed.push(result);
  };
  const mostWaiting = take === undefined ? Infinity : pool.size + unitsAhead;
  let bytes = 0;
  for await (const piece of options.pieces) {
    for (const unit of cutter.push(piece)) parse(unit);
    bytes += piece.length;
    options.onBytes?.(bytes);
    while (parsed.length > mostWaiting) await units.add(await parsed.shift()!);
  }
  const { unterminatedBytes } = cutter;
  for (const unit of cutter.end()) parse(unit);
  for (const unit of parsed.splice(0)) await units.add(await unit);
  return { firstLine, bytes, unterminatedBytes, ...units.summary() };
}

/** The units of a log that nobody takes, and the refused lines of those that somebody took. */
class LogUnits {
  readonly #take: ParseLogOptions['take'];
  readonly #totals = new LogTotals();
  readonly #units: ParsedUnit[] = [];
  readonly #refused: RefusedLine[] = [];

  constructor(take: ParseLogOptions['take']) {
    this.#take = take;
  }

  async add({ lines, rows, result }: ParsedUnit & { readonly result: UnitResult }): Promise<void> {
    this.#totals.add(lines.lines, rows.rows, result);
    if (this.#take === undefined) return void this.#units.push({ lines, rows });
    for (const refused of refusedLines({ lines: [lines], refused: [] })) this.#refused.push(refused);
    await this.#take({ lines, rows });
  }

  summary(): Omit<ParsedLog, 'firstLine' | 'bytes' | 'unterminatedBytes'> {
    return {
      ...this.#totals.summary(),
      rows: this.#units.map(({ rows }) => rows),
      lines: this.#units.map(({ lines }) => lines),
      refused: this.#refused,
    };
  }
}

const rawCodePoints = 4096;
/** No UTF-8 sequence is longer, and U+FFFD stands for at least one byte. */
const rawBytes = 4 * rawCodePoints;

/** The refused lines in their order; of lines that are held, decoded as they are asked for. */
export function* refusedLines(parsed: Pick<ParsedLog, 'lines' | 'refused'>): Generator<RefusedLine> {
  yield* parsed.refused;
  for (const unit of parsed.lines) {
    const source = Buffer.from(unit.source, 0, unit.bytes);
    const starts = new Uint32Array(unit.starts);
    const status = new Uint8Array(unit.status);
    for (let line = 0; line < unit.lines; line++) {
      const reason = unit.reasons[status[line]! - lineStatus.refusedFrom];
      if (reason === undefined) continue;
      const raw = rawText(source, starts[line]!, starts[line + 1]!);
      yield { lineNumber: unit.firstLine + line, reason, raw };
    }
  }
}

function rawText(source: Buffer, lineStart: number, lineEnd: number): string {
  const end = textEnd(source, lineStart, lineEnd);
  const text = source.toString('utf8', lineStart, Math.min(end, lineStart + rawBytes));
  return text.length <= rawCodePoints ? text : Array.from(text).slice(0, rawCodePoints).join('');
}
