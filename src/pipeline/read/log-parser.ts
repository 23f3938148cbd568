// Who parses a log elsewhere than on the threads of this process.

import type { CutLog, ParsedRange } from '../../records/hot-path.js';
import type { NamedLog } from './log-intake.js';
import type { SourceFile } from './source-files.js';

/** Parses logs where their files lie. */
export interface LogParser {
  /** Whether it would parse that file, of which so many bytes are new. */
  takes(file: SourceFile, bytes: number): boolean;
  /**
   * Parses a log's ranges and gives them in their order; undefined where it cannot after all, and this process is to do it.
   * @throws LakeError for a log or a machine that is not as it must be
   */
  parse(file: SourceFile, log: NamedLog, cut: CutLog): Promise<AsyncIterable<ParsedRange> | undefined>;
}
