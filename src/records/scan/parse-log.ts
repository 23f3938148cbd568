// A log from its stream of bytes to parsed units, while it is still being read.

import type { WorkerPool } from '../../common/worker-pool.js';
import { sumCounts } from '../field-counts.js';
import { lineStatus, textEnd, UnitCutter } from './line-units.js';
import type { LineUnit, SourceUnit } from './line-units.js';
import type { ParsedLog, ParseLogOptions, RefusedLine } from '../log-types.js';
import type { UnitResult } from './read-unit.js';
import type { ParseTask } from '../worker.js';

/** Reads a log to its end. Line rules: pipeline §1 and §3. */
export async function parseLog(pool: WorkerPool, options: ParseLogOptions): Promise<ParsedLog> {
  const { contract, firstLine } = options;
  const cutter = new UnitCutter(firstLine);
  const units: SourceUnit[] = [];
  const results: Promise<UnitResult>[] = [];
  const parse = (unit: SourceUnit): void => {
    const task: ParseTask = { contract, unit };
    const result = pool.run<UnitResult>('parse', task);
    result.catch(() => undefined); // reported below, when all bytes are read
    units.push(unit);
    results.push(result);
  };
  let bytes = 0;
  for await (const piece of options.pieces) {
    for (const unit of cutter.push(piece)) parse(unit);
    bytes += piece.length;
    options.onBytes?.(bytes);
  }
  const { unterminatedBytes } = cutter;
  for (const unit of cutter.end()) parse(unit);
  return { firstLine, bytes, unterminatedBytes, ...summarize(units, await Promise.all(results)) };
}

type Summary = Omit<ParsedLog, 'firstLine' | 'bytes' | 'unterminatedBytes'>;

function summarize(units: readonly SourceUnit[], results: readonly UnitResult[]): Summary {
  const lines = units.map((unit, u): LineUnit => {
    const { status, reasons } = results[u]!;
    return { ...unit, status, reasons };
  });
  const physicalLines = units.reduce((sum, unit) => sum + unit.lines, 0);
  const blankLines = results.reduce((sum, { counts }) => sum + (counts[lineStatus.blank] ?? 0), 0);
  return {
    physicalLines,
    records: physicalLines - blankLines,
    accepted: results.reduce((sum, { block }) => sum + block.rows, 0),
    rejected: countReasons(results),
    unknownFields: sumCounts(results.map(({ unknownFields }) => unknownFields)),
    nulledFields: sumCounts(results.map(({ nulledFields }) => nulledFields)),
    refusedElements: results.flatMap(({ refusedElements }) => refusedElements),
    rows: results.map(({ block }) => block),
    lines,
  };
}

function countReasons(results: readonly UnitResult[]): Readonly<Record<string, number>> {
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

/** The refused lines in their order, decoded as they are asked for. */
export function* refusedLines(parsed: Pick<ParsedLog, 'lines'>): Generator<RefusedLine> {
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
