// What a long operation is doing, on standard error: one line that is redrawn on a terminal, a line per long stage elsewhere.

import type { Runtime } from '../common/runtime.js';
import type { OnProgress, Progress } from '../lake/operation-options.js';
import { bytes, count, duration } from './output/figures.js';
import { fit, visible } from './output/terminal-text.js';

/** Where the lines go. */
interface ProgressScreen {
  readonly write: (text: string) => void;
  /** Whether a line can be redrawn. */
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Takes reports of progress; `report` may be called as often as one likes. */
export interface ProgressLine {
  readonly report: OnProgress;
  /** Takes the line away, before anything else is printed. */
  readonly clear: () => void;
}

/** For `--quiet`: writes nothing. */
export const noProgress: ProgressLine = { report: () => undefined, clear: () => undefined };

const REDRAW_MICROS = 100_000;
/** A stage that is over sooner is not worth a line in a file. */
const LONG_STAGE_MICROS = 1_000_000;
const CLEAR_LINE = '\r\u001b[K';

/** Shows progress as it is reported; the time comes from the runtime. */
export function progressLine(screen: ProgressScreen, runtime: Pick<Runtime, 'now'>): ProgressLine {
  return screen.isTerminal ? redrawnLine(screen, runtime) : linePerStage(screen, runtime);
}

interface Stage {
  readonly name: string;
  readonly startMicros: number;
  readonly startDone: number;
}

/** Follows the stages: the one that a report belongs to, with its beginning. */
function stageTracker(): (progress: Progress, nowMicros: number) => Stage {
  let stage: Stage | undefined;
  return (progress, nowMicros) => {
    if (stage?.name !== progress.stage) {
      stage = { name: progress.stage, startMicros: nowMicros, startDone: progress.done };
    }
    return stage;
  };
}

function redrawnLine(screen: ProgressScreen, runtime: Pick<Runtime, 'now'>): ProgressLine {
  const stageOf = stageTracker();
  let drawnMicros = -Infinity;
  let drawnStage = '';
  return {
    report(progress) {
      const now = runtime.now();
      const stage = stageOf(progress, now);
      if (now - drawnMicros < REDRAW_MICROS && drawnStage === stage.name) return;
      drawnMicros = now;
      drawnStage = stage.name;
      screen.write(CLEAR_LINE + fit(describeProgress(progress, stage, now), screen.columns - 1));
    },
    clear() {
      if (drawnStage !== '') screen.write(CLEAR_LINE);
      drawnStage = '';
    },
  };
}

function linePerStage(screen: ProgressScreen, runtime: Pick<Runtime, 'now'>): ProgressLine {
  const stageOf = stageTracker();
  let printed: Stage | undefined;
  return {
    report(progress) {
      const now = runtime.now();
      const stage = stageOf(progress, now);
      if (printed === stage || now - stage.startMicros < LONG_STAGE_MICROS) return;
      printed = stage;
      screen.write(`${visible(describeStage(progress))}\n`);
    },
    clear: () => undefined,
  };
}

/** `reading events · 34% of 25.1 MB · 12.3 MB/s · 2 s left`; parts that are not known are left out. */
function describeProgress(progress: Progress, stage: Omit<Stage, 'name'>, nowMicros: number): string {
  const { done, total } = progress;
  const seconds = (nowMicros - stage.startMicros) / 1e6;
  const rate = seconds > 0.5 ? (done - stage.startDone) / seconds : 0;
  return [progress.stage, ...extent(progress), ...pace(progress, rate), ...timeLeft(total - done, rate)].join(
    ' · ',
  );
}

/** `reading: 25.1 MB`, for a log file. */
function describeStage({ stage, total, unit }: Progress): string {
  return total > 0 ? `${stage}: ${amount(total, unit)}` : stage;
}

/** How far; of one thing there is nothing to say. */
function extent({ done, total, unit }: Progress): readonly string[] {
  if (total <= 0) return done > 0 ? [amount(done, unit)] : [];
  if (unit === 'bytes') return [`${Math.floor((100 * Math.min(done, total)) / total)}% of ${bytes(total)}`];
  return total === 1 ? [] : [`${count(done)} of ${count(total)} ${unit}`];
}

function pace({ unit }: Progress, rate: number): readonly string[] {
  const isTelling = rate > 0 && (unit === 'bytes' || unit === 'rows');
  return isTelling ? [`${amount(Math.round(rate), unit)}/s`] : [];
}

function timeLeft(remaining: number, rate: number): readonly string[] {
  return rate > 0 && remaining > 0 ? [`${duration((remaining / rate) * 1000)} left`] : [];
}

function amount(value: number, unit: Progress['unit']): string {
  return unit === 'bytes' ? bytes(value) : `${count(value)} ${unit}`;
}
