// What tables of a test pipeline must hold, worked out from what was delivered in the plainest way: all records in memory,
// one pass, no partitions, no SQL. Only the rules of a single record are the product's own.

import { gunzipSync } from 'node:zlib';
import { isOfPattern } from '../../../src/common/name-pattern.js';
import type { FieldType } from '../../../src/format/schema.js';
import { jsonCell } from '../../../src/lake/read/json-rows.js';
import type { Pipeline, Source } from '../../../src/pipeline/define/pipeline.js';
import type { Contract } from '../../../src/records/contract.js';
import { lineReader } from '../../../src/records/extract/extract-units.js';
import { judgeExtractRecord, sliceExtract } from '../../../src/records/extract/extract.js';
import { recordOfLine } from '../../../src/records/scan/line-record.js';
import { recordReader } from '../../../src/records/record-reader.js';
import type { Value } from '../../../src/records/values/field-reader.js';
import type { Delivery } from '../../reference/reference.js';
import type { Runs } from './under-law.js';

/** A row by column, values as results show them. */
export type TrueRow = Readonly<Record<string, unknown>>;

/** Rows by table, in no order. */
export type RowTruth = Readonly<Record<string, readonly TrueRow[]>>;

type Values = readonly Value[];

/** The rows of a source's own table. */
export function recordsOf(runs: Runs, source: Source): readonly TrueRow[] {
  const { contract } = source;
  const winners = source.kind === 'log' ? logWinners(runs, contract) : extractWinners(runs, contract);
  return [...winners.values()].map((values) =>
    Object.fromEntries(contract.columns.map(({ name, type }, i) => [name, shown(type, values[i] ?? null)])),
  );
}

/** The rows of every source's own table, by table. */
export const allRecords = (runs: Runs, { sources }: Pipeline): RowTruth =>
  Object.fromEntries(sources.map((source) => [source.table.name, recordsOf(runs, source)]));

const shown = (type: FieldType, value: Value): unknown => jsonCell(type, value);

/** Files of a source, run by run, in the order of their names. */
function filesOf(runs: Runs, { files }: Contract): readonly Delivery[] {
  const isOurs = ({ name }: Delivery): boolean => files.some((pattern) => isOfPattern(name, pattern));
  const number = (name: string): number => Number(/-(\d+)\./.exec(name)?.[1] ?? 0);
  return runs.flatMap((run) => run.filter(isOurs).toSorted((a, b) => number(a.name) - number(b.name)));
}

/** Every line ever delivered counts, wherever and how often it came. */
function logWinners(runs: Runs, contract: Contract): ReadonlyMap<string, Values> {
  const judge = recordReader(contract);
  const winners = new Map<string, Values>();
  for (const { name, bytes } of filesOf(runs, contract)) {
    const source = Buffer.from(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    for (let start = 0; start < source.length;) {
      const at = source.indexOf(0x0a, start);
      const end = at === -1 ? source.length : at + 1;
      const line = recordOfLine(source, start, end);
      const outcome = line?.ok === true ? judge(line.record) : undefined;
      if (outcome?.ok === true) keepWinner(winners, contract, outcome.values);
      start = end;
    }
  }
  return winners;
}

function extractWinners(runs: Runs, contract: Contract): ReadonlyMap<string, Values> {
  const state = new Map<string, Values>();
  const newest = new Map<string, Uint8Array>();
  for (const { name, bytes } of filesOf(runs, contract)) {
    const before = newest.get(name);
    newest.set(name, bytes);
    if (before !== undefined && Buffer.compare(before, bytes) === 0) continue;
    const winners = new Map<string, Values>();
    for (const values of acceptedOf(contract, { path: name, bytes })) keepWinner(winners, contract, values);
    for (const [key, values] of winners) state.set(key, values);
  }
  return state;
}

/** The accepted records of an extract's file, in its order. */
function acceptedOf(
  contract: Contract,
  file: { readonly path: string; readonly bytes: Uint8Array },
): readonly Values[] {
  const { header, units } = sliceExtract(contract, file);
  return units.flatMap((unit) => {
    const read = lineReader(unit);
    return Array.from({ length: unit.records }, (_, i) => read(i)).flatMap(({ raw }) => {
      const result = judgeExtractRecord(contract, raw, header?.raw);
      return result.ok ? [result.values] : [];
    });
  });
}

function keepWinner(winners: Map<string, Values>, contract: Contract, values: Values): void {
  const { key, columns } = contract;
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const name = JSON.stringify(key.map((column) => String(values[at(column)])));
  const rival = winners.get(name);
  if (rival === undefined || isGreater(contract, values, rival)) winners.set(name, values);
}

/** By the winner order, then by all columns: the larger wins, null loses. */
function isGreater({ winner, columns }: Contract, a: Values, b: Values): boolean {
  const steps = [...winner, ...columns.map(({ name }) => ({ column: name }))];
  for (const step of steps) {
    const i = columns.findIndex(({ name }) => name === ('has' in step ? step.has : step.column));
    const [left, right] = [rank(a[i] ?? null, step), rank(b[i] ?? null, step)];
    if (left === right) continue;
    if (left === null || right === null) return right === null;
    if (typeof left === 'string' && typeof right === 'string')
      return Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0;
    return left > right;
  }
  return false;
}

const rank = (value: Value, step: object): Value => ('has' in step ? Number(value !== null) : value);

/** Sums of what is not null; null where nothing is. */
export function sumOf(values: readonly unknown[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce<number>((sum, value) => sum + Number(value), 0);
}

/** The largest; null where nothing is. */
export const maxOf = (values: readonly unknown[]): number | null =>
  values.reduce<number | null>(
    (most, value) => (value !== null && (most === null || Number(value) > most) ? Number(value) : most),
    null,
  );

/** Rows by what they have in common. */
export function groups(rows: readonly TrueRow[], by: readonly string[]): readonly (readonly TrueRow[])[] {
  const all = new Map<string, TrueRow[]>();
  for (const row of rows) {
    const name = JSON.stringify(by.map((column) => row[column]));
    const group = all.get(name);
    if (group === undefined) all.set(name, [row]);
    else group.push(row);
  }
  return [...all.values()];
}
