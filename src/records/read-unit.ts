// One unit of lines on a worker thread: what each line is, and the accepted ones as a block of rows.
// The scanner goes first; what it leaves is decided here and by the rules, in the order of pipeline §3.

import { isUtf8 } from 'node:buffer';
import type { Contract, ContractSettings } from './contract.js';
import { lineStatus, textEnd, textStart } from './line-units.js';
import type { SourceUnit } from './line-units.js';
import { rowShape } from './row-block.js';
import type { RowBlock } from './row-block.js';
import { RowWriter } from './row-writer.js';
import { compileRules } from './rules.js';
import type { Accepted, Refused } from './rules.js';
import { compileScanner } from './scanner.js';
import type { Scan } from './scanner.js';
import { isAsciiSpace } from './values.js';

/** Longer lines are kept and refused. */
export const maxLineBytes = 1_048_576;
/** Arrays and objects within each other, the record itself being level 1. */
export const maxDepth = 64;

export interface UnitResult {
  readonly block: RowBlock;
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
  /** Lines by status. */
  readonly counts: readonly number[];
  readonly unknownFields: number;
}

/** Stands beside the reasons; none of them has a space. */
const blankLine = 'blank line';

/** Reads units of one contract; keeps its buffers from unit to unit. */
export class UnitReader {
  readonly #writer: RowWriter;
  readonly #scan: Scan;
  readonly #rules: (record: unknown) => Accepted | Refused;

  constructor(contract: Contract, settings: ContractSettings) {
    const key = contract.columns.findIndex(({ name }) => name === contract.key[0]);
    this.#writer = new RowWriter(rowShape(contract, settings), key);
    this.#scan = compileScanner(contract, settings, this.#writer);
    this.#rules = compileRules(contract, settings);
  }

  read(unit: SourceUnit): UnitResult {
    const source = Buffer.from(unit.source);
    const starts = new Uint32Array(unit.starts);
    const status = new Uint8Array(new SharedArrayBuffer(unit.lines));
    const reasons = new ReasonTable();
    let unknownFields = 0;
    for (let line = 0; line < unit.lines; line++) {
      const end = textEnd(source, starts[line]!, starts[line + 1]!);
      const start = textStart(source, starts[line]!, end);
      const isShort = end - starts[line]! <= maxLineBytes;
      if (isShort && this.#scan(source, start, end)) continue;
      const verdict = isBlank(source, start, end) ? blankLine : this.#decide(source, start, end, isShort);
      if (typeof verdict === 'string') status[line] = reasons.statusOf(verdict);
      else {
        this.#writer.append(verdict.values);
        unknownFields += verdict.unknownFields;
      }
    }
    const counts = countStatuses(status);
    return {
      block: this.#writer.take(),
      status: status.buffer,
      reasons: reasons.reasons,
      counts,
      unknownFields,
    };
  }

  /** The accepted record, or the first reason to refuse it. */
  #decide(source: Buffer, start: number, end: number, isShort: boolean): Accepted | string {
    if (!isShort) return 'line_too_long';
    if (!isUtf8(source.subarray(start, end))) return 'invalid_utf8';
    const record = parseJson(source, start, end);
    if (record === undefined) return 'invalid_json';
    const outcome = this.#rules(record);
    return outcome.ok ? outcome : outcome.reason;
  }
}

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

function isBlank(source: Uint8Array, start: number, end: number): boolean {
  while (start < end && isAsciiSpace(source[start]!)) start++;
  return start === end;
}

/** What `JSON.parse` takes; undefined for what it does not, and for text that nests too deep. */
function parseJson(source: Buffer, start: number, end: number): unknown {
  if (isTooDeep(source, start, end)) return undefined;
  try {
    return JSON.parse(source.toString('utf8', start, end)) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether brackets outside strings nest deeper than `maxDepth`. Of use for valid JSON; any answer will do for other text. */
function isTooDeep(source: Uint8Array, start: number, end: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if (byte === 0x22) isInString = !isInString;
    else if (isInString) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
