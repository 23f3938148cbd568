// The program that parses ranges of a log outside of this process: one task a line of its input, one answer a line of its
// output. `lake spark bundle` writes it as one file that needs nothing but Node.
//
//   node lake-parse.mjs FOLDER SHA256   FOLDER holds `task` and takes what is parsed; SHA256 is that of this program

import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deserialize } from 'node:v8';
import { messageOf } from '../../common/errors.js';
import { sha256Now } from '../../common/sha256.js';
import { UnitReader } from '../scan/read-unit.js';
import { parseRange, type RangesTask } from './parse-range.js';
import { encodeRange } from './range-file.js';
import { answerLine, rangeFile, rangeOfLine, TASK_FILE, type RangeAnswer } from './range-lines.js';

/** What parses ranges of the folder's task, unless this is not the program that the folder was made for. */
function rangeParser(folder: string, expected: string): (line: string) => Promise<RangeAnswer> {
  const found = sha256Now(readFileSync(process.argv[1] ?? ''));
  if (found !== expected)
    throw new Error(
      `the program ${process.argv[1]} has the SHA-256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…: it is of another version of lake; write it again with "lake spark bundle"`,
    );
  const task = deserialize(readFileSync(join(folder, TASK_FILE))) as RangesTask;
  const reader = new UnitReader(task.contract);
  return async (line) => {
    const range = rangeOfLine(line);
    const parsed = await parseRange(task, range, reader).catch((error: unknown) => {
      throw new Error(`${task.path}: ${messageOf(error)}`, { cause: error });
    });
    const bytes = encodeRange(parsed);
    const path = join(folder, rangeFile(range));
    const own = `${path}.${randomUUID()}`; // another try of the same task may be under way
    writeFileSync(own, bytes);
    renameSync(own, path);
    return { begin: range.begin, lines: parsed.lines, bytes: bytes.length, sha256: sha256Now(bytes) };
  };
}

const [folder = '', expected = ''] = process.argv.slice(2);
let parse: ReturnType<typeof rangeParser> | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  let answer: RangeAnswer;
  try {
    parse ??= rangeParser(folder, expected);
    answer = await parse(line);
  } catch (error) {
    answer = { begin: rangeOfLine(line).begin, error: messageOf(error) };
  }
  process.stdout.write(`${answerLine(answer)}\n`);
}
