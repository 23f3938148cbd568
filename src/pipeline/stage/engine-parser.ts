// Logs that the engine's machines parse: a folder of the run takes the program, what it is to do, and what becomes of each
// range, of which the engine is told no more than where it lies. What is there is taken into the run as if a thread of this
// process had made it; then the folder goes. A run that dies leaves it to `vacuum`.

import { join, resolve } from 'node:path';
import { serialize } from 'node:v8';
import { z } from 'zod';
import { isLakeError, LakeError, messageOf } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { sha256Now } from '../../common/sha256.js';
import { mapAhead } from '../../common/worker-pool.js';
import type { Engine } from '../../engine/engine.js';
import {
  decodeRange,
  lineOfRange,
  RANGE_PROGRAM,
  rangeFile,
  rangeProgram,
  TASK_FILE,
  type CutLog,
  type ParsedRange,
  type RangeAnswer,
  type RangesTask,
} from '../../records/hot-path.js';
import type { NamedLog } from '../read/log-intake.js';
import type { LogParser } from '../read/log-parser.js';
import type { SourceFile } from '../read/source-files.js';
import type { EngineOutput } from './engine-output.js';
import { bronzeOf } from './portions.js';
import type { StagedTables } from './staged-tables.js';

/** What parsing on an engine takes. */
interface EngineParserOptions {
  readonly engine: () => Promise<Engine>;
  readonly tables: StagedTables;
  readonly runtime: Runtime;
  /** Logs of so many new bytes and more are for the engine. */
  readonly parseFrom: number;
  readonly signal?: AbortSignal;
}

/** Ranges that a process parses at least before another one is worth its start, and processes that always are. */
const RANGES_A_PROCESS = 8;
const PROCESSES = 32;

/** Ranges that are held while the run takes them in. */
const RANGES_AHEAD = 3;

/** The parser of one attempt of a run. */
export class EngineParser implements LogParser {
  readonly #options: EngineParserOptions;
  /** It turned out that it cannot. */
  #isRefused = false;

  constructor(options: EngineParserOptions) {
    this.#options = options;
  }

  takes({ compressed, copy }: SourceFile, bytes: number): boolean {
    const isPlainFile = !compressed && copy === undefined;
    return !this.#isRefused && isPlainFile && bytes > 0 && bytes >= this.#options.parseFrom;
  }

  async parse(file: SourceFile, log: NamedLog, cut: CutLog): Promise<AsyncIterable<ParsedRange> | undefined> {
    const { tables } = this.#options;
    const engine = await this.#options.engine();
    if (engine.run === undefined) return this.#refuse();
    const output = await tables.engineOutput(log.source.bronze);
    if (output === undefined)
      return this.#refuse('the lake lies on no disk that this machine shares with the Spark');
    const answers = await this.#run(engine, file, log, { cut, output });
    if (answers !== null) return this.#parsed(file, output, cut, answersOf(file, answers));
    await output.remove();
    return this.#refuse(`${engine.name} runs no programs (TRANSFORM is refused)`);
  }

  /** Leaves it to this process, and says why, once. */
  #refuse(why?: string): undefined {
    this.#isRefused = true;
    if (why !== undefined) this.#options.runtime.log('warn', `Logs are parsed by this process: ${why}.`);
  }

  async #run(
    engine: Engine,
    file: SourceFile,
    log: NamedLog,
    { cut, output }: { readonly cut: CutLog; readonly output: EngineOutput },
  ): Promise<readonly string[] | null> {
    const { contract } = log.source;
    const path = resolve(file.path);
    const task: RangesTask = { path, contract, bronze: bronzeOf(log, this.#options.tables) };
    const program = await rangeProgram();
    const { parseProgram } = engine.capabilities;
    await output.write(TASK_FILE, serialize(task));
    if (parseProgram === undefined) await output.write(RANGE_PROGRAM, program.bytes);
    try {
      return await engine.run!({
        program: parseProgram ?? join(output.disk, RANGE_PROGRAM),
        arguments: [output.disk, program.sha256],
        inputs: cut.ranges.map(lineOfRange),
        processes: Math.max(PROCESSES, Math.ceil(cut.ranges.length / RANGES_A_PROCESS)),
        signal: this.#options.signal,
      });
    } catch (error) {
      if (!isLakeError(error, 'invalid-input')) throw error;
      throw notParsed(file, error.message, error);
    }
  }

  async *#parsed(
    file: SourceFile,
    output: EngineOutput,
    { ranges }: CutLog,
    answers: ReadonlyMap<number, ParsedAnswer>,
  ): AsyncGenerator<ParsedRange> {
    const load = async (range: CutLog['ranges'][number]): Promise<ParsedRange> => {
      const name = rangeFile(range);
      const answer = answers.get(range.begin);
      if (answer === undefined) throw notParsed(file, `nothing was said of its bytes from ${range.begin} on`);
      const bytes = await output.read(`${output.path}/${name}`).catch((error: unknown) => {
        throw notParsed(file, `${join(output.disk, name)} cannot be read (${messageOf(error)})`, error);
      });
      if (sha256Now(bytes) !== answer.sha256 || answer.lines !== range.lines)
        throw notParsed(file, `${join(output.disk, name)} is not what was said of it`);
      return decodeRange(bytes);
    };
    for await (const parsed of mapAhead(ranges, RANGES_AHEAD, load)) {
      this.#options.signal?.throwIfAborted();
      yield parsed;
    }
    await output.remove();
  }
}

const answerShape = z.union([
  z.strictObject({ begin: z.int(), lines: z.int(), bytes: z.int(), sha256: z.string() }),
  z.strictObject({ begin: z.int(), error: z.string() }),
]) satisfies z.ZodType<RangeAnswer>;

type ParsedAnswer = Extract<RangeAnswer, { lines: number }>;

/** The answers by the begin of their range; of what went wrong the first in the log is thrown. */
function answersOf(file: SourceFile, lines: readonly string[]): ReadonlyMap<number, ParsedAnswer> {
  const answers = new Map<number, ParsedAnswer>();
  const failed: Extract<RangeAnswer, { error: string }>[] = [];
  for (const line of lines) {
    const answer = answerOf(line);
    if (answer === undefined) throw notParsed(file, `the program answered "${line.slice(0, 200)}"`);
    if ('error' in answer) failed.push(answer);
    else answers.set(answer.begin, answer);
  }
  const [first] = failed.sort((a, b) => a.begin - b.begin);
  if (first !== undefined) throw notParsed(file, first.error);
  return answers;
}

function answerOf(line: string): RangeAnswer | undefined {
  try {
    return answerShape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function notParsed({ path }: SourceFile, why: string, cause?: unknown): LakeError {
  const said = why.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
  return new LakeError(
    'out-of-resources',
    `${path}: the Spark's machines could not parse it: ${said}. They need Node 20.19 or later as "node", and see this path and the lake's folder as this machine does. Mend that, or leave out spark.parseFrom. Nothing was published.`,
    { details: { path }, cause },
  );
}
