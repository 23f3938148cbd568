// A log from its stream of bytes to parsed units, while it is still being read.

import type { WorkerPool } from '../../common/worker-pool.js';
import { sumCounts } from '../field-counts.js';
import { lineStatus, textEnd, UnitCutter } from './line-units.js';
import type { SourceUnit } from './line-units.js';
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
  const totals = new LogTotals(take);
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
    while (parsed.length > mostWaiting) await totals.add(await parsed.shift()!);
  }
  const { unterminatedBytes } = cutter;
  for (const unit of cutter.end()) parse(unit);
  for (const unit of parsed.splice(0)) await totals.add(await unit);
  return { firstLine, bytes, unterminatedBytes, ...totals.summary() };
}

type Summary = Omit<ParsedLog, 'firstLine' | 'bytes' | 'unterminatedBytes'>;

/** What the units of a log come to. Units are kept unless somebody takes them. */
class LogTotals {
  readonly #take: ParseLogOptions['take'];
  readonly #facts: Omit<UnitResult, 'block' | 'status'>[] = [];
  readonly #units: ParsedUnit[] = [];
  readonly #refused: RefusedLine[] = [];
  #physicalLines = 0;
  #accepted = 0;

  constructor(take: ParseLogOptions['take']) {
    this.#take = take;
  }

  async add({ lines, rows, result }: ParsedUnit & { readonly result: UnitResult }): Promise<void> {
    const { reasons, counts, unknownFields, nulledFields, refusedElements } = result;
    this.#facts.push({ reasons, counts, unknownFields, nulledFields, refusedElements });
    this.#physicalLines += lines.lines;
    this.#accepted += rows.rows;
    if (this.#take === undefined) return void this.#units.push({ lines, rows });
    for (const refused of refusedLines({ lines: [lines], refused: [] })) this.#refused.push(refused);
    await this.#take({ lines, rows });
  }

  summary(): Summary {
    const facts = this.#facts;
    const blankLines = facts.reduce((sum, { counts }) => sum + (counts[lineStatus.blank] ?? 0), 0);
    return {
      physicalLines: this.#physicalLines,
      records: this.#physicalLines - blankLines,
      accepted: this.#accepted,
      rejected: countReasons(facts),
      unknownFields: sumCounts(facts.map(({ unknownFields }) => unknownFields)),
      nulledFields: sumCounts(facts.map(({ nulledFields }) => nulledFields)),
      refusedElements: facts.flatMap(({ refusedElements }) => refusedElements),
      rows: this.#units.map(({ rows }) => rows),
      lines: this.#units.map(({ lines }) => lines),
      refused: this.#refused,
    };
  }
}

function countReasons(
  results: readonly Pick<UnitResult, 'reasons' | 'counts'>[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const result of results) {
    result.reasons.forEach((reason, r) => {
      counts.set(reason, (counts.get(reason) ?? 0) + (result.counts[lineStatus.refusedFrom + r] ?? 0));
    });
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
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
