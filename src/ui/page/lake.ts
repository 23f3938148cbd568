// The lake as the page sees it: questions to the worker that reads it. Snapshots never change, so an answer about one is
// kept as long as the page lives.

import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { startWorkerPool, type WorkerPool } from '../platform/worker-pool.js';
import type { PageSettings } from '../reader/open.js';
import type { Answered, Asked, QuestionName } from '../reader/questions.js';

/** A lake that can be asked. */
export class LakeReader {
  readonly #worker: WorkerPool;
  readonly #answers = new Map<string, Promise<unknown>>();

  private constructor(
    /** Its address. */
    readonly url: string,
    worker: WorkerPool,
  ) {
    this.#worker = worker;
  }

  /** The lake at an address. */
  static async open(url: string, settings: PageSettings): Promise<LakeReader> {
    const worker = startWorkerPool(new URL('./reader.js', import.meta.url));
    await worker.run('open', { url, settings });
    return new LakeReader(url, worker);
  }

  /** @throws LakeError what the operation throws */
  ask<Name extends QuestionName>(name: Name, given: Asked<Name>): Promise<Answered<Name>> {
    return this.#worker.run<Answered<Name>>('ask', { name, given });
  }

  /** The same, asked once: for questions about a snapshot by its number. */
  askOnce<Name extends QuestionName>(name: Name, given: Asked<Name>): Promise<Answered<Name>> {
    const of = JSON.stringify([name, given]);
    const known = this.#answers.get(of) as Promise<Answered<Name>> | undefined;
    if (known !== undefined) return known;
    const answer = this.ask(name, given);
    this.#answers.set(of, answer);
    answer.catch(() => this.#answers.delete(of));
    return answer;
  }

  /** Ends every statement that runs. */
  stop(): Promise<void> {
    return this.#worker.run('stop', null);
  }
}

/** What all parts of the page know. */
interface Shown {
  readonly lake: LakeReader;
  /** The snapshot that is shown, by number. */
  readonly snapshot: number;
  /** The newest that was found. */
  readonly head: number;
  /** The one that it is compared with, if any. */
  readonly compare: number | undefined;
}

/** Set by the frame around every page. */
export const ShownContext = createContext<Shown | null>(null);

/** What is shown; only inside the frame. */
export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (shown === null) throw new Error('outside of the frame');
  return shown;
}

/** An answer on its way. */
export type Pending<Value> =
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly error: Error }
  | { readonly state: 'ready'; readonly value: Value };

/** Asks the lake, and again when the question changes; undefined asks nothing. */
export function useAnswer<Name extends QuestionName>(
  name: Name,
  given: Asked<Name> | undefined,
): Pending<Answered<Name>> {
  const { lake } = useShown();
  const of = JSON.stringify([name, given]);
  const [found, setFound] = useState<{ readonly of: string; readonly answer: Pending<Answered<Name>> }>();
  useEffect(() => {
    if (given === undefined) return;
    let isWanted = true;
    const set = (answer: Pending<Answered<Name>>): void => {
      if (isWanted) setFound({ of, answer });
    };
    lake.askOnce(name, given).then(
      (value) => set({ state: 'ready', value }),
      (error: unknown) => set({ state: 'failed', error: error as Error }),
    );
    return () => {
      isWanted = false;
    };
  }, [of, lake]);
  return found?.of === of ? found.answer : { state: 'waiting' };
}
