// One unit of lines on a worker thread: what each line is, and the accepted ones as a block of rows.
// The scanner goes first; what it leaves is decided here and by the rules, in the order of pipeline §3.

import type { Contract } from '../contract.js';
import { FieldTally, type FieldCount } from '../field-counts.js';
import { maxLineBytes, recordOfLine } from './line-record.js';
import { lineStatus, textEnd, textStart } from './line-units.js';
import type { SourceUnit } from './line-units.js';
import { rowShape } from '../rows/row-block.js';
import type { RowBlock } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowWriter } from '../rows/row-writer.js';
import { recordJudge, type JudgedRecord, type RefusedLineElement } from '../elements.js';
import { compileScanner } from './scanner.js';
import type { Scan } from './scanner.js';

/** The accepted lines of a unit as rows, and what became of the others. */
export interface UnitResult {
  readonly block: RowBlock;
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
  /** Lines by status. */
  readonly counts: readonly number[];
  readonly unknownFields: readonly FieldCount[];
  readonly nulledFields: readonly FieldCount[];
  /** Of accepted records. */
  readonly refusedElements: readonly RefusedLineElement[];
}

/** Stands beside the reasons; none of them has a space. */
const blankLine = 'blank line';

/** Reads units of one contract; keeps its buffers from unit to unit. */
export class UnitReader {
  readonly #writer: RowWriter;
  readonly #scan: Scan;
  readonly #judge: ReturnType<typeof recordJudge>;

  constructor(contract: Contract) {
    const shape = rowShape(contract);
    this.#writer = new RowWriter(shape, keyColumn(shape, contract));
    this.#scan = compileScanner(contract, this.#writer);
    this.#judge = recordJudge(contract);
  }

  read(unit: SourceUnit): UnitResult {
    const source = Buffer.from(unit.source);
    const starts = new Uint32Array(unit.starts);
    const status = new Uint8Array(new SharedArrayBuffer(unit.lines));
    const reasons = new ReasonTable();
    const [unknown, nulled] = [new FieldTally(), new FieldTally()];
    const refusedElements: RefusedLineElement[] = [];
    for (let line = 0; line < unit.lines; line++) {
      const end = textEnd(source, starts[line]!, starts[line + 1]!);
      const start = textStart(source, starts[line]!, end);
      const isShort = end - starts[line]! <= maxLineBytes;
      if (isShort && this.#scan(source, start, end)) continue;
      const verdict = this.#decide(source, starts[line]!, starts[line + 1]!);
      if (typeof verdict === 'string') status[line] = reasons.statusOf(verdict);
      else {
        const { values, unknownFields, nulledFields } = verdict;
        this.#writer.append(values);
        const number = unit.firstLine + line;
        for (const found of unknownFields) unknown.add(found, number);
        for (const found of nulledFields) nulled.add(found, number);
        for (const element of verdict.refusedElements)
          refusedElements.push({ ...element, lineNumber: number });
      }
    }
    const counts = countStatuses(status);
    return {
      block: this.#writer.take(),
      status: status.buffer,
      reasons: reasons.reasons,
      counts,
      unknownFields: unknown.counts(),
      nulledFields: nulled.counts(),
      refusedElements,
    };
  }

  /** The accepted record, or the first reason to refuse it; `blankLine` where there is none. */
  #decide(source: Buffer, lineStart: number, lineEnd: number): Accepted | string {
    const line = recordOfLine(source, lineStart, lineEnd);
    if (line === null) return blankLine;
    if (!line.ok) return line.reason;
    const outcome = this.#judge(line.record);
    return outcome.ok ? outcome : outcome.reason;
  }
}

type Accepted = Extract<JudgedRecord, { ok: true }>;

/** Numbers the reasons in the order of their first use. */
class ReasonTable {
  readonly reasons: string[] = [];

  statusOf(verdict: string): number {
    if (verdict === blankLine) return lineStatus.blank;
    const known = this.reasons.indexOf(verdict);
    return lineStatus.refusedFrom + (known === -1 ? this.reasons.push(verdict) - 1 : known);
  }
}

function countStatuses(status: Uint8Array): readonly number[] {
  const counts = new Array<number>(256).fill(0);
  for (const value of status) counts[value]!++;
  return counts;
}
