// One unit of an extract's records on a worker thread: what becomes of each, the accepted ones as a block of rows.
// The scanner goes first where it can; what it leaves is decided by the rules.

import type { Contract } from '../contract.js';
import { FieldTally, type FieldCount } from '../field-counts.js';
import { compileKeyValues } from '../record-key.js';
import type { RowBlock } from '../rows/row-block.js';
import { rowShape } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowWriter } from '../rows/row-writer.js';
import { compileScanner } from '../scan/scanner.js';
import { recordJudge, type JudgedRecord, type RefusedLineElement } from '../elements.js';
import type { Value } from '../values/field-reader.js';
import type { RawValue } from '../values/raw-value.js';
import { storedExtractRecords } from './extract.js';
import { lineReader, type RecordUnit, type SourceLine } from './extract-units.js';

/** A unit of records and the rules for them. */
export interface UnitTask {
  readonly contract: Contract;
  readonly unit: RecordUnit;
  /** Of a CSV file. */
  readonly header?: SourceLine;
  /** Names the records in messages. */
  readonly place: string;
  /** Records that corrections stand for, by line: they are refused with that reason. */
  readonly replaced?: { readonly lines: ReadonlySet<number>; readonly reason: string };
}

/** What became of the records of a unit. */
export interface UnitOutcome {
  /** The accepted records. */
  readonly rows: RowBlock;
  /** The refused ones whose key is whole: rows with nothing but their keys. */
  readonly refusedKeys: RowBlock;
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
  /** Records by status. */
  readonly counts: readonly number[];
  /** Of accepted records: fields that the contract does not know, and those whose value was not of their type. */
  readonly unknownFields: readonly FieldCount[];
  readonly nulledFields: readonly FieldCount[];
  /** Of accepted records. */
  readonly refusedElements: readonly RefusedLineElement[];
}

/** @throws LakeError `corrupt` for a record that is no JSON: none that an array held */
export function readRecordUnit(task: UnitTask): UnitOutcome {
  const { contract, unit, replaced } = task;
  const shape = rowShape(contract);
  const key = keyColumn(shape, contract);
  const [rows, refusedKeys] = [
    new RowWriter(shape, key, unit.records),
    new RowWriter(shape, key, unit.records),
  ];
  const scan = contract.format === 'csv' ? () => false : compileScanner(contract, rows);
  const records = recordsOf(task);
  const judge = judgeOf(task);
  const readKey = compileKeyValues(contract);
  const raw = new Uint8Array(unit.raw);
  const offsets = new Int32Array(unit.offsets);
  const lineNumbers = new Uint32Array(unit.lineNumbers);
  const status = new Uint8Array(new SharedArrayBuffer(unit.records));
  const reasons: string[] = [];
  const counts = new Array<number>(256).fill(0);
  const [unknown, nulled] = [new FieldTally(), new FieldTally()];
  const refusedElements: RefusedLineElement[] = [];
  for (let i = 0; i < unit.records; i++) {
    const isReplaced = replaced?.lines.has(lineNumbers[i]!) === true;
    if (isReplaced || !scan(raw, offsets[i]!, offsets[i + 1]!)) {
      const record = records(i);
      const outcome: JudgedRecord = isReplaced ? { ok: false, reason: replaced.reason } : judge(record);
      if (outcome.ok) {
        rows.append(outcome.values);
        for (const found of outcome.unknownFields) unknown.add(found, lineNumbers[i]!);
        for (const found of outcome.nulledFields) nulled.add(found, lineNumbers[i]!);
        for (const element of outcome.refusedElements)
          refusedElements.push({ ...element, lineNumber: lineNumbers[i]! });
      } else {
        status[i] = 1 + indexOf(reasons, outcome.reason);
        const found = readKey(record);
        if (found !== null) refusedKeys.append(keyValues(contract, found));
      }
    }
    counts[status[i]!]!++;
  }
  return {
    rows: rows.take(),
    refusedKeys: refusedKeys.take(),
    status: status.buffer,
    reasons,
    counts,
    unknownFields: unknown.counts(),
    nulledFields: nulled.counts(),
    refusedElements,
  };
}

/** The place of a text in a list, which it joins if it is new. */
function indexOf(texts: string[], text: string): number {
  const known = texts.indexOf(text);
  return known === -1 ? texts.push(text) - 1 : known;
}

/** Records as the rules take them; a CSV file's are read together, and first when one is asked for. */
function recordsOf({ contract, unit, header, place }: UnitTask): (record: number) => RawValue {
  const line = lineReader(unit);
  if (contract.format !== 'csv')
    return (record) => storedExtractRecords(contract, { records: [line(record)] }, place)[0]?.record;
  const lines = Array.from({ length: unit.records }, (_, record) => line(record));
  const rows = storedExtractRecords(contract, { ...(header && { header }), records: lines }, place);
  return (record) => rows[record]?.record;
}

function judgeOf({ contract }: UnitTask): (record: RawValue) => JudgedRecord {
  const rules = recordJudge(contract);
  return (record) =>
    record === null && contract.format === 'csv' ? { ok: false, reason: 'malformed_row' } : rules(record);
}

/** A row of nulls but for its key. */
const keyValues = ({ key, columns }: Contract, found: readonly Value[]): readonly Value[] =>
  columns.map(({ name }) => found[key.indexOf(name)] ?? null);
