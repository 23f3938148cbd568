// Decides, from a seed, whose next step goes next. Every step of every client waits at a gate until nothing else can
// move; then one is let through. Time is virtual: it passes with each step, and jumps when all that is left sleeps.

import type { Runtime } from '../src/common/runtime.js';
import { LakeError } from '../src/common/errors.js';
import type { Random } from './random.js';
import { Violation } from './suite.js';

interface Waiting {
  readonly client: number;
  /** Microseconds; 0 for a step that is ready. */
  readonly wakeAt: number;
  resume(): void;
}

/** 2024-06-01T00:00:00Z in microseconds. */
const start = Date.UTC(2024, 5, 1) * 1000;

/** Decides whose call goes next. */
export class Scheduler {
  readonly #random: Random;
  readonly #starved: number;
  readonly #loyalty: number;
  #waiting: Waiting[] = [];
  #last = 0;
  #clock: number;
  #steps = 0;
  #isStopped = false;

  /**
   * How even the turns are is drawn from `random` too: some schedules starve a client (by the last digit of its number),
   * some let one run for long.
   */
  constructor(random: Random, startMicros = start) {
    this.#clock = startMicros;
    this.#random = random;
    this.#starved = random.chance(0.3) ? random.below(3) : -1;
    this.#loyalty = random.pick([0, 0.3, 0.8, 0.95]);
  }

  /** Steps that were let through. */
  get steps(): number {
    return this.#steps;
  }

  /** Resolves when it is the client's turn. */
  gate(client: number, sleepMs = 0): Promise<void> {
    const wakeAt = sleepMs === 0 ? 0 : this.#clock + Math.ceil(sleepMs * 1000);
    return new Promise((resume) => void this.#waiting.push({ client, wakeAt, resume }));
  }

  /** Microseconds; no two moments are the same. */
  now(): number {
    return ++this.#clock;
  }

  /** The world of one client. */
  runtime(client: number): Runtime {
    return {
      now: () => this.now(),
      random: () => this.#random.next(),
      sleep: async (ms, signal) => {
        await this.gate(client, ms);
        if (signal?.aborted === true) throw new LakeError('interrupted', 'Interrupted while waiting.');
      },
      log: () => undefined,
    };
  }

  /** Lets nothing through any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Lets steps through until the work is done, or `stop` was called; a failure of the work is thrown. */
  async run(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const end = work.finally(() => (isDone = true));
    end.catch(() => undefined);
    for (;;) {
      await quiet();
      if (isDone) return void (await end);
      if (this.#isStopped) return;
      this.#letOneThrough();
    }
  }

  #letOneThrough(): void {
    const next = this.#choose();
    if (next === undefined) throw new Violation('everybody waits for somebody: a deadlock');
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#clock = Math.max(this.#clock + 1, next.wakeAt);
    this.#last = next.client;
    this.#steps++;
    next.resume();
  }

  #choose(): Waiting | undefined {
    const ready = this.#waiting.filter(({ wakeAt }) => wakeAt <= this.#clock);
    const early = this.#random.chance(0.02);
    if (ready.length === 0 || early) {
      return (
        this.#waiting.toSorted((a, b) => a.wakeAt - b.wakeAt).find(({ wakeAt }) => wakeAt > this.#clock) ??
        ready[0]
      );
    }
    const same = ready.filter(({ client }) => client === this.#last);
    if (same.length > 0 && this.#random.chance(this.#loyalty)) return this.#random.pick(same);
    const others = ready.filter(({ client }) => client % 10 !== this.#starved);
    return this.#random.pick(others.length > 0 && this.#random.chance(0.98) ? others : ready);
  }
}

/** Once everything that can move has moved: in these tests that is promises only. */
function quiet(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
