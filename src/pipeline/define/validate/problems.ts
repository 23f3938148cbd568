// What is wrong with a specification: every fault with its place, all told at once.

import { LakeError } from '../../../common/errors.js';

/** Keys and positions that lead to what is wrong: `['sources', 1, 'key', 0]`. */
export type Place = readonly PropertyKey[];

/** One thing that is wrong: what was expected, and what was found. */
export interface Problem {
  readonly place: Place;
  readonly message: string;
}

/** `sources[1].key[0]`; `the specification` for the whole. */
function shownPlace(place: Place): string {
  if (place.length === 0) return 'the specification';
  return place
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** Faults of one part of a specification, found as it is looked through. */
export class Problems {
  readonly #all: Problem[] = [];

  get all(): readonly Problem[] {
    return this.#all;
  }

  /** Says that something is wrong. */
  add(place: Place, message: string): void {
    this.#all.push({ place, message });
  }

  /** Says so unless the condition holds; returns whether it does. */
  expect(isRight: boolean, place: Place, message: string): boolean {
    if (!isRight) this.add(place, message);
    return isRight;
  }
}

/** The refusal of a specification. */
export function specError(name: string, problems: readonly Problem[]): LakeError {
  const lines = problems.map(({ place, message }) => `${shownPlace(place)}: ${message}`);
  return new LakeError('invalid-input', `The pipeline ${name} cannot be run. ${lines.join('\n')}`, {
    details: { pipeline: name, problems: problems.length, place: shownPlace(problems[0]?.place ?? []) },
  });
}
