// Programs on the machines of a Spark, by the script transform of its SQL: each process reads the rows of one partition, a row
// a line, and what it prints are the rows of the result. Spark's Hive dialect has it, Sail has not.

import type * as arrow from 'apache-arrow';
import { isLakeError } from '../../common/errors.js';
import { shellQuoted } from '../../common/shell-word.js';
import type { ProgramRun } from '../engine.js';
import { sparkText } from './spark-sql.js';

/** Lines of one statement: its text stays below some megabytes. */
const MOST_LINES = 8192;

/** Runs a program on all lines; null where the server does not run any. `rowsOf` answers a statement in Spark's words. */
export async function runProgram(
  { program, arguments: given, inputs, processes }: ProgramRun,
  rowsOf: (sparkSql: string) => Promise<arrow.Table>,
): Promise<readonly string[] | null> {
  if (!(await runsPrograms(rowsOf))) return null;
  const command = ['node', ...[program, ...given].map(shellQuoted)].join(' ');
  const answers: string[] = [];
  for (let at = 0; at < inputs.length; at += MOST_LINES) {
    const lines = inputs.slice(at, at + MOST_LINES);
    const rows = await rowsOf(transformed(command, lines, Math.min(processes, lines.length)));
    answers.push(...textsOf(rows));
  }
  return answers;
}

/** Whether a program that does nothing may be run; whatever else is in the way is thrown. */
async function runsPrograms(rowsOf: (sparkSql: string) => Promise<arrow.Table>): Promise<boolean> {
  try {
    return textsOf(await rowsOf(transformed('cat', ['1'], 1)))[0] === '1';
  } catch (error) {
    if (isLakeError(error, 'invalid-input')) return false;
    throw error;
  }
}

function transformed(command: string, lines: readonly string[], processes: number): string {
  const values = lines.map((line) => `(${sparkText(line)})`).join(', ');
  const spread = `SELECT /*+ REPARTITION(${processes}) */ line FROM VALUES ${values} AS t(line)`;
  return `SELECT TRANSFORM(line) USING ${sparkText(command)} AS (answer STRING) FROM (${spread}) AS spread`;
}

const textsOf = (rows: arrow.Table): readonly string[] =>
  Array.from(rows.getChildAt(0) ?? [], (text) => String(text));
